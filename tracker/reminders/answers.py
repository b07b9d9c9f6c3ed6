"""What a reader does about a mail without signing in: says that she has written, or puts the mail off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access import Actor
from tracker.assignments.models import Assignment
from tracker.letters.actions import Entered, LetterFacts, log_letter
from tracker.letters.queries import recipient
from tracker.letters.rules import LetterKind, stay_on
from tracker.reminders.models import Outbox
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailKind, Person

LONG_AGO = timedelta(days=366)


class AnswerOver(Exception):
    """What this mail was about is over: nobody is asked any more, or the mail is forgotten."""


class TooLongAgo(Exception):
    """A letter of more than a year ago is entered on the page of letters, where one sees whether it is right."""


@dataclass(frozen=True)
class Answerable:
    """A mail that can be answered, and its reader."""

    mail: Outbox
    reader: Person


def answerable(session: Session, mail_id: UUID, home_zone: str, *, lock: bool = False) -> Answerable:
    """The mail that a link answers; raises AnswerOver."""
    statement = select(Outbox).where(Outbox.id == mail_id)
    mail = session.scalar(statement.with_for_update() if lock else statement)
    if mail is None or mail.recipient_id is None:
        raise AnswerOver
    person = readers(session, home_zone, [mail.recipient_id]).people.get(mail.recipient_id)
    if person is None:
        raise AnswerOver
    return Answerable(mail, person)


def check_can_be_written(session: Session, answer: Answerable) -> None:
    """Whether a letter can be noted by this mail: it asks for one, and its reader still writes. Raises AnswerOver."""
    mail = answer.mail
    running = select(Assignment.id).where(Assignment.id == mail.subject_id, Assignment.until.is_(None))
    if mail.kind is not MailKind.NAG or mail.prisoner_id is None or session.scalar(running) is None:
        raise AnswerOver


def note_letter(session: Session, answer: Answerable, on: date, today: date, now: datetime) -> UUID:
    """Note the letter that a mail asks for, as its reader would. The same mail notes one letter, however often it is
    answered. ``today`` is her day. Says which letter it is.

    Raises AnswerOver, TooLongAgo, DatedInTheFuture or AlreadyLogged.
    """
    check_can_be_written(session, answer)
    if on < today - LONG_AGO:
        raise TooLongAgo
    mail, writer_id = answer.mail, answer.reader.id
    assert mail.prisoner_id is not None
    known = recipient(session, Actor(writer_id), mail.prisoner_id)
    stay = stay_on(known.situation.stays, on, today) if known is not None else None
    entered = Entered(
        prisoner_id=mail.prisoner_id,
        volunteer_id=writer_id,
        actor_id=writer_id,
        form_id=uuid5(mail.id, "written"),
        today=today,
        now=now,
    )
    return log_letter(session, LetterFacts(LetterKind.LETTER, on, placement_id=stay.id if stay else None), entered)
