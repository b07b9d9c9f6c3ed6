"""The counts of the post follow whatever happens to letters and placements."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_letter, make_placement, make_prisoner, make_volunteer
from tracker.assignments.models import Assignment
from tracker.db import make_sessions
from tracker.letters import actions, fates
from tracker.letters.actions import AnsweredLetter, Entered, LetterDetails, LetterFacts, ReplyFacts
from tracker.letters.changes import count_everything
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, EntryRefused, LetterKind, ReplyFormState, ReturnReason
from tracker.prisoners import moves
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.rules import PlacementKind
from tracker.transit.actions import recount
from tracker.transit.models import TransitCount, TransitTime
from tracker.transit.rules import Leg
from tracker.volunteers.models import Volunteer

TODAY = date(2028, 3, 1)
NOW = datetime(2028, 3, 1, 12, tzinfo=UTC)


class Post:
    """One correspondence with a prisoner who was in two places."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.prisoner = make_prisoner(session, "Евдокия Вымышленная-Долгополова")
        self.places = [make_facility(session, name=f"SIZO-{number} {uuid4()}") for number in (1, 2)]
        self.stays = [
            make_placement(session, self.prisoner, place, position=position, is_current=position == 1)
            for position, place in enumerate(self.places)
        ]
        self.writers = [make_volunteer(session, f"writer {uuid4()}") for _ in range(2)]
        for writer in self.writers:
            make_assignment(session, self.prisoner, writer)
        self.letters: list[Letter] = []

    def send(
        self, day: date, *, stay: int | None = 0, channel: Channel = Channel.POST, writer: int = 0, form: bool = False
    ) -> Letter:
        facts = LetterFacts(
            LetterKind.LETTER,
            day,
            placement_id=None if stay is None else self.stays[stay].id,
            details=LetterDetails(channel=channel, with_reply_form=form),
        )
        return self._kept(actions.log_letter(self.session, facts, self._entered(self.writers[writer])))

    def answer(self, day: date, letter: Letter | None, *, written: date | None = None, writer: int = 0) -> Letter:
        facts = ReplyFacts(LetterKind.LETTER, day, written_on=written, answers=self._answered(letter))
        return self._kept(actions.log_reply(self.session, facts, self._entered(self.writers[writer])))

    def _answered(self, letter: Letter | None) -> AnsweredLetter | None:
        if letter is None or letter.removed_at is not None:
            return None
        return AnsweredLetter(
            letter.id,
            letter.dated_on,
            letter.volunteer_id,
            delivered_on=letter.delivered_on,
            never_arrived=bool(letter.returned_on or letter.stopped_on),
            is_given_up=letter.given_up_on is not None,
        )

    def _entered(self, writer: Volunteer) -> Entered:
        return Entered(
            prisoner_id=self.prisoner.id,
            volunteer_id=writer.id,
            actor_id=writer.id,
            form_id=uuid4(),
            today=TODAY,
            now=NOW,
        )

    def _kept(self, letter_id: UUID) -> Letter:
        letter = self.session.get_one(Letter, letter_id)
        self.letters.append(letter)
        return letter

    def counts(self, place: int = 0) -> dict[tuple[Channel, Leg], dict[int, int]]:
        """Days and cases of one place, without what fell to nothing."""
        found: dict[tuple[Channel, Leg], dict[int, int]] = {}
        for row in self.session.scalars(
            select(TransitCount)
            .where(TransitCount.facility_id == self.places[place].id, TransitCount.cases != 0)
            .execution_options(populate_existing=True)
        ):
            found.setdefault((row.channel, row.leg), {})[row.days] = row.cases
        return found


POST = Channel.POST


def test_a_letter_is_counted_as_sent(session: Session) -> None:
    post = Post(session)
    post.send(date(2028, 1, 1))
    post.send(date(2028, 1, 2), channel=Channel.E_LETTER)
    assert post.counts() == {(POST, Leg.SENT): {0: 1}, (Channel.E_LETTER, Leg.SENT): {0: 1}}


def test_a_reply_tells_how_long_there_and_back(session: Session) -> None:
    post = Post(session)
    letter = post.send(date(2028, 1, 1))
    post.answer(date(2028, 2, 29), letter, written=date(2028, 1, 20))
    assert post.counts() == {
        (POST, Leg.SENT): {0: 1},
        (POST, Leg.THERE): {19: 1},
        (POST, Leg.BACK): {40: 1},
        (POST, Leg.ROUND): {59: 1},
    }


def test_the_day_of_delivery_is_worth_more_than_the_day_of_the_reply(session: Session) -> None:
    post = Post(session)
    letter = post.send(date(2028, 1, 1))
    post.answer(date(2028, 2, 29), letter, written=date(2028, 1, 20))
    fates.mark_delivered(session, letter, on=date(2028, 1, 11), today=TODAY, now=NOW)
    assert post.counts()[POST, Leg.THERE] == {10: 1}
    fates.unmark_delivered(session, letter, now=NOW)
    assert post.counts()[POST, Leg.THERE] == {19: 1}


def test_a_letter_without_a_known_place_teaches_nothing(session: Session) -> None:
    post = Post(session)
    post.answer(date(2028, 2, 1), post.send(date(2028, 1, 1), stay=None), written=date(2028, 1, 20))
    assert post.counts(0) == post.counts(1) == {}


def test_what_came_back_or_was_stopped_or_given_up_is_lost_once(session: Session) -> None:
    post = Post(session)
    one, two, three = (post.send(date(2028, 1, day)) for day in (1, 2, 3))
    fates.mark_returned(session, one, on=TODAY, reason=ReturnReason.CENSOR, today=TODAY, now=NOW)
    fates.mark_stopped(session, two, on=TODAY, today=TODAY, now=NOW)
    fates.give_up(session, three, on=TODAY, today=TODAY, now=NOW)
    assert post.counts() == {(POST, Leg.SENT): {0: 3}, (POST, Leg.LOST): {0: 3}}
    fates.unmark_returned(session, one, now=NOW)
    assert post.counts()[POST, Leg.LOST] == {0: 2}


def test_a_removed_letter_counts_nowhere_until_it_is_restored(session: Session) -> None:
    post = Post(session)
    letter = post.send(date(2028, 1, 1))
    post.answer(date(2028, 2, 1), letter, written=date(2028, 1, 20))
    before = post.counts()
    actions.remove_letter(session, letter, now=NOW)
    assert post.counts() == {}
    actions.restore_letter(session, letter, now=NOW)
    assert post.counts() == before


def test_a_placement_corrected_to_another_facility_takes_its_letters_along(session: Session) -> None:
    post = Post(session)
    post.answer(date(2028, 2, 1), post.send(date(2028, 1, 1)), written=date(2028, 1, 20))
    before = post.counts(0)
    facts = PlacementFacts(PlacementKind.SIZO, facility_id=post.places[1].id)
    moves.correct_placement(session, post.prisoner, post.stays[0], facts, None, today=TODAY, now=NOW)
    assert post.counts(0) == {}
    assert post.counts(1) == before


def test_a_move_taken_back_takes_its_letters_along(session: Session) -> None:
    post = Post(session)
    post.answer(date(2028, 2, 1), post.send(date(2028, 1, 1), stay=1))
    before = post.counts(1)
    moves.take_back_move(session, post.prisoner, post.stays[1], now=NOW)
    assert post.counts(1) == {}
    assert post.counts(0) == before


def test_two_letters_at_the_same_instant_both_count(engine: Engine, session: Session) -> None:
    post = Post(session)
    letters = [post.send(date(2028, 1, day)) for day in range(1, 7)]
    session.commit()
    makers, errors = make_sessions(engine), []

    def answer(letter: Letter, days: int) -> None:
        try:
            with makers() as mine:
                own = Post.__new__(Post)
                own.session, own.prisoner, own.writers, own.letters = mine, post.prisoner, post.writers, []
                own.answer(letter.dated_on + timedelta(days=days), letter)
                mine.commit()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=answer, args=(letter, 10 + n)) for n, letter in enumerate(letters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert post.counts()[POST, Leg.ROUND] == {10 + n: 1 for n in range(6)}
    kept = session.scalars(select(TransitTime).where(TransitTime.leg == Leg.ROUND)).one()
    assert (kept.cases, kept.low_days, kept.median_days, kept.high_days) == (6, 10, 12, 15)


# Whatever happens, in whatever order

MARKS: dict[str, Callable[[Session, Letter, date], object]] = {
    "remove": lambda session, letter, _: actions.remove_letter(session, letter, now=NOW),
    "restore": lambda session, letter, _: actions.restore_letter(session, letter, now=NOW),
    "returned": lambda session, letter, day: fates.mark_returned(
        session, letter, on=day, reason=ReturnReason.MOVED, today=TODAY, now=NOW
    ),
    "not returned": lambda session, letter, _: fates.unmark_returned(session, letter, now=NOW),
    "delivered": lambda session, letter, day: fates.mark_delivered(session, letter, on=day, today=TODAY, now=NOW),
    "not delivered": lambda session, letter, _: fates.unmark_delivered(session, letter, now=NOW),
    "stopped": lambda session, letter, day: fates.mark_stopped(session, letter, on=day, today=TODAY, now=NOW),
    "not stopped": lambda session, letter, _: fates.unmark_stopped(session, letter, now=NOW),
    "given up": lambda session, letter, day: fates.give_up(session, letter, on=day, today=TODAY, now=NOW),
    "form": lambda session, letter, day: fates.mark_reply_form(
        session, letter, ReplyFormState.BLANK, on=day, today=TODAY, now=NOW
    ),
}
STEPS = ("send", "send", "answer", "answer", "correct", "placement", *MARKS)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STEPS),
            st.integers(0, 1),
            st.integers(0, 60),
            st.integers(0, 20),
            st.sampled_from([None, 0, 1]),
            st.sampled_from([Channel.POST, Channel.E_LETTER, Channel.ONE_WAY]),
        ),
        min_size=3,
        max_size=18,
    )
)
def test_counts_kept_up_are_counts_made_anew(session: Session, steps: list[tuple[Any, ...]]) -> None:
    post = Post(session)
    for step in steps:
        try:
            with session.begin_nested():
                _step(post, *step)
        except EntryRefused:
            continue
    kept, times, days = _everything(session), _times(session), _days(session)
    recount(session)
    count_everything(session)
    assert _everything(session) == kept
    assert _times(session) == times
    assert _days(session) == days
    session.rollback()


def _step(post: Post, what: str, writer: int, days: int, which: int, stay: int | None, channel: Channel) -> None:
    session, day = post.session, TODAY - timedelta(days=days)
    if what == "send" or not post.letters:
        post.send(day, stay=stay, channel=channel, writer=writer, form=which % 2 == 0)
        return
    letter = post.letters[which % len(post.letters)]
    if what == "answer":
        answered = letter if letter.direction is Direction.OUT else None
        post.answer(day, answered, written=day - timedelta(days=3) if stay else None, writer=writer)
    elif what == "correct":
        _correct(post, letter, day, which, stay, channel)
    elif what == "placement":
        facts = PlacementFacts(PlacementKind.SIZO, facility_id=post.places[which % 2].id)
        moves.correct_placement(session, post.prisoner, post.stays[writer], facts, None, today=TODAY, now=NOW)
    else:
        MARKS[what](session, letter, day)


def _correct(post: Post, letter: Letter, day: date, which: int, stay: int | None, channel: Channel) -> None:
    if letter.direction is Direction.OUT:
        placement_id = None if stay is None else post.stays[stay].id
        details = LetterDetails(channel=channel, with_reply_form=letter.reply_form is not None)
        facts = LetterFacts(LetterKind.CARD, day, placement_id=placement_id, details=details)
        actions.correct_letter(post.session, letter, facts, today=TODAY, now=NOW)
        return
    others = [each for each in post.letters if each.direction is Direction.OUT]
    answered = post._answered(others[which % len(others)]) if others and stay is not None else None
    reply = ReplyFacts(LetterKind.CARD, day, written_on=day if stay else None, answers=answered)
    actions.correct_reply(post.session, letter, reply, today=TODAY, now=NOW)


def _everything(session: Session) -> Counter[tuple[Any, ...]]:
    session.flush()
    rows = session.execute(
        select(
            TransitCount.facility_id, TransitCount.channel, TransitCount.leg, TransitCount.days, TransitCount.cases
        ).where(TransitCount.cases != 0)
    )
    return Counter({tuple(row[:4]): row.cases for row in rows})


def _times(session: Session) -> set[tuple[Any, ...]]:
    table = TransitTime
    columns = (table.facility_id, table.channel, table.leg, table.cases, table.low_days, table.high_days)
    return {tuple(row) for row in session.execute(select(*columns).where(table.cases > 0))}


def _days(session: Session) -> set[tuple[Any, ...]]:
    found = set()
    for table in (Prisoner, Assignment):
        kept = (table.last_letter_on, table.last_reply_on, table.waiting_since, table.waiting_by)
        found |= {tuple(row) for row in session.execute(select(table.id, *kept))}
    return found


def test_a_place_lost_with_its_facility_is_no_error(session: Session) -> None:
    post = Post(session)
    make_letter(session, post.prisoner, post.writers[0], date(2028, 1, 1), placement_id=post.stays[0].id)
    assert recount(session) == 1
    assert session.scalars(select(Placement)).all()
