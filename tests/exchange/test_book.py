"""The shipped bundle of the book: complete, sourced, and with nothing in it that nobody should store."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tests.exchange.conftest import NOW
from tracker.cases.models import (
    Case,
    CasePerson,
    ConcernedBy,
    Measure,
    MeasureTerm,
    Proceeding,
    Sentence,
    SentenceMerge,
)
from tracker.cases.models import (
    TestifiedAgainst as SaidAgainst,
)
from tracker.exchange.actions import import_bundle
from tracker.exchange.bundle import read_bundle
from tracker.exchange.mapping import all_kinds
from tracker.exchange.models import Imported
from tracker.exchange.queries import exported
from tracker.exchange.reading import Document
from tracker.exchange.writing import written
from tracker.prisoners.models import Placement, Prisoner, PrisonerName
from tracker.prisoners.search import found_by_name
from tracker.sources.models import Citation, Claim, Dispute

BOOK = Path(__file__).parents[2] / "data" / "unheard-voices-2025.yaml"
LINES = 1114


@pytest.fixture(scope="module")
def document() -> Document:
    return read_bundle(BOOK.read_bytes())


@pytest.fixture
def book(session: Session, document: Document) -> Session:
    import_bundle(session, document, now=NOW)
    session.commit()
    return session


def keys(session: Session, query: Any) -> set[str]:
    return set(session.scalars(query))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_cases_and_all_named_people_are_there(book: Session):
    def count(column: Any, *where: Any) -> int:
        return book.scalar(select(func.count(column)).where(*where)) or 0

    assert count(Case.id, Case.heading) == 29
    assert count(Prisoner.id) == 64
    assert count(Dispute.id) >= 45
    assert set(book.scalars(select(func.count()).select_from(Claim).group_by(Claim.dispute_id))) >= {2}
    in_cases = select(CasePerson.prisoner_id)
    assert not keys(book, select(Prisoner.key).where(Prisoner.id.not_in(in_cases)))


def test_the_book_is_given_back_as_it_was_and_taking_it_again_changes_nothing(book: Session, document: Document):
    assert exported(book, "unheard-voices-2025") == document.data
    assert written(exported(book, "unheard-voices-2025")) == BOOK.read_bytes()
    account = import_bundle(book, document, now=NOW)
    assert account.nothing_changed
    assert not account.notes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_fact_has_its_lines_and_they_are_in_the_book(book: Session):
    cited = {subject: lines for subject, lines in book.execute(select(Citation.subject_id, Citation.lines))}
    uncited = {kind.list for kind in all_kinds() if not kind.cited}
    for path, subject in book.execute(select(Imported.path, Imported.subject_id)):
        assert subject in cited or path.split("/")[-2] in uncited, path
    for lines in book.scalars(select(Citation.lines)):
        assert all(1 <= int(line) <= LINES for line in lines.split(","))


SPELLINGS = [
    ("Ivankin", "Invankin", "Иванкин"),
    ("Danil Chertykov", "Danila Chertykov", "Чертыков"),
    ("Aleksandr Snezhkov", "Alexander Snezhkov", "Sasha Snezhkov", "Александр Снежков"),
    ("Lyubov' Lizunova", "Lyubov Lizunova", "Lyuba Lizunova", "Любовь Лизунова"),
    ("Darya Polyudova", "Daria Polyudova", "Дарья Полюдова"),
    ("Alyona Krylova", "Alena Krylova", "Алёна Крылова"),
    ("Dmitriy Chuvilin", "Dmitry Chuvilin", "Чувилин Дмитрий"),
    ("Yuriy Efimov", "Yuri Efimov", "Юрий Ефимов"),
    ("Alexey Dmitriev", "Alexei Dmitriev", "Алексей Дмитриев"),
    ("Sergey Krupenko", "Sergei Krupenko", "Сергей Крупенко"),
    ("Artyom Borodin", "Artem Borodin", "Артём Бородин"),
    ("Savely Frolov", "Saveliy Frolov", "Савелий Фролов"),
    ("Viktor Filinkov", "Victor Filinkov", "Виктор Филинков"),
    ("Andrey Chernov", "Andrei Chernov", "Андрей Чернов"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_everybody_is_found_under_every_spelling(book: Session):
    for spellings in SPELLINGS:
        found = [found_by_name(book, spelling) for spelling in spellings]
        assert all(ids == found[0] and len(ids) == 1 for ids in found), spellings
    for person, text in book.execute(select(PrisonerName.prisoner_id, PrisonerName.text)):
        assert person in found_by_name(book, text), text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_namesakes_are_different_people(book: Session):
    for name, least in (("Kirill", 2), ("Timofeev", 2), ("Melnikov", 2), ("Artyom", 3)):
        assert len(found_by_name(book, name)) >= least, name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whose_measure_ends_soon_and_whose_has_no_known_end(book: Session):
    today = date(2025, 8, 20)
    ends = book.execute(
        select(Prisoner.key, Measure.until)
        .join(Prisoner, Prisoner.id == Measure.prisoner_id)
        .where(Measure.ended_on.is_(None), Measure.until.is_not(None))
    ).all()

    def within(days: int) -> set[str | None]:
        return {key for key, until in ends if until and today <= until.latest() <= today + timedelta(days=days)}

    assert within(30) == {"anatoly-obukhov"}
    assert within(60) == {"anatoly-obukhov", "garry-azaryan"}
    unknown = (
        select(Prisoner.key)
        .join(Measure, Measure.prisoner_id == Prisoner.id)
        .where(Measure.ended_on.is_(None), Measure.until.is_(None), Measure.kind.in_(["custody", "house_arrest"]))
    )
    assert {"roman-paklin", "ivan-merezhnikov", "yuri-mikheev"} <= keys(book, unknown)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_was_a_minor_when_arrested(book: Session):
    minors = keys(book, select(Prisoner.key).where(Prisoner.minor_at_arrest))

    assert minors == {"lyubov-lizunova", "nikita-uvarov", "denis-mikhailenko", "bogdan-andreev"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_remand_of_azaryan_and_both_extensions_are_three_terms_of_one_measure(book: Session):
    measure = book.scalars(
        select(Measure).join(Prisoner).where(Prisoner.key == "garry-azaryan", Measure.kind == "custody")
    ).one()
    terms = book.scalars(
        select(MeasureTerm).where(MeasureTerm.measure_id == measure.id).order_by(MeasureTerm.position)
    ).all()

    assert [str(term.ordered_on) for term in terms] == ["2025-05-16", "2025-07-11", "2025-08-13"]
    assert str(measure.until) == "2025-10-14"
    due = select(Proceeding.on).where(Proceeding.kind == "deadline", Proceeding.case_id == measure.case_id)
    assert "2025-09-30" in {str(day) for day in book.scalars(due)}


def in_force(session: Session, key: str) -> list[Sentence]:
    query = select(Sentence).join(Prisoner, Prisoner.id == Sentence.prisoner_id)
    return list(session.scalars(query.where(Prisoner.key == key, Sentence.in_force.is_(True))))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_how_the_sentence_of_orlov_came_about(book: Session):
    (total,) = in_force(book, "anton-orlov")
    merged = book.scalars(
        select(Sentence)
        .join(SentenceMerge, SentenceMerge.merged_id == Sentence.id)
        .where(SentenceMerge.sentence_id == total.id)
        .order_by(SentenceMerge.position)
    ).all()

    assert (total.months, total.change) == (114, "merged")
    assert [sentence.months for sentence in merged] == [75, 114]
    assert merged[0].case_id != merged[1].case_id
    first = book.get_one(Sentence, merged[0].replaces_id)
    assert (first.months, merged[0].change) == (78, "reduced")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_how_the_sentences_of_miftakhov_came_about(book: Session):
    (second,) = in_force(book, "azat-miftakhov")
    before = aliased(Sentence)
    reduced = book.execute(
        select(before.months, Sentence.months)
        .join(before, before.id == Sentence.replaces_id)
        .join(Prisoner, Prisoner.id == Sentence.prisoner_id)
        .where(Prisoner.key == "azat-miftakhov")
    ).all()

    assert second.months == 48
    assert [part["months"] for part in second.parts] == [30, 18]
    assert second.parts[0]["regime"] == "prison"
    assert [tuple(row) for row in reduced] == [(72, 69)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_paklin_was_and_is(book: Session):
    places = book.scalars(
        select(Placement).join(Prisoner).where(Prisoner.key == "roman-paklin").order_by(Placement.position)
    ).all()

    assert len(places) >= 6
    (now,) = [place for place in places if place.is_current]
    assert now.kind == "psychiatric_hospital"
    assert now.facility_id is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_with_a_ban_on_mail_or_without_support_is_overlooked(book: Session):
    assert "anatoly-obukhov" in keys(book, select(Prisoner.key).where(Prisoner.no_mail))
    assert keys(book, select(Prisoner.key).where(Prisoner.support == "withheld")) == {"arman-sagynbaev"}
    caveats = keys(book, select(Prisoner.key).where(Prisoner.support == "given_with_caveat"))
    assert caveats == {"kirill-brik", "mikhail-kulkov", "sergey-udaltsov"}
    assert len(keys(book, select(Prisoner.key).where(Prisoner.on_official_list))) == 6


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_testified_against_whom_is_known_to_keep_them_apart(book: Session):
    accused = aliased(Prisoner)
    pairs = book.execute(
        select(Prisoner.key, accused.key)
        .join(CasePerson, CasePerson.prisoner_id == Prisoner.id)
        .join(SaidAgainst, SaidAgainst.case_person_id == CasePerson.id)
        .join(accused, accused.id == SaidAgainst.prisoner_id)
    )

    assert ("kirill-brik", "nikita-oleynik") in {tuple(pair) for pair in pairs}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_concerns_some_people_of_a_case_concerns_people_of_that_case(book: Session):
    in_case = select(CasePerson.prisoner_id).where(CasePerson.case_id == Proceeding.case_id).correlate(Proceeding)
    strangers = (
        select(Proceeding.text)
        .join(ConcernedBy, ConcernedBy.subject_id == Proceeding.id)
        .where(ConcernedBy.prisoner_id.not_in(in_case))
    )

    assert not keys(book, strangers)


# What the book prints and nobody should store: health, sexuality, relatives, neighbours, informers, routes of flight.

FORBIDDEN = re.compile(
    r"\b(hiv|aids|cancer|diabet\w*|tubercul\w*|hepatit\w*|asthma\w*|epilep\w*|depress\w*|suicid\w*|paraly\w*"
    r"|illness\w*|disease\w*|diagnos\w*|health\w*|blood|heart|pain\w*|injur\w*|self-?mutilat\w*|hunger.strikes?"
    r"|bisexual\w*|gay|lesbian\w*|homo\w*|lgbt\w*|queer|sexuali\w+"
    r"|mothers?|fathers?|wife|husbands?|daughters?|sisters?|parents?|grand(ma|pa|mother|father)\w*|relatives?"
    r"|girlfriend\w*|boyfriend\w*|fianc\w*|married|illegitimate|neighbou?rs?|informers?|informants?|drugs?|narcotic\w*"
    r"|infect\w*|asylum)\b",
    re.IGNORECASE,
)
STRANGERS = re.compile(
    r"\b(Svetlana|Pchelintseva|Bogatova|Chernova|Skvortsova|Petrova|Samonina|Strigina|Filinkova|Drevlyanin"
    r"|Nikolai Boyarshinov|Zametaeva|Grigorieva|Tatyana|Tatiana|Elena)\b"
)


def test_the_bundle_has_nothing_that_is_not_to_be_stored():
    found = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(BOOK.read_text(encoding="utf-8").splitlines(), 1)
        if FORBIDDEN.search(line) or STRANGERS.search(line)
    ]

    assert not found
