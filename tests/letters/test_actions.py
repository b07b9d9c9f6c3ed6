"""Logging, correcting, removing letters and replies, and the days that are kept beside them."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_prisoner, make_volunteer
from tracker.assignments.models import Assignment, Part
from tracker.db import make_sessions
from tracker.letters import actions, fates
from tracker.letters.actions import AnsweredLetter, Entered, LetterFacts, ReplyFacts
from tracker.letters.models import Letter
from tracker.letters.queries import newest_letters
from tracker.letters.rules import (
    AlreadyLogged,
    DatedInTheFuture,
    Direction,
    EntryRefused,
    LetterKind,
    NotTheirLetter,
    RepliesDoNotReturn,
    ReplyBeforeItsLetter,
    ReturnReason,
)
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entered(prisoner: Prisoner, volunteer: Volunteer, **facts: Any) -> Entered:
    defaults: dict[str, Any] = {"actor_id": volunteer.id, "form_id": uuid4(), "today": TODAY, "now": NOW}
    return Entered(prisoner_id=prisoner.id, volunteer_id=volunteer.id, **defaults | facts)


def log(session: Session, prisoner: Prisoner, volunteer: Volunteer, day: date, **facts: Any) -> Letter:
    letter_id = actions.log_letter(session, LetterFacts(LetterKind.LETTER, day), entered(prisoner, volunteer, **facts))
    return session.get_one(Letter, letter_id)


def reply(
    session: Session, prisoner: Prisoner, volunteer: Volunteer, day: date, answers: Letter | None = None
) -> Letter:
    answered = AnsweredLetter(answers.id, answers.dated_on, answers.volunteer_id) if answers else None
    facts = ReplyFacts(LetterKind.LETTER, day, answers=answered)
    return session.get_one(Letter, actions.log_reply(session, facts, entered(prisoner, volunteer)))


def kept(session: Session, prisoner: Prisoner, volunteer: Volunteer) -> tuple[date | None, date | None, date | None]:
    """The day of the newest letter, of the newest reply, and of her newest letter."""
    days = session.execute(
        select(Prisoner.last_letter_on, Prisoner.last_reply_on).where(Prisoner.id == prisoner.id)
    ).one()
    hers = session.scalars(
        select(Assignment.last_letter_on)
        .where(Assignment.prisoner_id == prisoner.id, Assignment.volunteer_id == volunteer.id)
        .distinct()
    ).all()
    assert len(hers) == 1, "all her assignments to one prisoner tell the same day"
    return days.last_letter_on, days.last_reply_on, hers[0]


def test_a_letter_is_kept_as_it_was_told(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    facts = LetterFacts(LetterKind.CARD, TODAY, tracking="RB123456785DE", note="О саде и о котах")
    letter = session.get_one(Letter, actions.log_letter(session, facts, entered(dunya, vera)))
    assert (letter.direction, letter.kind, letter.dated_on) == (Direction.OUT, LetterKind.CARD, TODAY)
    assert (letter.tracking, letter.note) == ("RB123456785DE", "О саде и о котах")
    assert (letter.volunteer_id, letter.logged_by_id, letter.logged_at) == (vera.id, vera.id, NOW)
    assert letter.note_sealed
    assert "саде".encode() not in letter.note_sealed


def test_the_days_follow_a_letters_own_date(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    log(session, dunya, vera, date(2026, 11, 20))
    log(session, dunya, vera, date(2024, 2, 29))
    assert kept(session, dunya, vera) == (date(2026, 11, 20), None, date(2026, 11, 20))


def test_her_day_is_not_that_of_others(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    make_assignment(session, dunya, olga)
    log(session, dunya, vera, date(2026, 11, 1))
    log(session, dunya, olga, date(2026, 11, 20))
    assert kept(session, dunya, vera)[2] == date(2026, 11, 1)
    assert kept(session, dunya, olga)[2] == date(2026, 11, 20)


def test_a_letter_of_tomorrow_is_not_kept(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    with pytest.raises(DatedInTheFuture):
        log(session, dunya, vera, TODAY + timedelta(days=1))
    assert session.scalar(select(func.count(Letter.id))) == 0


def test_the_same_form_logs_one_letter(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    form_id = uuid4()
    first = log(session, dunya, vera, date(2026, 11, 20), form_id=form_id)
    with pytest.raises(AlreadyLogged) as error:
        log(session, dunya, vera, TODAY, form_id=form_id)
    assert (error.value.entry_id, error.value.removed) == (first.id, False)
    assert kept(session, dunya, vera)[0] == date(2026, 11, 20)


def test_the_same_form_after_a_removal_says_so(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    form_id = uuid4()
    actions.remove_letter(session, log(session, dunya, vera, TODAY, form_id=form_id), now=NOW)
    with pytest.raises(AlreadyLogged) as error:
        log(session, dunya, vera, TODAY, form_id=form_id)
    assert error.value.removed


def test_the_form_of_somebody_else_is_another_form(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    form_id = uuid4()
    log(session, dunya, vera, TODAY, form_id=form_id)
    log(session, dunya, olga, TODAY, form_id=form_id)
    assert session.scalar(select(func.count(Letter.id))) == 2


def test_a_double_tap_at_the_same_instant_logs_one_letter(
    engine: Engine, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    told = entered(dunya, vera)
    session.commit()
    sessions, barrier, answers = make_sessions(engine), threading.Barrier(4), []

    def tap() -> None:
        with sessions() as own:
            barrier.wait()
            try:
                letter_id = actions.log_letter(own, LetterFacts(LetterKind.LETTER, TODAY), told)
                own.commit()
            except AlreadyLogged as error:
                letter_id = error.entry_id
            answers.append(letter_id)

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert session.scalar(select(func.count(Letter.id))) == 1


def test_letters_logged_at_the_same_instant_all_count(
    engine: Engine, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    doomed = log(session, dunya, vera, TODAY).id
    session.commit()
    sessions, barrier = make_sessions(engine), threading.Barrier(4)

    def write(days_ago: int) -> None:
        with sessions() as own:
            barrier.wait()
            log(own, dunya, vera, TODAY - timedelta(days=days_ago))
            own.commit()

    def remove() -> None:
        with sessions() as own:
            barrier.wait()
            actions.remove_letter(own, own.get_one(Letter, doomed), now=NOW)
            own.commit()

    threads = [threading.Thread(target=write, args=(days,)) for days in (3, 1, 2)] + [threading.Thread(target=remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert kept(session, dunya, vera) == (date(2026, 11, 23), None, date(2026, 11, 23))


def test_a_reply_is_linked_to_the_letter_that_it_answers(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    letter = log(session, dunya, vera, date(2026, 10, 1))
    assert reply(session, dunya, vera, TODAY, letter).answers_id == letter.id
    assert kept(session, dunya, vera) == (date(2026, 10, 1), TODAY, date(2026, 10, 1))


def test_a_reply_before_its_letter_is_refused(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    letter = log(session, dunya, vera, TODAY)
    with pytest.raises(ReplyBeforeItsLetter):
        reply(session, dunya, vera, date(2026, 11, 23), letter)


def test_a_reply_to_vera_does_not_answer_a_letter_of_olga(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    with pytest.raises(NotTheirLetter):
        reply(session, dunya, vera, TODAY, log(session, dunya, olga, date(2026, 10, 1)))


def test_a_corrected_day_counts_everywhere(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    log(session, dunya, vera, date(2026, 11, 10))
    letter = log(session, dunya, vera, TODAY)
    facts = LetterFacts(LetterKind.E_LETTER, date(2026, 11, 1))
    actions.correct_letter(session, letter, facts, today=TODAY, now=NOW)
    assert letter.kind is LetterKind.E_LETTER
    assert letter.changed_at == NOW
    assert kept(session, dunya, vera) == (date(2026, 11, 10), None, date(2026, 11, 10))


def test_a_letter_is_not_moved_behind_the_reply_to_it(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    letter = log(session, dunya, vera, date(2026, 10, 1))
    reply(session, dunya, vera, date(2026, 10, 20), letter)
    with pytest.raises(ReplyBeforeItsLetter):
        actions.correct_letter(session, letter, LetterFacts(LetterKind.LETTER, TODAY), today=TODAY, now=NOW)
    assert letter.dated_on == date(2026, 10, 1)


def test_a_letter_is_not_moved_behind_the_day_on_which_its_reply_was_written(
    session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    letter = log(session, dunya, vera, date(2026, 10, 1))
    reply(session, dunya, vera, date(2026, 10, 20), letter).written_on = date(2026, 10, 5)
    with pytest.raises(ReplyBeforeItsLetter):
        actions.correct_letter(session, letter, LetterFacts(LetterKind.LETTER, date(2026, 10, 6)), today=TODAY, now=NOW)


def test_days_that_nobody_touched_are_not_refused(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    letter = log(session, dunya, vera, TODAY)
    answer = reply(session, dunya, vera, TODAY, letter)
    yesterday = TODAY - timedelta(days=1)
    actions.correct_letter(
        session, letter, LetterFacts(LetterKind.LETTER, TODAY, note="О погоде"), today=yesterday, now=NOW
    )
    answered = AnsweredLetter(letter.id, letter.dated_on, vera.id)
    facts = ReplyFacts(LetterKind.LETTER, TODAY, answers=answered, note="О котах")
    actions.correct_reply(session, answer, facts, today=yesterday, now=NOW)
    assert (letter.note, answer.note) == ("О погоде", "О котах")


def test_a_reply_that_comes_back_does_not_answer_a_letter_moved_behind_it(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    letter = log(session, dunya, vera, date(2026, 10, 1))
    answer = reply(session, dunya, vera, date(2026, 10, 20), letter)
    actions.remove_letter(session, answer, now=NOW)
    assert actions.restore_letter(session, answer, now=NOW) is True
    assert answer.answers_id == letter.id
    actions.remove_letter(session, answer, now=NOW)
    actions.correct_letter(session, letter, LetterFacts(LetterKind.LETTER, TODAY), today=TODAY, now=NOW)
    assert actions.restore_letter(session, answer, now=NOW) is False
    assert [answer.answers_id, answer.removed_at] == [None, None]
    assert kept(session, dunya, vera)[1] == date(2026, 10, 20)


def test_a_corrected_reply_can_answer_nothing(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    answer = reply(session, dunya, vera, TODAY, log(session, dunya, vera, date(2026, 10, 1)))
    facts = ReplyFacts(LetterKind.CARD, date(2026, 11, 2), written_on=date(2026, 10, 20), note="С марками")
    actions.correct_reply(session, answer, facts, today=TODAY, now=NOW)
    assert (answer.answers_id, answer.written_on, answer.note) == (None, date(2026, 10, 20), "С марками")
    assert kept(session, dunya, vera)[1] == date(2026, 11, 2)


def test_a_removed_letter_counts_nowhere_and_comes_back(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    letter = log(session, dunya, vera, TODAY)
    actions.remove_letter(session, letter, now=NOW)
    actions.remove_letter(session, letter, now=NOW)
    assert kept(session, dunya, vera) == (None, None, None)
    assert newest_letters(session, dunya.id) == []
    actions.restore_letter(session, letter, now=NOW)
    assert kept(session, dunya, vera) == (TODAY, None, TODAY)


def test_a_letter_that_came_back_was_posted_all_the_same(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    letter = log(session, dunya, vera, date(2026, 11, 1))
    fates.mark_returned(session, letter, on=TODAY, reason=ReturnReason.MOVED, today=TODAY, now=NOW)
    assert (letter.returned_on, letter.return_reason) == (TODAY, ReturnReason.MOVED)
    assert kept(session, dunya, vera) == (date(2026, 11, 1), None, date(2026, 11, 1))
    fates.unmark_returned(session, letter, now=NOW)
    assert (letter.returned_on, letter.return_reason) == (None, None)


def test_a_reply_does_not_come_back(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    answer = reply(session, dunya, vera, TODAY)
    with pytest.raises(RepliesDoNotReturn):
        fates.mark_returned(session, answer, on=TODAY, reason=ReturnReason.MOVED, today=TODAY, now=NOW)


def test_a_volunteer_with_two_parts_has_one_newest_letter(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    make_assignment(session, dunya, vera, part=Part.PARCELS)
    make_assignment(session, dunya, vera, part=Part.COURT, until=date(2025, 1, 1))
    log(session, dunya, vera, TODAY)
    assert kept(session, dunya, vera)[2] == TODAY


_DAYS = st.integers(0, 12)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("log", "reply", "correct", "remove", "restore", "returned", "not_returned")),
        st.integers(0, 1),
        _DAYS,
        st.integers(0, 9),
    ),
    max_size=14,
)


@given(steps=_STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_kept_days_are_those_of_the_newest_entries(session: Session, steps: list[Any]) -> None:
    prisoner = make_prisoner(session)
    writers = [make_volunteer(session, f"writer {uuid4()}") for _ in range(2)]
    for writer in writers:
        make_assignment(session, prisoner, writer)
    entries: list[Letter] = []
    for what, writer, days, which in steps:
        try:
            _step(session, prisoner, writers[writer], entries, what, TODAY - timedelta(days=days), which)
        except EntryRefused:
            continue
        for one in writers:
            expected = (
                _newest(session, prisoner.id, Direction.OUT),
                _newest(session, prisoner.id, Direction.REPLY),
                _newest(session, prisoner.id, Direction.OUT, one.id),
            )
            assert kept(session, prisoner, one) == expected
    session.rollback()


def _step(
    session: Session, prisoner: Prisoner, writer: Volunteer, entries: list[Letter], what: str, day: date, which: int
) -> None:
    if what == "log" or not entries:
        entries.append(log(session, prisoner, writer, day))
        return
    entry = entries[which % len(entries)]
    if what == "reply":
        entries.append(reply(session, prisoner, writer, day, entry if entry.direction is Direction.OUT else None))
    elif what == "correct" and entry.direction is Direction.OUT:
        actions.correct_letter(session, entry, LetterFacts(LetterKind.CARD, day), today=TODAY, now=NOW)
    elif what == "correct":
        actions.correct_reply(session, entry, ReplyFacts(LetterKind.CARD, day), today=TODAY, now=NOW)
    elif what == "remove":
        actions.remove_letter(session, entry, now=NOW)
    elif what == "restore":
        actions.restore_letter(session, entry, now=NOW)
    elif what == "returned":
        fates.mark_returned(session, entry, on=day, reason=ReturnReason.CENSOR, today=TODAY, now=NOW)
    else:
        fates.unmark_returned(session, entry, now=NOW)


def _newest(session: Session, prisoner_id: UUID, direction: Direction, volunteer_id: UUID | None = None) -> date | None:
    """By the whole archive, as no page ever asks."""
    statement = select(func.max(Letter.dated_on)).where(
        Letter.prisoner_id == prisoner_id, Letter.direction == direction, Letter.removed_at.is_(None)
    )
    if volunteer_id is not None:
        statement = statement.where(Letter.volunteer_id == volunteer_id)
    return session.scalar(statement)
