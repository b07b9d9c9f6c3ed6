"""What the pages for entering letters, replies and parcels have in common: whose it is, what is asked back, what is
refused, and where one goes on afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker import clock
from tracker.letters import fate, preparing, queries, rules
from tracker.letters.actions import Entered
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import EntryRefused, Question
from tracker.letters.words import QUESTION_WORDS
from tracker.parcels.rules import ArrivedAndReturned, ArrivedBeforePosted, NothingInIt
from tracker.web.access import actor
from tracker.web.forms import DayField, offer, refuse
from tracker.web.session import session

_PAGES = {"page": "prisoners.show", "mine": "home.mine", "letter": "letters.show"}
"""Where somebody can come from, as the address says, and goes back to."""

REFUSALS: dict[type[EntryRefused], Any] = {
    rules.DatedInTheFuture: _l("This day has not come yet."),
    rules.ReplyBeforeItsLetter: _l("That would be a reply before its letter was posted. One of the two days is wrong."),
    rules.WrittenAfterItCame: _l("It cannot have been written after it came."),
    rules.ReturnedBeforePosted: _l("It cannot have come back before it was posted."),
    rules.NotTheirLetter: _l("This letter was written by somebody else than the one to whom the reply came."),
    rules.AnswersWhatNeverArrived: _l(
        "That letter came back or was stopped, so nothing can answer it. If it arrived after all, say so on its page."
    ),
    fate.BeforeItWasPosted: _l("Something became of it before that day. One of the two days is wrong."),
    fate.CameBackAlready: _l("It came back, so that cannot be. Take that back first, on the page of the letter."),
    fate.DeliveredAlready: _l("It was delivered, so that cannot be. Take that back first, on the page of the letter."),
    fate.StoppedAlready: _l("The censor keeps it, so that cannot be. Take that back first, on the page of the letter."),
    fate.AnsweredAlready: _l("It was answered, so it arrived. If the reply answers another letter, correct the reply."),
    fate.DeliveredAfterItsReply: _l("It cannot have been delivered after it was answered. One of the days is wrong."),
    fate.SomethingIsKnown: _l("What became of it is known already."),
    fate.NoReplyForm: _l("No form for the reply went with this letter. If there was one, correct the letter first."),
    fate.ReplyFormHasAFate: _l(
        "What became of the form is known, so there was one. If not, take that back first, on the page of the letter."
    ),
    preparing.AlreadyThatFar: _l("The letter is as far as that already."),
    preparing.StepsRunBackwards: _l("An earlier step was made on a later day. One of the two days is wrong."),
    preparing.SentAlready: _l("This letter was sent already; it is among the letters."),
    preparing.PreparedBySomebodyElse: _l("It was prepared by somebody else, whose letter it is."),
    ArrivedBeforePosted: _l("It cannot have arrived before it was posted."),
    NothingInIt: _l("Say what is in it, at least one thing."),
    ArrivedAndReturned: _l("It has either arrived or come back. Undo the one first, on the page for correcting it."),
}


def day_in(field: DayField) -> date:
    """The day in a field of a form that was found valid."""
    day = field.data
    assert day is not None
    return day


def today() -> date:
    """The day by the clock of whoever is signed in."""
    return clock.today(current_user.zone)


def latest_today(writer: Writer) -> date:
    """The last day that has come for a writer or for whoever logs for her: east of her the next one comes first, and
    a day offered there must not be refused as one to come."""
    return max(clock.today(writer.zone), today())


def possible_writers(recipient: Recipient) -> list[Writer]:
    """For whom the signed-in person may log: herself; a coordinator also for everybody who has or had a part."""
    if not actor().is_coordinator:
        # She sees the prisoner, so her part is running.
        return [Writer(current_user.id, current_user.handle, current_user.zone, recipient.own_since, is_running=True)]
    found = queries.writers(session, recipient.id)
    if any(writer.id == current_user.id for writer in found):
        return found
    return [*found, Writer(current_user.id, current_user.handle, current_user.zone, None, is_running=False)]


def offer_writers(form: Any, writers: Sequence[Writer]) -> None:
    """Ask coordinators whose it is; nobody else has a choice."""
    if not actor().is_coordinator:
        del form.volunteer
        return
    offer(form.volunteer, [("", _("choose")), *((writer.id, _named(writer)) for writer in writers)])
    running = [writer.id for writer in writers if writer.is_running]
    likely = current_user.id if current_user.id in running or not running else running[0]
    if request.method == "GET" and (len(running) <= 1 or likely == current_user.id):
        form.volunteer.data = str(likely)


def _named(writer: Writer) -> str:
    if writer.id == current_user.id:
        return str(_("%(handle)s (yourself)", handle=writer.handle))
    return writer.handle if writer.is_running else str(_("%(handle)s (in former times)", handle=writer.handle))


def writer_of(form: Any, writers: Sequence[Writer]) -> Writer:
    """Whose entry it is, from a form that was found valid."""
    wanted = form.volunteer.data if "volunteer" in form else str(current_user.id)
    return next(writer for writer in writers if str(writer.id) == wanted)


def entered(form: Any, recipient: Recipient, writer: Writer) -> Entered:
    """Who enters what for whom, from a form that was found valid."""
    return Entered(
        prisoner_id=recipient.id,
        volunteer_id=writer.id,
        actor_id=actor().id,
        form_id=form.form_id.uuid(),
        today=latest_today(writer),
        now=clock.now(),
    )


def writer_of_entry(prisoner_id: UUID, volunteer_id: UUID) -> Writer:
    """Whose entry it is, for one that exists. The entry may be a coordinator's who never had a part."""
    found = queries.writers(session, prisoner_id, only=volunteer_id)
    return found[0] if found else Writer(volunteer_id, "", current_user.zone, None, is_running=False)


def all_answered(form: Any, questions: Sequence[Question]) -> bool:
    """Whether everything that is asked back was confirmed; what was not stands in the form as a box to tick."""
    ask(form, questions)
    if set(questions) <= set(form.sure.data or ()):
        return True
    refuse(form.sure, _("If it is as you typed it, tick the box. Otherwise correct it above."))
    return False


def ask(form: Any, questions: Sequence[Question]) -> None:
    """Put boxes to tick into the form."""
    offer(form.sure, [(question, QUESTION_WORDS[question]) for question in questions])


def questions_of_post(recipient: Recipient, writer: Writer, day: date) -> tuple[Question, ...]:
    """What is asked back about something posted on a day."""
    now = clock.today(writer.zone)
    return (
        *rules.questions_about(day, now, since=writer.since),
        *rules.questions_about_post(recipient.situation, day, now),
    )


def refuse_entry(error: EntryRefused, day_field: Any, fields: Mapping[type[EntryRefused], Any] | None = None) -> None:
    """Say at the right field why it cannot have been like that, and let go of the database."""
    session.rollback()
    refuse((fields or {}).get(type(error), day_field), REFUSALS[type(error)])


def came_from() -> dict[str, str]:
    """What an address has to carry on, so that one gets back to where one came from."""
    page = request.args.get("back")
    return {"back": page} if page in _PAGES else {}


def way_back(prisoner_id: UUID, letter_id: UUID | None = None) -> str:
    """The page that somebody came from: the first one, the prisoner's, or the letter's. From a letter that is not there
    any more one comes to the prisoner's."""
    endpoint = _PAGES.get(request.args.get("back", ""), "home.index")
    if endpoint == "letters.show" and letter_id is not None:
        return url_for(endpoint, letter_id=letter_id)
    if endpoint in ("prisoners.show", "letters.show"):
        return url_for("prisoners.show", prisoner_id=prisoner_id)
    return url_for(endpoint)


def say_with_undo(sentence: str, endpoint: str, entry_id: UUID) -> None:
    """Say what was done, with a button that takes it back."""
    values: dict[str, Any] = {"letter_id" if endpoint.startswith("letters.") else "parcel_id": entry_id, **came_from()}
    flash(sentence, "undo:" + url_for(endpoint, **values))


def say_already_logged(error: rules.AlreadyLogged, feature: str) -> None:
    """The same form came twice: say that it counted once, or that it was removed since."""
    if error.removed:
        say_with_undo(_("You had logged this before and removed it."), f"{feature}.restore", error.entry_id)
    else:
        say_with_undo(_("This is already logged; it counts once."), f"{feature}.remove", error.entry_id)
