"""What mails, their fates and the reasons for them are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.dates.rules import DayKind
from tracker.reminders.rules import Change, MailKind, MailState, MailTopic, Reason
from tracker.web.words import register

DAY_WORDS = {
    DayKind.HEARING: _l("hearing"),
    DayKind.RELEASE: _l("release"),
    DayKind.DETENTION_UNTIL: _l("custody runs out"),
    DayKind.APPEAL_DEADLINE: _l("time to hand something in runs out"),
    DayKind.BIRTHDAY: _l("birthday"),
    DayKind.ARREST_ANNIVERSARY: _l("anniversary of the arrest"),
    DayKind.INTL_DAY: _l("international day"),
    DayKind.PARCEL_WINDOW: _l("parcel possible"),
}

MAIL_WORDS = {
    MailKind.REMINDER: _l("reminder"),
    MailKind.LATE_NOTICE: _l("reminder at short notice"),
    MailKind.CHANGE_NOTICE: _l("notice of a change"),
    MailKind.DATE_NEEDED: _l("question for a date"),
    MailKind.NAG: _l("reminder to write"),
    MailKind.ESCALATION: _l("note to a coordinator"),
    MailKind.DIGEST: _l("mail of the day"),
    MailKind.INVITATION: _l("invitation"),
    MailKind.ASSIGNED: _l("news of somebody to write to"),
    MailKind.WATCH_CONFIRM: _l("question to a court watcher"),
    MailKind.ADDRESS_TROUBLE: _l("note on an address that does not work"),
    MailKind.KEY_TEST: _l("test of encryption"),
}

TOPIC_WORDS = {
    MailTopic.HEARING: _l("hearings, and what changes about them"),
    MailTopic.RELEASE: _l("releases"),
    MailTopic.DETENTION_UNTIL: _l("terms of custody that run out"),
    MailTopic.APPEAL_DEADLINE: _l("days by which something has to be handed in"),
    MailTopic.BIRTHDAY: _l("birthdays"),
    MailTopic.ARREST_ANNIVERSARY: _l("anniversaries of arrests"),
    MailTopic.INTL_DAY: _l("international days"),
    MailTopic.PARCEL_WINDOW: _l("chances to send a parcel"),
    MailTopic.NO_LETTER: _l("that nobody has written for a while"),
    MailTopic.REPLY_UNANSWERED: _l("replies that wait for an answer"),
}

STATE_WORDS = {
    MailState.QUEUED: _l("waiting"),
    MailState.SENDING: _l("on its way"),
    MailState.SENT: _l("sent"),
    MailState.FAILED: _l("failed"),
    MailState.MISSED: _l("missed"),
    MailState.SUPERSEDED: _l("taken back"),
    MailState.SUPPRESSED: _l("taken back"),
    MailState.COLLAPSED: _l("merged"),
    MailState.GATHERED: _l("in the mail of the day"),
    MailState.HELD: _l("held"),
}

CHANGE_WORDS = {
    Change.POSTPONED: _l("postponed"),
    Change.BROUGHT_FORWARD: _l("brought forward"),
    Change.POSTPONED_NO_DATE: _l("postponed without a date"),
    Change.DATE_SET: _l("the date is set"),
    Change.TIME_SET: _l("the time is known"),
    Change.TIME_CHANGED: _l("another time"),
    Change.PLACE_CHANGED: _l("another place"),
    Change.CANCELLED: _l("cancelled"),
    Change.REINSTATED: _l("takes place after all"),
    Change.DAYS_CHANGED: _l("other days"),
}

REASON_WORDS = {
    Reason.LADDER: _l("It is due as usual."),
    Reason.ENTERED_LATE: _l("The day was entered after the usual time of the mail."),
    Reason.CAUGHT_UP: _l("It could not go out at its time and is caught up."),
    Reason.TOLD_OTHERWISE: _l("Its reader was told something that no longer holds."),
    Reason.NO_DAY_KNOWN: _l("The day is not known."),
    Reason.ASKED_FOR: _l("It follows from what somebody did here."),
    Reason.SAME_INSTANT: _l("Another mail about the same day goes out at the same moment."),
    Reason.COVERED: _l("A mail since then has said as much."),
    Reason.NEARER_RULE: _l("Several mails about this day were late; the nearest says it all."),
    Reason.SOON_TOLD: _l("The next mail about this day follows within hours."),
    Reason.DAY_CHANGED: _l("The day has changed since."),
    Reason.NOT_ASSIGNED: _l("Its reader no longer follows this."),
    Reason.DISABLED: _l("The account of its reader is closed."),
    Reason.NO_ADDRESS: _l("Its reader has no e-mail address here."),
    Reason.ADDRESS_REFUSED: _l("Her mail provider says that there is no such address."),
    Reason.TOO_LATE: _l("Its time was over before it could go out."),
    Reason.CONTENT_REFUSED: _l("The mail provider refuses the text."),
    Reason.BOUNCED: _l("It came back: her provider could not deliver it, though the address may be right."),
    Reason.UNCLEAR_TOO_OFTEN: _l("The connection broke again and again; it may have arrived."),
    Reason.CANNOT_BE_WRITTEN: _l("The text could not be made. The log of the scheduler knows more."),
    Reason.TOLD_BY_PHONE: _l("Somebody told her by other means."),
    Reason.RETRIED: _l("A coordinator asked for another try."),
    Reason.OTHER_ADDRESS: _l("A coordinator sent it to another address."),
    Reason.NOT_WRITTEN_SINCE: _l("No letter has gone out for a while."),
    Reason.NOT_ANSWERED_SINCE: _l("A reply has waited for a while."),
    Reason.WRITTEN_SINCE: _l("A letter was logged meanwhile."),
    Reason.STILL_TRUE: _l("A writer was asked a week ago, and nothing has happened since."),
    Reason.PUT_OFF: _l("Its reader has put it off."),
    Reason.UNSUBSCRIBED: _l("Its reader does not want such mail."),
    Reason.AWAY: _l("Its reader is away, and it can wait."),
    Reason.NO_POST: _l("No letter can reach the prisoner now."),
    Reason.NOTHING_LEFT: _l("Nothing was left to say in the mail of the day."),
    Reason.RESTORED: _l("It is from a backup; somebody has to decide."),
}

OUTCOME_WORDS = {
    "accepted": _l("accepted"),
    "transport": _l("the mail server could not be reached"),
    "temporary": _l("not accepted for now"),
    "permanent": _l("refused: there is no such address"),
    "content": _l("refused: the provider does not take the text"),
    "bounced": _l("accepted, but it came back"),
    "unclear": _l("the connection broke; it may have arrived"),
}
"""Of one try to hand a mail over."""

for several in (DAY_WORDS, MAIL_WORDS, TOPIC_WORDS, STATE_WORDS, CHANGE_WORDS, REASON_WORDS):
    register(several)
