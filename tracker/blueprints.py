"""Every address prefix of the application on one page."""

from __future__ import annotations

from flask import Flask

from tracker.accounts.invitation_routes import bp as invitations
from tracker.accounts.own_routes import bp as own
from tracker.accounts.routes import bp as accounts
from tracker.assignments.absence_routes import bp as absences
from tracker.assignments.routes import bp as assignments
from tracker.calendars import reading_routes as _reading_routes  # noqa: F401  adds what programs read
from tracker.calendars.routes import bp as calendars
from tracker.cases import people_routes as _people_routes  # noqa: F401  adds its pages to the blueprint
from tracker.cases.measure_routes import bp as measures
from tracker.cases.routes import bp as cases
from tracker.collective.routes import bp as collective
from tracker.dates import attendance_routes as _attendance_routes  # noqa: F401  adds its pages to the blueprint
from tracker.dates import entry_routes as _hearing_entry_routes  # noqa: F401  adds its pages to the blueprint
from tracker.dates import outcome_routes as _outcome_routes  # noqa: F401  adds its pages to the blueprint
from tracker.dates import routes as _hearing_routes  # noqa: F401  adds its pages to the blueprint
from tracker.dates.blueprint import bp as hearings
from tracker.dates.deadline_routes import bp as deadlines
from tracker.dates.window_routes import bp as windows
from tracker.demo.mailbox import bp as mailbox
from tracker.evenings import people_routes as _evening_people_routes  # noqa: F401  adds its pages to the blueprint
from tracker.evenings import print_routes as _evening_print_routes  # noqa: F401  adds its pages to the blueprint
from tracker.evenings import tally_routes as _tally_routes  # noqa: F401  adds its pages to the blueprint
from tracker.evenings.routes import bp as evenings
from tracker.facilities import channel_routes as _channel_routes  # noqa: F401  adds its pages to the blueprint
from tracker.facilities import merge_routes as _merge_routes  # noqa: F401  adds its pages to the blueprint
from tracker.facilities import routes as _facility_routes  # noqa: F401  adds its pages to the blueprint
from tracker.facilities.blueprint import bp as facilities
from tracker.handover.routes import bp as handover
from tracker.home.health import bp as health
from tracker.home.routes import bp as home
from tracker.letters import fate_routes as _fate_routes  # noqa: F401  adds its pages to the blueprint
from tracker.letters import reply_routes as _reply_routes  # noqa: F401  adds its pages to the blueprint
from tracker.letters import routes as _letter_routes  # noqa: F401  adds its pages to the blueprint
from tracker.letters.blueprint import bp as letters
from tracker.letters.prepared_routes import bp as prepared
from tracker.needs import promise_routes as _promise_routes  # noqa: F401  adds its pages to the blueprint
from tracker.needs.routes import bp as needs
from tracker.openpgp.routes import bp as openpgp
from tracker.parcels import fate_routes as _parcel_fate_routes  # noqa: F401  adds its pages to the blueprint
from tracker.parcels import list_routes as _parcel_list_routes  # noqa: F401  adds its pages to the blueprint
from tracker.parcels import routes as _parcel_routes  # noqa: F401  adds its pages to the blueprint
from tracker.parcels.blueprint import bp as parcels
from tracker.printing.routes import bp as prints
from tracker.prisoners import move_routes as _move_routes  # noqa: F401  adds its pages to the blueprint
from tracker.prisoners import page_routes as _page_routes  # noqa: F401  adds its page to the blueprint
from tracker.prisoners import record_routes as _record_routes  # noqa: F401  adds its page to the blueprint
from tracker.prisoners import transfer_routes as _transfer_routes  # noqa: F401  adds its pages to the blueprint
from tracker.prisoners.blueprint import bp as prisoners
from tracker.quotas import facility_rule_routes as _facility_rule_routes  # noqa: F401  adds its pages to the blueprint
from tracker.quotas import family_link_routes as _family_link_routes  # noqa: F401  adds its pages to the blueprint
from tracker.quotas import routes as _quota_routes  # noqa: F401  adds its pages to the blueprint
from tracker.quotas.blueprint import bp as quotas
from tracker.quotas.family_routes import bp as family
from tracker.reminders.answer_routes import bp as answers
from tracker.reminders.ladder_routes import bp as ladders
from tracker.reminders.own_mail_routes import bp as own_mails
from tracker.reminders.routes import bp as reminders
from tracker.reminders.unsubscribe_routes import bp as unsubscribe
from tracker.scans import prisoner_routes as _scan_routes  # noqa: F401  adds its page to the blueprint
from tracker.scans.routes import bp as scans
from tracker.settings import Settings
from tracker.tasks.routes import bp as tasks
from tracker.transit.routes import bp as transit
from tracker.volunteers import mail_routes as _mail_routes  # noqa: F401  adds its pages to the blueprint
from tracker.volunteers import own_routes as _own_routes  # noqa: F401  adds its pages to the blueprint
from tracker.volunteers import routes as _volunteer_routes  # noqa: F401  adds its pages to the blueprint
from tracker.volunteers.blueprint import bp as volunteers
from tracker.watchers.own_routes import bp as watching
from tracker.watchers.routes import bp as watchers
from tracker.watchers.visitor_routes import bp as watch


def register_blueprints(app: Flask, settings: Settings) -> None:
    """Put every feature at its address."""
    app.register_blueprint(home)
    app.register_blueprint(accounts)
    app.register_blueprint(own)
    app.register_blueprint(openpgp)
    app.register_blueprint(invitations)
    app.register_blueprint(volunteers)
    app.register_blueprint(calendars)
    app.register_blueprint(assignments)
    app.register_blueprint(absences)
    app.register_blueprint(prisoners)
    app.register_blueprint(hearings)
    app.register_blueprint(deadlines)
    app.register_blueprint(windows)
    app.register_blueprint(letters)
    app.register_blueprint(prepared)
    app.register_blueprint(parcels)
    app.register_blueprint(quotas)
    app.register_blueprint(family)
    app.register_blueprint(needs)
    app.register_blueprint(facilities)
    app.register_blueprint(handover)
    app.register_blueprint(cases)
    app.register_blueprint(measures)
    app.register_blueprint(tasks)
    app.register_blueprint(evenings)
    app.register_blueprint(prints)
    app.register_blueprint(reminders)
    app.register_blueprint(ladders)
    app.register_blueprint(unsubscribe)
    app.register_blueprint(answers)
    app.register_blueprint(own_mails)
    app.register_blueprint(collective)
    app.register_blueprint(scans)
    app.register_blueprint(transit)
    app.register_blueprint(watchers)
    app.register_blueprint(watch)
    app.register_blueprint(watching)
    app.register_blueprint(health)
    if settings.demo:
        app.register_blueprint(mailbox)
