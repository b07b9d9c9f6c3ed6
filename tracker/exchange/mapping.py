"""Which part of a bundle is kept in which table, said once for import and export."""

from __future__ import annotations

from functools import cache

from tracker.cases.models import (
    Case,
    CasePerson,
    Charge,
    ConcernedBy,
    Measure,
    MeasureTerm,
    Organisation,
    Proceeding,
    Sentence,
    SentenceMerge,
    TestifiedAgainst,
    UnnamedPeople,
)
from tracker.exchange.kinds import Kind, Links, Part, Ref, with_children
from tracker.facilities.models import Facility
from tracker.prisoners.models import (
    Detail,
    DetailKind,
    Need,
    Placement,
    Prisoner,
    PrisonerAge,
    PrisonerName,
    Recognition,
)
from tracker.sources.models import Claim, Dispute


def _same(names: str, *others: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Properties that are called as their columns are, and those that are not."""
    return (*((name, name) for name in names.split()), *others)


def _detail(name: str, list_name: str, label: str, kind: DetailKind) -> Kind:
    return Kind(name, list_name, label, Detail, _same("text"), parent_column="prisoner_id", constants=(("kind", kind),))


_FACILITY = Kind(
    "facility",
    "facilities",
    "facilities",
    Facility,
    _same("key name kind city region country zone zone_from_source"),
    key="key",
    folded=("name", "name_folded"),
    stamps=("created_at",),
)

_PERSON_PARTS = (
    Part("birth", (("on", "birth"), ("place", "birth_place"))),
    Part("sex", (("as", "sex"),)),
    Part("minor_at_arrest", flag="minor_at_arrest"),
    Part("support", (("state", "support"), ("by", "support_by"), ("on", "support_on"), ("caveat", "support_caveat"))),
    Part("no_mail", (("since", "no_mail_since"), ("until", "no_mail_until")), flag="no_mail"),
    Part("official_list", (("since", "official_list_since"),), flag="on_official_list"),
    Part("whereabouts", (("state", "whereabouts"), ("certainty", "whereabouts_implied"))),
)

_MEASURE = Kind(
    "measure",
    "measures",
    "measures",
    Measure,
    _same("kind since since_printed place zone ended_on end_reason note"),
    parent_column="prisoner_id",
    refs=(Ref("case", "case_id", "case"),),
    stamps=("changed_at",),
    children=(
        Kind(
            "term",
            "terms",
            "terms of measures",
            MeasureTerm,
            _same("ordered_on until length_printed court"),
            parent_column="measure_id",
        ),
    ),
)

_PERSON = Kind(
    "person",
    "people",
    "people",
    Prisoner,
    _same("key name standing"),
    key="key",
    parts=_PERSON_PARTS,
    folded=("name", "name_folded"),
    stamps=("created_at",),
    children=(
        Kind("name", "names", "forms of names", PrisonerName, _same("text kind"), parent_column="prisoner_id"),
        Kind("age", "ages", "ages", PrisonerAge, _same("years at on"), parent_column="prisoner_id"),
        _detail("citizenship", "citizenship", "citizenships", DetailKind.CITIZENSHIP),
        _detail("work", "work", "trades and studies", DetailKind.WORK),
        _detail("interest", "interests", "interests", DetailKind.INTEREST),
        Kind("recognition", "recognitions", "recognitions", Recognition, _same("by on"), parent_column="prisoner_id"),
        Kind(
            "placement",
            "placements",
            "placements",
            Placement,
            _same(
                "kind place regime conditions since since_printed until until_printed",
                ("current", "stated_current"),
                ("certainty", "implied"),
            ),
            parent_column="prisoner_id",
            refs=(Ref("facility", "facility_id", "facility"),),
        ),
        _MEASURE,
        Kind("need", "needs", "needs", Need, _same("kind text"), parent_column="prisoner_id"),
    ),
)

_SENTENCE = Kind(
    "sentence",
    "sentences",
    "sentences",
    Sentence,
    _same(
        "key stage on on_printed court sat_at kind months length_printed regime regime_printed parts fine damages ban"
        " requested requested_months change in_force early_release_on note"
    ),
    key="key",
    parent_column="case_id",
    refs=(
        Ref("person", "prisoner_id", "person", required=True),
        Ref("replaces", "replaces_id", "sentence", late=True),
    ),
    links=(Links("merges", SentenceMerge, "sentence_id", "merged_id", "sentence"),),
)

_CONCERNED = (Links("people", ConcernedBy, "subject_id", "prisoner_id", "person"),)

_CASE = Kind(
    "case",
    "cases",
    "cases",
    Case,
    _same("key title heading kind country summary"),
    key="key",
    refs=(Ref("told_under", "told_under_id", "case", late=True),),
    folded=("title", "title_folded"),
    stamps=("created_at",),
    children=(
        Kind(
            "organisation",
            "organisations",
            "organisations",
            Organisation,
            _same("name other_names founded ended note"),
            parent_column="case_id",
        ),
        Kind(
            "case_person",
            "people",
            "people in cases",
            CasePerson,
            _same("role detained_on detained_printed detained_at"),
            key="person",
            required=True,
            parent_column="case_id",
            stamps=("detained_changed_at",),
            refs=(Ref("person", "prisoner_id", "person", required=True),),
            parts=(
                Part(
                    "agreement",
                    (("on", "agreement_on"),),
                    flag="has_agreement",
                    links=(Links("testified_against", TestifiedAgainst, "case_person_id", "prisoner_id", "person"),),
                ),
            ),
        ),
        Kind("unnamed", "unnamed", "people without names", UnnamedPeople, _same("count text"), parent_column="case_id"),
        Kind(
            "charge",
            "charges",
            "charges",
            Charge,
            _same("code articles articles_printed wording brought_on brought_printed state state_on faces_up_to"),
            parent_column="case_id",
            links=_CONCERNED,
        ),
        Kind(
            "proceeding",
            "proceedings",
            "proceedings",
            Proceeding,
            _same("kind on on_printed court sat_at text"),
            parent_column="case_id",
            links=_CONCERNED,
        ),
        _SENTENCE,
    ),
)

_DISPUTE = Kind(
    "dispute",
    "disputes",
    "disputes",
    Dispute,
    _same("key question"),
    key="key",
    cited=False,
    parts=(
        Part(
            "about",
            (("whole", "about_source"),),
            refs=(Ref("person", "prisoner_id", "person"), Ref("case", "case_id", "case")),
            cited=False,
            required=True,
        ),
        Part(
            "accepted",
            (("by", "accepted_by"), ("on", "accepted_on"), ("reason", "accepted_because")),
            refs=(Ref("claim", "accepted_claim_id", "claim", late=True),),
            cited=False,
        ),
    ),
    children=(Kind("claim", "claims", "claims", Claim, _same("value"), parent_column="dispute_id"),),
)

TOP: tuple[Kind, ...] = (_FACILITY, _PERSON, _CASE, _DISPUTE)
"""The four lists of a bundle, in the order of the format."""


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Every kind, parents before children, in the order of the format."""
    return tuple(kind for top in TOP for kind in with_children(top))


@cache
def kind_of(path: str) -> Kind:
    """The kind of the piece at a path such as ``people/roman-paklin/placements/2``."""
    kinds, found = TOP, None
    for name in path.split("/")[::2]:
        found = next(kind for kind in kinds if kind.list == name)
        kinds = found.children
    assert found is not None
    return found
