"""Everybody's own wishes about mails: when, how much they say, which kinds; and what will reach her."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.collective import queries as collective_queries
from tracker.lookup import oneself
from tracker.reminders import page_queries
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.own_mails import coming_of_person, put_off_by
from tracker.reminders.rules import MailTopic
from tracker.reminders.snoozing import CHOICES, can_wait
from tracker.volunteers import mail_queries
from tracker.volunteers.blueprint import bp
from tracker.volunteers.mail_actions import change_mail_wishes, mute
from tracker.volunteers.mail_forms import MailsForm, OnePersonForm, TopicsField
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure, disclosure_of
from tracker.volunteers.words import DISCLOSURE_WORDS
from tracker.web.access import actor, open_to
from tracker.web.forms import offer
from tracker.web.parts import parts
from tracker.web.session import session
from tracker.web.words import words

COMING_DAYS = 30
OF_COORDINATORS = {MailTopic.APPEAL_DEADLINE, MailTopic.INTL_DAY}
"""Kinds of mail that only coordinators get."""
OF_NOBODY = {MailTopic.INTL_DAY}
"""Kinds of mail that are about no prisoner."""


def _topics(*, about_one: bool = False) -> list[MailTopic]:
    left_out = set() if current_user.is_coordinator else OF_COORDINATORS
    return [topic for topic in MailTopic if topic not in left_out | (OF_NOBODY if about_one else set())]


def _offer(field: TopicsField, topics: Iterable[MailTopic]) -> None:
    field.choices = [(str(topic), words(topic)) for topic in topics]


@bp.get("/me/mails")
@open_to(Audience.VOLUNTEERS)
def mails() -> ResponseReturnValue:
    volunteer, most = oneself(), collective_queries.settings(session).most_disclosure
    off = mail_queries.muted_topics(session, volunteer.id)
    form = MailsForm(
        quiet_from=volunteer.quiet_from,
        quiet_until=volunteer.quiet_until,
        mail_mode=str(volunteer.mail_mode),
        digest_at=volunteer.digest_at,
        digest_takes_all=volunteer.digest_takes_all,
        disclosure=str(disclosure_of(volunteer.disclosure, most)),
        wanted=[str(topic) for topic in _topics() if topic not in off],
    )
    return _page(form, volunteer, most)


@bp.post("/me/mails")
@open_to(Audience.VOLUNTEERS)
def change_mails() -> ResponseReturnValue:
    volunteer, most = oneself(), collective_queries.settings(session).most_disclosure
    form = MailsForm()
    _prepare(form, most)
    if not form.validate():
        return _page(form, volunteer, most), 422
    change_mail_wishes(volunteer, form.wishes())
    mute(session, volunteer.id, _topics(), form.wanted.chosen(), clock.now())
    session.commit()
    flash(_("Saved. It holds from the next mail on."))
    return redirect(url_for("volunteers.mails"))


def _prepare(form: MailsForm, most: Disclosure) -> None:
    _offer(form.wanted, _topics())
    order = list(Disclosure)
    offer(form.disclosure, [(each, DISCLOSURE_WORDS[each]) for each in order if order.index(each) <= order.index(most)])
    if most is not Disclosure.FULL:
        form.disclosure.description = _("The collective has decided that no mail says more.")


def _page(form: MailsForm, volunteer: Volunteer, most: Disclosure) -> str:
    _prepare(form, most)
    return render_template(
        "volunteers/mails.html",
        form=form,
        volunteer=volunteer,
        people=mail_queries.own_people(session, volunteer.id),
    )


@bp.get("/me/mails/about/<uuid:prisoner_id>")
@open_to(Audience.VOLUNTEERS)
def mails_about(prisoner_id: UUID) -> ResponseReturnValue:
    off = mail_queries.muted_topics(session, current_user.id, prisoner_id)
    form = OnePersonForm(wanted=[str(topic) for topic in _topics(about_one=True) if topic not in off])
    return _page_about(form, prisoner_id)


@bp.post("/me/mails/about/<uuid:prisoner_id>")
@open_to(Audience.VOLUNTEERS)
def change_mails_about(prisoner_id: UUID) -> ResponseReturnValue:
    form = OnePersonForm()
    _own_person(prisoner_id)
    _offer(form.wanted, _topics(about_one=True))
    if not form.validate():
        return _page_about(form, prisoner_id), 422
    offered = _topics(about_one=True)
    mute(session, current_user.id, offered, form.wanted.chosen(), clock.now(), prisoner_id)
    session.commit()
    flash(_("Saved. It holds from the next mail on."))
    return redirect(url_for("volunteers.mails"))


def _page_about(form: OnePersonForm, prisoner_id: UUID) -> str:
    _offer(form.wanted, _topics(about_one=True))
    return render_template("volunteers/mails_about.html", form=form, person=_own_person(prisoner_id))


def _own_person(prisoner_id: UUID) -> Any:
    """Somebody whom she supports now, or 404; coordinators choose about their own people only, too."""
    people = mail_queries.own_people(session, current_user.id)
    return next((each for each in people if each.id == prisoner_id), None) or abort(404)


@bp.get("/me/mails/coming")
@open_to(Audience.VOLUNTEERS)
def coming_mails() -> ResponseReturnValue:
    """What will reach her in the coming days, if nothing changes."""
    now = clock.now()
    until = now + timedelta(days=COMING_DAYS)
    mails = coming_of_person(session, ladders_in_use(), parts().settings.zone, current_user.id, now, until)
    return render_template(
        "volunteers/coming_mails.html",
        mails=mails,
        days=COMING_DAYS,
        put_off=put_off_by(session, current_user.id, now),
        can_wait={mail.dedupe_key for mail in mails if can_wait(mail.kind, mail.day_kind)},
        choices=CHOICES,
        names=page_queries.names(session, (id_ for mail in mails for id_ in mail.prisoner_ids), actor()),
    )
