"""What coordinators must see on whatever page they are: mail that stands still, mail that could not be delivered."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tracker import clock
from tracker.home.mail_queries import mail_health
from tracker.reminders.beats import standstill
from tracker.web.filters import moment
from tracker.web.pages import Warning
from tracker.web.session import session


def warnings_for_coordinators() -> list[Warning]:
    """At most a few sentences, worked out in one statement."""
    now = clock.now()
    health = mail_health(session, now)
    warnings = []
    if health.undelivered:
        sentence = ngettext(
            "One mail did not reach its reader. Somebody has to tell her by other means.",
            "%(num)d mails did not reach their readers. Somebody has to tell them by other means.",
            health.undelivered,
        )
        warnings.append(Warning(sentence, url_for("reminders.outbox")))
    silent_since = [health.beats[name] for name in standstill(health.beats, now) if name in health.beats]
    if silent_since:
        since = moment(min(silent_since), current_user.zone)
        warnings.append(Warning(_("No reminders go out: the scheduler has stood still since %(since)s.", since=since)))
    elif standstill(health.beats, now):
        warnings.append(Warning(_("No reminders go out: the scheduler has not been started yet.")))
    elif health.trouble_since:
        since = moment(health.trouble_since, current_user.zone)
        warnings.append(Warning(_("The mail server cannot be reached, since %(since)s. Mails wait.", since=since)))
    return warnings
