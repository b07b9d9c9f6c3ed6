"""Loads the demo collective of ``data/demo.yaml``, with days counted from today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, EndReason, Part
from tracker.cases.models import (
    Case,
    CaseKind,
    CasePerson,
    CaseRole,
    Charge,
    ChargeState,
    ConcernedBy,
    LawCode,
    Measure,
    MeasureKind,
    MeasureTerm,
)
from tracker.dates.actions import HearingFacts, enter_hearing
from tracker.dates.models import HearingKind
from tracker.demo.packed import need, parcel
from tracker.facilities.models import Facility, FacilityChannel, FacilityKind
from tracker.letters.changes import count_everything
from tracker.letters.models import Channel, Direction, Letter, LetterKind, PreparedLetter, ReplyFormState, ReturnReason
from tracker.letters.rules import usual_channel
from tracker.partial_date import PartialDate
from tracker.prisoners.models import (
    Detail,
    DetailKind,
    NameKind,
    Placement,
    PlacementKind,
    Prisoner,
    PrisonerName,
    Whereabouts,
)
from tracker.prisoners.name_index import index_names
from tracker.transit.actions import recount
from tracker.volunteers.models import Volunteer

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "demo.yaml"


class DemoLoader:
    """Puts the demo into an empty database: each method reads one part of the file."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today
        self._ids: dict[str, Any] = {}

    def load(self, accounts: dict[str, Volunteer]) -> None:
        """Everything but the accounts, which are made before."""
        data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
        self._ids.update(accounts)
        for part in (
            "facilities",
            "cases",
            "prisoners",
            "assignments",
            "letters",
            "prepared",
            "needs",
            "parcels",
            "hearings",
        ):
            for facts in data[part]:
                getattr(self, f"_{part}")(facts)
            self._session.flush()
        self._count_letters()

    def _day(self, days: int) -> date:
        return self._today + timedelta(days=days)

    def _facilities(self, facts: dict[str, Any]) -> None:
        verified = facts.pop("verified", None)
        key = facts.pop("key")
        e_letters = facts.pop("accepts_e_letters", None)
        self._ids[key] = facility = self._added(
            Facility(
                **{**facts, "kind": FacilityKind(facts["kind"])},
                name_folded=facts["name"].casefold(),
                verified_on=self._day(verified) if verified else None,
                created_at=self._now,
            )
        )
        if e_letters is not None:
            self._added(FacilityChannel(facility_id=facility.id, channel=Channel.E_LETTER, works=e_letters))

    def _cases(self, facts: dict[str, Any]) -> None:
        self._ids[facts["key"]] = self._added(
            Case(
                title=facts["title"],
                title_folded=facts["title"].casefold(),
                summary=facts["summary"],
                kind=CaseKind.CRIMINAL,
                country="RU",
                created_at=self._now,
            )
        )

    def _prisoners(self, facts: dict[str, Any]) -> None:
        prisoner = self._added(
            Prisoner(
                name=facts["name"],
                name_folded=facts["name"].casefold(),
                name_local=facts["local"],
                birth=self._birth(facts),
                minor_at_arrest=facts.get("minor", False),
                no_mail=facts.get("no_mail", False),
                whereabouts=Whereabouts(facts["whereabouts"]),
                release_on=PartialDate.of(self._day(facts["release"])) if "release" in facts else None,
                write_about=facts.get("write_about"),
                never_write=facts.get("never_write"),
                languages="Russian",
                created_at=self._now,
            )
        )
        self._ids[facts["key"]] = prisoner
        self._session.flush()
        for number, text in enumerate(facts.get("spellings", ())):
            self._added(PrisonerName(prisoner_id=prisoner.id, text=text, kind=NameKind.SPELLING, position=number))
        for number, text in enumerate(facts.get("interests", ())):
            self._added(Detail(prisoner_id=prisoner.id, kind=DetailKind.INTEREST, text=text, position=number))
        self._added(
            Placement(
                prisoner_id=prisoner.id,
                position=0,
                kind=PlacementKind(facts["kind"]),
                facility_id=self._ids[facts["place"]].id if "place" in facts else None,
                place=facts.get("place_text"),
                since=PartialDate.of(self._day(facts["since"])),
                is_current=True,
            )
        )
        self._put_in_case(prisoner, facts)
        index_names(self._session, [prisoner.id])

    def _birth(self, facts: dict[str, Any]) -> PartialDate | None:
        if "birthday_in" in facts:
            day = self._day(facts["birthday_in"])
            return PartialDate(facts["birth_year"], day.month, min(day.day, 28))
        return PartialDate.parse(facts["birth"]) if "birth" in facts else None

    def _put_in_case(self, prisoner: Prisoner, facts: dict[str, Any]) -> None:
        case = self._ids[facts["case"]]
        detained = PartialDate.of(self._day(facts["detained"]))
        self._added(CasePerson(case_id=case.id, prisoner_id=prisoner.id, role=CaseRole.DEFENDANT, detained_on=detained))
        if "charge" in facts:
            charge = self._added(
                Charge(
                    case_id=case.id,
                    code=LawCode.CRIMINAL,
                    state=ChargeState.STANDING,
                    **{"articles": None, "wording": None, **facts["charge"]},
                )
            )
            self._added(ConcernedBy(subject_id=charge.id, prisoner_id=prisoner.id))
        if "custody_until" in facts:
            until = PartialDate.of(self._day(facts["custody_until"]))
            measure = self._added(
                Measure(
                    prisoner_id=prisoner.id,
                    case_id=case.id,
                    kind=MeasureKind.CUSTODY,
                    since=detained,
                    until=until,
                    zone="Asia/Vladivostok",
                    changed_at=self._now - timedelta(days=1),
                )
            )
            self._session.flush()
            self._added(MeasureTerm(measure_id=measure.id, until=until, position=0))

    def _assignments(self, facts: dict[str, Any]) -> None:
        self._added(
            Assignment(
                prisoner_id=self._ids[facts["prisoner"]].id,
                volunteer_id=self._ids[facts["volunteer"]].id,
                part=Part(facts.get("part", "writer")),
                since=self._day(facts["since"]),
                until=self._day(facts["until"]) if "until" in facts else None,
                end_reason=EndReason(facts["why"]) if "why" in facts else None,
                assigned_by_id=self._ids["cora"].id,
                created_at=self._now,
            )
        )

    def _letters(self, facts: dict[str, Any]) -> None:
        prisoner, volunteer = self._ids[facts["prisoner"]], self._ids[facts["volunteer"]]
        answered = self._ids.get(f"{facts['prisoner']} {facts.get('answers')}")
        kind = LetterKind(facts.get("kind", "letter"))
        letter = self._added(
            Letter(
                prisoner_id=prisoner.id,
                volunteer_id=volunteer.id,
                direction=Direction.REPLY if facts.get("reply") else Direction.OUT,
                kind=kind,
                channel=usual_channel(kind),
                service=facts.get("service"),
                number=facts.get("number"),
                dated_on=self._day(facts["days"]),
                delivered_on=self._day(facts["delivered"]) if "delivered" in facts else None,
                reply_form=ReplyFormState(facts["form"]) if "form" in facts else None,
                reply_form_on=self._day(facts["form_days"]) if "form" in facts else None,
                answers_id=answered.id if answered else None,
                returned_on=self._day(facts["returned"]) if "returned" in facts else None,
                return_reason=ReturnReason(facts["reason"]) if "reason" in facts else None,
                note=facts.get("note"),
                logged_by_id=volunteer.id,
                logged_at=self._now,
                form_id=uuid4(),
            )
        )
        self._ids[f"{facts['prisoner']} {facts['days']}"] = letter
        self._session.flush()

    def _prepared(self, facts: dict[str, Any]) -> None:
        volunteer = self._ids[facts["volunteer"]]
        self._added(
            PreparedLetter(
                prisoner_id=self._ids[facts["prisoner"]].id,
                volunteer_id=volunteer.id,
                kind=LetterKind(facts["kind"]),
                language=facts.get("language"),
                planned_on=self._day(facts["days"]),
                written_on=self._day(facts["written"]) if "written" in facts else None,
                note=facts.get("note"),
                created_by_id=volunteer.id,
                created_at=self._now,
                form_id=uuid4(),
            )
        )

    def _needs(self, facts: dict[str, Any]) -> None:
        asked_in = self._ids[f"{facts['prisoner']} {facts['days']}"]
        self._added(need(facts, asked_in, self._day, self._now))

    def _parcels(self, facts: dict[str, Any]) -> None:
        made, items = parcel(facts, self._ids[facts["prisoner"]], self._ids[facts["volunteer"]], self._day, self._now)
        self._added(made)
        self._session.flush()
        for item in items:
            self._added(item)

    def _hearings(self, facts: dict[str, Any]) -> None:
        enter_hearing(
            self._session,
            HearingFacts(
                court=self._ids[facts["court"]],
                on=self._day(facts["days"]),
                at=time.fromisoformat(facts["at"]) if "at" in facts else None,
                kind=HearingKind(facts["kind"]),
                expected=facts["expected"],
                case_id=self._ids[facts["case"]].id,
            ),
            prisoner_ids=[self._ids[key].id for key in facts["prisoners"]],
            entered_by_id=self._ids["cora"].id,
            form_id=uuid4(),
            now=self._now - timedelta(days=2),
        )

    def _count_letters(self) -> None:
        """What letters/changes.py keeps up from here on."""
        self._session.flush()
        count_everything(self._session)
        recount(self._session)

    def _added(self, row: Any) -> Any:
        self._session.add(row)
        return row
