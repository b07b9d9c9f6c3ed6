"""The cast of the tests, one plain function per table. Everybody here is invented.

Vera is a volunteer, Cora a coordinator, Ada an admin, Sam a stranger to every prisoner. Дуня Огурцова is the prisoner
of whom most tests tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.support.client import FormClient
from tracker.accounts.actions import start_session
from tracker.assignments.models import Assignment
from tracker.cases.models import (
    Case,
    CaseKind,
    CasePerson,
    CaseRole,
    Charge,
    Measure,
    MeasureKind,
    MeasureTerm,
)
from tracker.db import Base
from tracker.evenings.models import Evening, EveningPerson
from tracker.facilities.models import Facility, FacilityKind
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.rules import Direction, LetterKind
from tracker.parcels.models import Parcel, ParcelItem
from tracker.prisoners.models import Need, NeedKind, Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.scans.models import Scan
from tracker.sources.models import Citation, Claim, Dispute, Source
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watch, Watcher, WatchLink
from tracker.watchers.rules import address_key, hash_of

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

Row = TypeVar("Row", bound=Base)


def _kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_volunteer(session: Session, handle: str = "vera", **facts: Any) -> Volunteer:
    facts = {"handle_folded": handle.casefold(), "zone": "Europe/Berlin", "created_at": LONG_AGO} | facts
    return _kept(session, Volunteer(handle=handle, **facts))


def make_coordinator(session: Session, handle: str = "cora", **facts: Any) -> Volunteer:
    return make_volunteer(session, handle, is_coordinator=True, **facts)


def make_facility(session: Session, **facts: Any) -> Facility:
    facts = {
        "name": "SIZO-9",
        "name_local": "ФКУ СИЗО-9",
        "kind": FacilityKind.SIZO,
        "city": "Lukomorsk",
        "country": "RU",
        "zone": "Asia/Vladivostok",
        "address": "ул. Дубовая, 1\nг. Лукоморск\n690000",
        "address_latin": "Dubovaya 1, Lukomorsk 690000, Russia",
        "created_at": LONG_AGO,
    } | facts
    return _kept(session, Facility(name_folded=str(facts["name"]).casefold(), **facts))


def make_prisoner(session: Session, name: str = "Dunya Ogurtsova", **facts: Any) -> Prisoner:
    facts = {"name_folded": name.casefold(), "created_at": LONG_AGO} | facts
    return _kept(session, Prisoner(name=name, **facts))


def make_placement(session: Session, prisoner: Prisoner, facility: Facility | None = None, **facts: Any) -> Placement:
    facts = {
        "position": 0,
        "kind": PlacementKind.SIZO if facility else PlacementKind.UNKNOWN,
        "facility_id": facility.id if facility else None,
        "is_current": True,
    } | facts
    return _kept(session, Placement(prisoner_id=prisoner.id, **facts))


def make_assignment(session: Session, prisoner: Prisoner, volunteer: Volunteer, **facts: Any) -> Assignment:
    facts = {"since": date(2024, 1, 1), "created_at": LONG_AGO} | facts
    return _kept(session, Assignment(prisoner_id=prisoner.id, volunteer_id=volunteer.id, **facts))


def make_scan(session: Session, letter_id: UUID, **facts: Any) -> Scan:
    """The row of a page; its file is another matter."""
    facts = {
        "position": 0,
        "width": 20,
        "height": 30,
        "uploaded_at": LONG_AGO,
        "form_id": uuid4(),
        "delete_on": date(2999, 1, 1),
    } | facts
    return _kept(session, Scan(letter_id=letter_id, **facts))


def make_letter(session: Session, prisoner: Prisoner, volunteer: Volunteer, dated_on: date, **facts: Any) -> Letter:
    """A row as it stands in the table; the days kept beside it are not touched."""
    facts = {
        "direction": Direction.OUT,
        "kind": LetterKind.LETTER,
        "logged_by_id": volunteer.id,
        "logged_at": datetime(dated_on.year, dated_on.month, dated_on.day, 12, tzinfo=UTC),
        "form_id": uuid4(),
    } | facts
    return _kept(session, Letter(prisoner_id=prisoner.id, volunteer_id=volunteer.id, dated_on=dated_on, **facts))


def make_prepared(
    session: Session, prisoner: Prisoner, volunteer: Volunteer, planned_on: date, **facts: Any
) -> PreparedLetter:
    """A letter in preparation."""
    facts = {
        "kind": LetterKind.LETTER,
        "created_by_id": volunteer.id,
        "created_at": LONG_AGO,
        "form_id": uuid4(),
    } | facts
    return _kept(
        session, PreparedLetter(prisoner_id=prisoner.id, volunteer_id=volunteer.id, planned_on=planned_on, **facts)
    )


def make_parcel(session: Session, prisoner: Prisoner, volunteer: Volunteer, posted_on: date, **facts: Any) -> Parcel:
    """With ``things`` in it."""
    things = facts.pop("things", ("Socks", "Tea"))
    facts = {
        "logged_by_id": volunteer.id,
        "logged_at": datetime(posted_on.year, posted_on.month, posted_on.day, 12, tzinfo=UTC),
        "form_id": uuid4(),
    } | facts
    made = _kept(session, Parcel(prisoner_id=prisoner.id, volunteer_id=volunteer.id, posted_on=posted_on, **facts))
    for position, thing in enumerate(things):
        _kept(session, ParcelItem(parcel_id=made.id, position=position, what=thing))
    return made


def make_need(session: Session, prisoner: Prisoner, text: str | None = "Soap", **facts: Any) -> Need:
    facts = {"kind": NeedKind.PARCEL, "created_at": LONG_AGO} | facts
    return _kept(session, Need(prisoner_id=prisoner.id, text=text, **facts))


def make_case(session: Session, title: str = "Case of the leaflets", **facts: Any) -> Case:
    facts = {"title_folded": title.casefold(), "kind": CaseKind.CRIMINAL, "created_at": LONG_AGO} | facts
    return _kept(session, Case(title=title, **facts))


def make_case_person(session: Session, case: Case, prisoner: Prisoner, **facts: Any) -> CasePerson:
    facts = {"role": CaseRole.DEFENDANT} | facts
    return _kept(session, CasePerson(case_id=case.id, prisoner_id=prisoner.id, **facts))


def make_charge(session: Session, case: Case, **facts: Any) -> Charge:
    facts = {"articles": "205.4"} | facts
    return _kept(session, Charge(case_id=case.id, **facts))


def make_measure(session: Session, prisoner: Prisoner, **facts: Any) -> Measure:
    """With its first term, as it stands after it was imposed."""
    facts = {"kind": MeasureKind.CUSTODY, "zone": "Asia/Vladivostok", "changed_at": LONG_AGO} | facts
    made = _kept(session, Measure(prisoner_id=prisoner.id, **facts))
    _kept(session, MeasureTerm(measure_id=made.id, position=0, until=made.until))
    return made


def make_source(session: Session, key: str = "invented-2025", **facts: Any) -> Source:
    facts = {"title": "Invented", "publisher": "Nobody", "year": 2025, "language": "en", "line_count": 900} | facts
    return _kept(session, Source(key=key, **facts))


def make_citation(session: Session, source: Source, subject_id: UUID, lines: str, **facts: Any) -> Citation:
    return _kept(session, Citation(source_id=source.id, subject_id=subject_id, lines=lines, **facts))


def make_dispute(session: Session, question: str, *values: str, **facts: Any) -> Dispute:
    """With its claims in order."""
    made = _kept(session, Dispute(key=question.casefold().replace(" ", "-"), question=question, **facts))
    for position, value in enumerate(values):
        _kept(session, Claim(dispute_id=made.id, value=value, position=position))
    return made


def make_evening(session: Session, by: Volunteer, people: Iterable[Prisoner] = (), **facts: Any) -> Evening:
    """With its people in order."""
    facts = {"title": "Letters in December", "on": date(2026, 1, 15), "created_at": LONG_AGO} | facts
    made = _kept(session, Evening(created_by_id=by.id, **facts))
    for place, person in enumerate(people, start=1):
        _kept(session, EveningPerson(evening_id=made.id, prisoner_id=person.id, position=place, number=place))
    return made


def make_watch_link(session: Session, by: Volunteer, secret: str, **facts: Any) -> WatchLink:
    """An address to hand out, with this secret; say whether it is for ``case_id`` or ``prisoner_id``."""
    facts = {"made_by_id": by.id, "made_at": LONG_AGO} | facts
    return _kept(session, WatchLink(token_hash=hash_of(secret), **facts))


def make_watcher(session: Session, address: str = "olga@example.org", **facts: Any) -> Watcher:
    """One who has confirmed. Her key is that of an installation with the secret of the tests."""
    facts = {
        "address_key": address_key(address, b"a secret of the tests, long enough to pass the check"),
        "zone": "Europe/Berlin",
        "confirmed_at": LONG_AGO,
        "created_at": LONG_AGO,
    } | facts
    made = Watcher(**facts)
    made.email = address
    return _kept(session, made)


def make_watch(session: Session, watcher: Watcher, **facts: Any) -> Watch:
    """Say whether it is of ``case_id`` or ``prisoner_id``."""
    facts = {"confirmed_at": watcher.confirmed_at, "created_at": LONG_AGO} | facts
    return _kept(session, Watch(watcher_id=watcher.id, **facts))


def sign_in(client: FormClient, session: Session, volunteer: Volunteer) -> FormClient:
    """Put somebody at a browser, as if she had typed her passphrase."""
    from tracker import clock

    token = start_session(session, volunteer.id, lasts=timedelta(hours=8), now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client
