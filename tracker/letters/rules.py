"""What holds of letters, replies and their days, and what is asked back before one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from tracker.partial_date import PartialDate
from tracker.prisoners.envelope import Blocked, blocked_by
from tracker.prisoners.placements import placement_on
from tracker.prisoners.rules import PlacementKind, Whereabouts, mail_is_forbidden


class LetterKind(StrEnum):
    """What went through the post."""

    LETTER = "letter"
    CARD = "card"
    E_LETTER = "e_letter"
    TELEGRAM = "telegram"
    REPLY_FORM = "reply_form"


class Channel(StrEnum):
    """By which way it went."""

    POST = "post"
    E_LETTER = "e_letter"
    """A service on the web that prints the letter inside the facility."""
    TELEGRAM = "telegram"
    HAND = "hand"
    """Given to somebody who visits."""
    RELAY = "relay"
    """Passed on by others, who send it; by which route is never kept."""
    ONE_WAY = "one_way"
    """Nothing can come back this way, so silence means nothing."""


class ReplyFormState(StrEnum):
    """What became of the prepaid form for a reply that went with a letter."""

    BOUGHT = "bought"
    ANSWERED = "answered"
    BLANK = "blank"
    """It came back blank: the letter itself was most likely stopped."""
    STOPPED = "stopped"
    """The reply was stopped by the censor."""
    EXPIRED = "expired"


class Direction(StrEnum):
    """Whether a letter goes to the prisoner or comes from the prisoner."""

    OUT = "out"
    REPLY = "reply"


class ReturnReason(StrEnum):
    """Why a letter or a parcel came back."""

    MOVED = "moved"
    RELEASED = "released"
    REFUSED = "refused"
    CENSOR = "censor"
    WRONG_ADDRESS = "wrong_address"
    QUOTA = "quota"
    STORAGE_OVER = "storage_over"
    ROUTE_SUSPENDED = "route_suspended"
    OTHER = "other"
    NOT_TOLD = "not_told"


MOST_PAGES = 500
MOST_NUMBER = 9999
LONGEST_SERVICE = 80


class EntryRefused(Exception):
    """It cannot have been like that."""


class DatedInTheFuture(EntryRefused):
    """This day has not come yet."""


class ReplyBeforeItsLetter(EntryRefused):
    """A reply cannot have come before the letter that it answers was posted."""


class WrittenAfterItCame(EntryRefused):
    """A reply cannot have been written after it came."""


class ReturnedBeforePosted(EntryRefused):
    """A thing cannot have come back before it was posted."""


class RepliesDoNotReturn(EntryRefused):
    """Only what we sent can come back to us."""


class NotTheirLetter(EntryRefused):
    """The reply went to one writer, the letter came from another."""


class AnswersWhatNeverArrived(EntryRefused):
    """A letter that came back or was stopped cannot be answered."""


class AlreadyLogged(Exception):
    """The same form was sent twice; the first time counted."""

    def __init__(self, entry_id: UUID, *, removed: bool) -> None:
        super().__init__()
        self.entry_id = entry_id
        self.removed = removed
        """The entry was removed since."""


class Question(StrEnum):
    """What is asked back before an entry is kept: unlikely, but for the writer to know."""

    TRACKING_MISTYPED = "tracking_mistyped"
    BEFORE_ASSIGNMENT = "before_assignment"
    OVER_A_YEAR_AGO = "over_a_year_ago"
    MAIL_FORBIDDEN = "mail_forbidden"
    ON_TRANSFER = "on_transfer"
    AT_LIBERTY = "at_liberty"
    AT_HOME = "at_home"
    IN_HIDING = "in_hiding"
    SUPPORT_WITHHELD = "support_withheld"


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement, as far as the post is concerned."""

    id: UUID
    kind: PlacementKind
    is_current: bool
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """How somebody is placed for the post, now and before."""

    stays: Sequence[Stay] = ()
    """All of them, in the order of time."""
    whereabouts: Whereabouts = Whereabouts.NOT_TOLD
    no_mail: bool = False
    no_mail_since: PartialDate | None = None
    no_mail_until: PartialDate | None = None
    support_withheld: bool = False


def entry_form_id(form_id: UUID, actor_id: UUID, prisoner_id: UUID) -> UUID:
    """The id under which a form is remembered. It depends on who sent it for whom, so that nobody can find out about
    another person's form, or spoil it, by sending its id."""
    return uuid5(form_id, f"{actor_id} {prisoner_id}")


def check_letter(
    dated_on: date, today: date, *, returned_on: date | None = None, answered_on: date | None = None
) -> None:
    """``today`` is the writer's own; ``answered_on`` the day of the first reply to it.

    Raises DatedInTheFuture, ReturnedBeforePosted or ReplyBeforeItsLetter.
    """
    if dated_on > today:
        raise DatedInTheFuture
    if returned_on is not None and returned_on < dated_on:
        raise ReturnedBeforePosted
    if answered_on is not None and answered_on < dated_on:
        raise ReplyBeforeItsLetter


def check_reply(came_on: date, today: date, *, written_on: date | None, answers_on: date | None) -> None:
    """``answers_on`` is the day on which the letter that it answers was posted.

    Raises DatedInTheFuture, WrittenAfterItCame or ReplyBeforeItsLetter.
    """
    if came_on > today:
        raise DatedInTheFuture
    if written_on is not None and written_on > came_on:
        raise WrittenAfterItCame
    if answers_on is not None and (came_on < answers_on or (written_on is not None and written_on < answers_on)):
        raise ReplyBeforeItsLetter


def usual_channel(kind: LetterKind, *, service: str | None = None, answers: Channel | None = None) -> Channel:
    """By which way a letter goes if nobody says otherwise. ``service`` is that of an e-letter, if one was named;
    ``answers`` the way of the letter that a reply answers: a reply form comes back as it went."""
    if kind is LetterKind.TELEGRAM:
        return Channel.TELEGRAM
    if kind is LetterKind.E_LETTER or service:
        return Channel.E_LETTER
    if kind is LetterKind.REPLY_FORM and answers is Channel.E_LETTER:
        return Channel.E_LETTER
    return Channel.POST


def stay_on(stays: Sequence[Stay], day: date, today: date) -> Stay | None:
    """Where the prisoner was thought to be on a day, from all stays in order: today, or later by another clock, where
    the prisoner is now; before, the only stay that its dates allow. None when several fit, for unknown is not the same
    as probable."""
    if day >= today:
        return next((stay for stay in stays if stay.is_current), None)
    possible = placement_on(day, stays).possible
    return possible[0] if len(possible) == 1 else None


def questions_about(day: date, today: date, *, since: date | None) -> tuple[Question, ...]:
    """What is asked back about a day. ``since`` is the first day of the writer's assignment, if there is one."""
    questions = []
    if since is not None and day < since:
        questions.append(Question.BEFORE_ASSIGNMENT)
    if (today - day).days > 366:
        questions.append(Question.OVER_A_YEAR_AGO)
    return tuple(questions)


def questions_about_post(situation: Situation, day: date, today: date) -> tuple[Question, ...]:
    """What is asked back about something posted to a prisoner on a day."""
    stay = stay_on(situation.stays, day, today)
    # How somebody stands is only known for now.
    is_now = day >= today or (stay is not None and stay.is_current)
    whereabouts = situation.whereabouts if is_now else Whereabouts.NOT_TOLD
    forbidden = mail_is_forbidden(situation.no_mail, situation.no_mail_since, situation.no_mail_until, day)
    blocked = blocked_by(forbidden, stay.kind if stay else None, whereabouts)
    questions = [_BLOCKED[blocked]] if blocked else []
    if situation.support_withheld:
        questions.append(Question.SUPPORT_WITHHELD)
    return tuple(questions)


_BLOCKED = {
    Blocked.MAIL_FORBIDDEN: Question.MAIL_FORBIDDEN,
    Blocked.ON_TRANSFER: Question.ON_TRANSFER,
    Blocked.AT_LIBERTY: Question.AT_LIBERTY,
    Blocked.AT_HOME: Question.AT_HOME,
    Blocked.IN_HIDING: Question.IN_HIDING,
}


class Turn(StrEnum):
    """Whose turn it is to write."""

    FIRST = "first"
    """Nothing was posted yet, and nothing came."""
    OURS = "ours"
    THEIRS = "theirs"


def turn(last_letter_on: date | None, last_reply_on: date | None) -> Turn:
    """Whose turn it is, by the days of the newest letter and the newest reply. A reply that came on the day on which a
    letter was posted still wants an answer: the letter was written without it."""
    if last_letter_on is None and last_reply_on is None:
        return Turn.FIRST
    if last_letter_on is None or (last_reply_on is not None and last_reply_on >= last_letter_on):
        return Turn.OURS
    return Turn.THEIRS
