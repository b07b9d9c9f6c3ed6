"""Entering a person, and changing what is known about one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker import clock
from tracker.access import Audience
from tracker.cases.actions import ChargeFacts
from tracker.cases.models import CaseRole, LawCode
from tracker.cases.queries import cases_to_choose
from tracker.cases.rules import CaseGivenTwice, ChargeWithoutCase, DetainedInTheFuture
from tracker.dates.rules import Leap
from tracker.languages import UnknownLanguage, codes_of, names_of
from tracker.lookup import visible_prisoner
from tracker.prisoners import actions, queries
from tracker.prisoners.actions import PersonFacts
from tracker.prisoners.blueprint import bp
from tracker.prisoners.entering import NewPerson, PartInCase, enter_prisoner
from tracker.prisoners.forms import NewPersonForm, PersonForm
from tracker.prisoners.models import SupportState
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.routes import today
from tracker.prisoners.rules import (
    BornInTheFuture,
    Conditions,
    DatedInTheFuture,
    EndsBeforeBegin,
    NoFacilityThere,
    Perhaps,
    PlaceGivenTwice,
    PlacementKind,
    Regime,
    Sex,
    Whereabouts,
    id_of_entry,
)
from tracker.prisoners.words import WHEREABOUTS_WORDS
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.session import session

_NOT_YET = _l("This day has not come yet.")

_REFUSALS: Mapping[type[Exception], tuple[str, Any]] = {
    BornInTheFuture: ("birth", _NOT_YET),
    EndsBeforeBegin: ("no_mail_until", _l("This is before the ban began.")),
    PlaceGivenTwice: ("place", _l("Choose a facility or describe the place, not both.")),
    NoFacilityThere: ("facility", _l("Such a place is no facility. Choose none, or another sort of place.")),
    DetainedInTheFuture: ("detained_on", _NOT_YET),
    DatedInTheFuture: ("placed_since", _NOT_YET),
    CaseGivenTwice: ("new_case", _l("Choose a case or give a new one a title, not both.")),
    ChargeWithoutCase: ("case", _l("A charge belongs to a case. Choose one, or give a new one a title.")),
}
"""At which field each refusal of the rules is shown, and how it is said."""


def _is_done(form: PersonForm, change: Callable[[], object]) -> bool:
    """Whether it could be done; if not, the form says why, and nothing is kept."""
    try:
        change()
    except UnknownLanguage as unknown:
        refuse(form.languages, _("We do not know the language “%(word)s”.", word=str(unknown)))
    except tuple(_REFUSALS) as refusal:
        name, sentence = _REFUSALS[type(refusal)]
        refuse(form[name], sentence)
    else:
        session.commit()
        return True
    session.rollback()
    return False


@bp.get("/new")
@open_to(Audience.COORDINATORS)
def new() -> ResponseReturnValue:
    form = NewPersonForm(
        support=SupportState.UNDECIDED,
        languages="Russian",
        role=CaseRole.DEFENDANT,
        code=LawCode.CRIMINAL,
        case=request.args.get("case"),
    )
    _offer(form)
    return render_template("prisoners/new.html", form=form, namesakes=())


@bp.post("/new")
@open_to(Audience.COORDINATORS)
def create() -> ResponseReturnValue:
    form = NewPersonForm()
    _offer(form)
    prisoner_id = id_of_entry(form.form_id.uuid(), actor().id)
    namesakes: Any = ()
    if form.validate():
        is_new: list[bool] = []
        try:
            if _is_done(form, lambda: is_new.append(_enter(form, prisoner_id))):
                if is_new[0]:
                    flash(_("Entered. Next, find somebody who writes."))
                else:
                    flash(_("This form was sent before; nothing new was entered."), "warning")
                return redirect(url_for("prisoners.show", prisoner_id=prisoner_id))
        except Perhaps as perhaps:
            session.rollback()
            refuse(form.is_another, _("If none of these is meant, mark this and send it again."))
            namesakes = queries.people_with_ids(session, perhaps.ids)
    return render_template("prisoners/new.html", form=form, namesakes=namesakes), 422


def _enter(form: NewPersonForm, prisoner_id: UUID) -> bool:
    is_another = bool(form.is_another.data)
    return enter_prisoner(
        session, prisoner_id, _new_person(form), is_another=is_another, now=clock.now(), today=today()
    )


def _offer(form: NewPersonForm) -> None:
    offer(form.whereabouts, [("", _l("as follows from the place")), *WHEREABOUTS_WORDS.items()])
    offer_facilities(form.facility)
    offer(form.case, [("", _l("none, or a new one")), *((row.id, row.title) for row in cases_to_choose(session))])


def offer_facilities(field: Any, also: UUID | None = None) -> None:
    """Fill a choice with the facilities in which somebody can be, each with its city unless its name says it."""
    rows = queries.facilities_to_choose(session, also=also)
    named = ((row.id, _in_city(str(row.name), str(row.city or ""))) for row in rows)
    offer(field, [("", _l("none, or not in the list")), *named])


def _in_city(name: str, city: str) -> str:
    return name if city.casefold() in name.casefold() else f"{name}, {city}"


def _new_person(form: NewPersonForm) -> NewPerson:
    placement = PlacementFacts(
        kind=PlacementKind(form.placement.data or PlacementKind.UNKNOWN),
        facility_id=UUID(form.facility.data) if form.facility.data else None,
        place=form.place.data,
        since=form.placed_since.data,
        regime=Regime(form.regime.data) if form.regime.data else None,
        conditions=Conditions(form.conditions.data) if form.conditions.data else None,
    )
    is_placed = placement != PlacementFacts(PlacementKind.UNKNOWN) or bool(form.placement.data)
    charge = ChargeFacts(
        articles=form.articles.data,
        wording=form.wording.data,
        code=LawCode(form.code.data) if form.code.data else None,
    )
    return NewPerson(
        facts=_facts(form),
        whereabouts=Whereabouts(form.whereabouts.data) if form.whereabouts.data else None,
        placement=placement if is_placed else None,
        part=PartInCase(
            case_id=UUID(form.case.data) if form.case.data else None,
            new_title=form.new_case.data,
            role=CaseRole(form.role.data or CaseRole.DEFENDANT),
            detained_on=form.detained_on.data,
            charge=charge if charge.articles or charge.wording else None,
        ),
    )


@bp.get("/<uuid:prisoner_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    spellings = "\n".join(queries.names_of_prisoner(session, prisoner_id))
    form = PersonForm(obj=prisoner, spellings=spellings)
    return render_template("prisoners/edit.html", form=form, prisoner=prisoner)


@bp.post("/<uuid:prisoner_id>/edit")
@open_to(Audience.COORDINATORS)
def update(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = PersonForm()
    if form.validate() and _is_done(
        form, lambda: actions.change_prisoner(session, prisoner, _facts(form), now=clock.now(), today=today())
    ):
        flash(_("The changes are saved."))
        return redirect(url_for("prisoners.show", prisoner_id=prisoner_id))
    return render_template("prisoners/edit.html", form=form, prisoner=prisoner), 422


def _facts(form: PersonForm) -> PersonFacts:
    codes = codes_of(form.languages.data, str(get_locale() or "en"))
    return PersonFacts(
        name=form.name.data or "",
        name_local=form.name_local.data,
        spellings=form.spelling_lines(),
        birth=form.birth.data,
        languages=names_of(codes, "en") or None,
        whereabouts=Whereabouts(form.whereabouts.data or Whereabouts.NOT_TOLD),
        write_about=form.write_about.data,
        never_write=form.never_write.data,
        note=form.note.data,
        support=SupportState(form.support.data),
        support_caveat=form.support_caveat.data,
        support_by=form.support_by.data,
        support_on=form.support_on.data,
        minor_at_arrest=bool(form.minor_at_arrest.data),
        sex=Sex(form.sex.data) if form.sex.data else None,
        no_mail=bool(form.no_mail.data),
        no_mail_since=form.no_mail_since.data,
        no_mail_until=form.no_mail_until.data,
        on_official_list=bool(form.on_official_list.data),
        official_list_since=form.official_list_since.data,
        release_on=form.release_on.data,
        keeps_leap_day_on=Leap(form.keeps_leap_day_on.data or Leap.FEB28),
    )
