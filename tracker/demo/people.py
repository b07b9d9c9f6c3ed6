"""The prisoners of the demo, where they are, their cases, and who writes to them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

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
from tracker.demo.loading import Facts, Loading
from tracker.partial_date import PartialDate
from tracker.prisoners.models import (
    Detail,
    DetailKind,
    NameKind,
    Placement,
    PlacementKind,
    Prisoner,
    PrisonerName,
    SupportState,
    Whereabouts,
)
from tracker.prisoners.moves import PlacementFacts, move_prisoner
from tracker.prisoners.name_index import index_names
from tracker.prisoners.rules import Conditions, Regime, Sex


def case(loading: Loading, facts: Facts) -> None:
    """A case that is going on."""
    loading.made[facts["key"]] = loading.add(
        Case(
            title=facts["title"],
            title_folded=facts["title"].casefold(),
            summary=facts["summary"],
            kind=CaseKind.CRIMINAL,
            country="RU",
            created_at=loading.now,
        )
    )


def prisoner(loading: Loading, facts: Facts) -> None:
    """A person with names, stays, interests and the part in a case."""
    made = loading.add(
        Prisoner(
            name=facts["name"],
            name_folded=facts["name"].casefold(),
            name_local=facts["local"],
            birth=_birth(loading, facts),
            sex=Sex(facts["sex"]) if "sex" in facts else None,
            minor_at_arrest=facts.get("minor", False),
            no_mail=facts.get("no_mail", False),
            support=SupportState(facts.get("support", "given")),
            whereabouts=Whereabouts(facts["whereabouts"]),
            release_on=PartialDate.of(loading.on(facts["release"])) if "release" in facts else None,
            write_about=facts.get("write_about"),
            never_write=facts.get("never_write"),
            languages=facts.get("languages", "Russian"),
            created_at=loading.now,
        )
    )
    loading.made[facts["key"]] = made
    loading.session.flush()
    for number, text in enumerate(facts.get("spellings", ())):
        loading.add(PrisonerName(prisoner_id=made.id, text=text, kind=NameKind.SPELLING, position=number))
    for number, text in enumerate(facts.get("interests", ())):
        loading.add(Detail(prisoner_id=made.id, kind=DetailKind.INTEREST, text=text, position=number))
    _stays(loading, made, facts)
    _put_in_case(loading, made, facts)
    index_names(loading.session, [made.id])


def _birth(loading: Loading, facts: Facts) -> PartialDate | None:
    if "birthday_in" in facts:
        day = loading.on(facts["birthday_in"])
        return PartialDate(facts["birth_year"], day.month, min(day.day, 28))
    return PartialDate.parse(facts["birth"]) if "birth" in facts else None


def _stays(loading: Loading, made: Prisoner, facts: Facts) -> None:
    stays = [*facts.get("earlier", ()), facts]
    ends = [PartialDate.of(loading.on(after["since"])) for after in stays[1:]]
    loading.made[f"stays of {facts['key']}"] = [
        loading.add(
            Placement(
                prisoner_id=made.id,
                position=position,
                kind=PlacementKind(stay["kind"]),
                facility_id=loading.made[stay["place"]].id if "place" in stay else None,
                place=stay.get("place_text"),
                since=PartialDate.of(loading.on(stay["since"])),
                until=ends[position] if position < len(ends) else None,
                regime=Regime(stay["regime"]) if "regime" in stay else None,
                conditions=Conditions(stay["conditions"]) if "conditions" in stay else None,
                envelope_line=stay.get("line"),
                is_current=stay is facts,
            )
        )
        for position, stay in enumerate(stays)
    ]


def _put_in_case(loading: Loading, made: Prisoner, facts: Facts) -> None:
    case_id = loading.made[facts["case"]].id
    detained = PartialDate.of(loading.on(facts["detained"]))
    loading.add(CasePerson(case_id=case_id, prisoner_id=made.id, role=CaseRole.DEFENDANT, detained_on=detained))
    if "charge" in facts:
        charge = loading.add(
            Charge(
                case_id=case_id,
                code=LawCode.CRIMINAL,
                state=ChargeState.STANDING,
                **{"articles": None, "wording": None, **facts["charge"]},
            )
        )
        loading.add(ConcernedBy(subject_id=charge.id, prisoner_id=made.id))
    if "custody_until" in facts:
        until = PartialDate.of(loading.on(facts["custody_until"]))
        measure = loading.add(
            Measure(
                prisoner_id=made.id,
                case_id=case_id,
                kind=MeasureKind.CUSTODY,
                since=detained,
                until=until,
                zone="Asia/Vladivostok",
                changed_at=loading.now - timedelta(days=1),
            )
        )
        loading.session.flush()
        loading.add(MeasureTerm(measure_id=measure.id, until=until, position=0))


def assignment(loading: Loading, facts: Facts) -> None:
    """Somebody has a part for a prisoner, or had one."""
    part = Part(facts.get("part", "writer"))
    loading.made[f"{facts['volunteer']} {part} {facts['prisoner']}"] = loading.add(
        Assignment(
            prisoner_id=loading.made[facts["prisoner"]].id,
            volunteer_id=loading.made[facts["volunteer"]].id,
            part=part,
            since=loading.on(facts["since"]),
            until=loading.day(facts.get("until")),
            end_reason=EndReason(facts["why"]) if "why" in facts else None,
            assigned_by_id=loading.made["cora"].id,
            pen_name=facts.get("pen_name"),
            rhythm_days=facts.get("rhythm"),
            created_at=loading.now,
        )
    )


def move(loading: Loading, facts: Facts) -> None:
    """Somebody is taken elsewhere, with all that follows from it."""
    move_prisoner(
        loading.session,
        loading.made[facts["prisoner"]].id,
        uuid4(),
        PlacementFacts(kind=PlacementKind(facts["kind"]), since=PartialDate.of(loading.on(facts["days"]))),
        today=loading.today,
        now=loading.now,
    )
