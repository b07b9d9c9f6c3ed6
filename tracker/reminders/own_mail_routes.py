"""Putting off a mail that has not come yet, and taking that back, on the page of one's own coming mails."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.reminders import snoozing
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.lookup import own_snooze
from tracker.reminders.own_mails import coming_of_person
from tracker.reminders.reader_queries import readers
from tracker.web.access import open_to
from tracker.web.filters import moment
from tracker.web.parts import parts
from tracker.web.session import session

AHEAD = timedelta(days=31)
"""A little further than the page shows."""

bp = Blueprint("own_mails", __name__, url_prefix="/me/mails/coming")


@bp.post("/put-off")
@open_to(Audience.VOLUNTEERS)
def put_off() -> ResponseReturnValue:
    """Move one coming mail that can wait by some days."""
    key, wanted = request.form.get("mail", ""), request.form.get("days", "")
    if wanted not in {str(each) for each in snoozing.CHOICES}:
        flash(_("Choose for how long."), "warning")
        return redirect(url_for("volunteers.coming_mails"))
    now, home_zone = clock.now(), parts().settings.zone
    mails = coming_of_person(session, ladders_in_use(), home_zone, current_user.id, now, now + AHEAD)
    mail = next((each for each in mails if each.dedupe_key == key), None)
    if mail is None or not snoozing.can_wait(mail.kind, mail.day_kind):
        flash(_("This mail is no longer among those that are coming."), "warning")
        return redirect(url_for("volunteers.coming_mails"))
    reader = readers(session, home_zone, [current_user.id]).people[current_user.id]
    until = snoozing.until_for(mail.due_at, int(wanted), reader, now)
    if mail.day_kind is not None and until >= mail.expires_at:
        flash(_("By then the day that this mail is about is over. Choose fewer days."), "warning")
        return redirect(url_for("volunteers.coming_mails"))
    snoozing.put_off_until(session, snoozing.waiting_mail(session, key), key, until, reader, now)
    session.commit()
    flash(_("Put off until %(when)s.", when=moment(until, reader.zone)))
    return redirect(url_for("volunteers.coming_mails"))


@bp.post("/not-put-off/<uuid:snooze_id>")
@open_to(Audience.VOLUNTEERS)
def take_back(snooze_id: UUID) -> ResponseReturnValue:
    """It comes at its time after all."""
    snoozing.not_put_off(session, own_snooze(snooze_id), clock.now())
    session.commit()
    flash(_("It comes at its time after all."))
    return redirect(url_for("volunteers.coming_mails"))
