"""Who is in a case, and of what they are accused."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.access import Audience
from tracker.cases import actions, queries
from tracker.cases.actions import ChargeFacts
from tracker.cases.forms import ChargeForm, NewChargeForm, NewPlaceInCaseForm, PlaceInCaseForm
from tracker.cases.models import CaseRole, Charge, ChargeState, LawCode
from tracker.cases.routes import bp, today
from tracker.cases.rules import AlreadyInCase, EmptyCharge, NotInThisCase
from tracker.lookup import coordinators_case, coordinators_charge, coordinators_place_in_case, visible_prisoner
from tracker.prisoners.rules import DatedInTheFuture, EndsBeforeBegin, id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.paging import typed
from tracker.web.session import session


def _offer_people(form: NewPlaceInCaseForm, case_id: UUID) -> None:
    found = queries.people_to_add(session, case_id, typed("q"))
    offer(form.prisoner, [(row.id, _described(row.name, row.name_local)) for row in found])


def _described(name: str, name_local: str | None) -> str:
    return f"{name} ({name_local})" if name_local else name


@bp.get("/cases/<uuid:case_id>/people/new")
@open_to(Audience.COORDINATORS)
def new_person(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    form = NewPlaceInCaseForm(role=CaseRole.DEFENDANT)
    _offer_people(form, case_id)
    return render_template("cases/new_person.html", form=form, case=case, words=typed("q"))


@bp.post("/cases/<uuid:case_id>/people/new")
@open_to(Audience.COORDINATORS)
def add_person(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    form = NewPlaceInCaseForm()
    _offer_people(form, case_id)
    if form.prisoner.data and not form.prisoner.choices:
        # Whoever was found before may be in the case by now, by a double tap.
        form.prisoner.validate_choice = False
    if form.validate() and _is_put(form, case_id):
        return redirect(url_for("cases.show", case_id=case_id))
    return render_template("cases/new_person.html", form=form, case=case, words=typed("q")), 422


def _is_put(form: NewPlaceInCaseForm, case_id: UUID) -> bool:
    try:
        prisoner_id = visible_prisoner(UUID(form.prisoner.data)).id
        actions.put_in_case(
            session,
            case_id,
            prisoner_id,
            role=CaseRole(form.role.data),
            detained_on=form.detained_on.data,
            now=clock.now(),
            today=today(),
        )
        session.commit()
    except ValueError:
        refuse(form.prisoner, _("Choose a person."))
    except (AlreadyInCase, IntegrityError):
        refuse(form.prisoner, _("This person is in the case already."))
    except DatedInTheFuture:
        refuse(form.detained_on, _("This day has not come yet."))
    else:
        flash(_("Added to the case."))
        return True
    session.rollback()
    return False


@bp.get("/cases/<uuid:case_id>/people/<uuid:prisoner_id>")
@open_to(Audience.COORDINATORS)
def edit_person(case_id: UUID, prisoner_id: UUID) -> ResponseReturnValue:
    place = coordinators_place_in_case(case_id, prisoner_id)
    return render_template(
        "cases/edit_person.html",
        form=PlaceInCaseForm(obj=place),
        case=coordinators_case(case_id),
        prisoner=visible_prisoner(prisoner_id),
    )


@bp.post("/cases/<uuid:case_id>/people/<uuid:prisoner_id>")
@open_to(Audience.COORDINATORS)
def update_person(case_id: UUID, prisoner_id: UUID) -> ResponseReturnValue:
    place = coordinators_place_in_case(case_id, prisoner_id)
    form = PlaceInCaseForm()
    if form.validate():
        try:
            actions.change_person_in_case(
                session,
                place,
                role=CaseRole(form.role.data),
                detained_on=form.detained_on.data,
                now=clock.now(),
                today=today(),
            )
        except DatedInTheFuture:
            refuse(form.detained_on, _("This day has not come yet."))
        else:
            session.commit()
            flash(_("The changes are saved."))
            return redirect(url_for("cases.show", case_id=case_id))
    page = render_template(
        "cases/edit_person.html",
        form=form,
        case=coordinators_case(case_id),
        prisoner=visible_prisoner(prisoner_id),
    )
    return page, 422


def _offer_concerned(form: ChargeForm, case_id: UUID) -> None:
    offer(form.concerned, [(row.id, row.name) for row in queries.names_in_case(session, case_id)])


@bp.get("/cases/<uuid:case_id>/charges/new")
@open_to(Audience.COORDINATORS)
def new_charge(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    form = NewChargeForm(code=LawCode.CRIMINAL, state=ChargeState.STANDING)
    _offer_concerned(form, case_id)
    return render_template("cases/new_charge.html", form=form, case=case)


@bp.post("/cases/<uuid:case_id>/charges/new")
@open_to(Audience.COORDINATORS)
def add_charge(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    form = NewChargeForm()
    _offer_concerned(form, case_id)
    if form.validate() and _charge_is_kept(form, case_id, None):
        flash(_("The charge is entered."))
        return redirect(url_for("cases.show", case_id=case_id))
    return render_template("cases/new_charge.html", form=form, case=case), 422


@bp.get("/charges/<uuid:charge_id>/edit")
@open_to(Audience.COORDINATORS)
def edit_charge(charge_id: UUID) -> ResponseReturnValue:
    charge = coordinators_charge(charge_id)
    concerned = queries.concerned_by(session, [charge_id]).get(charge_id, [])
    form = ChargeForm(obj=charge, concerned=[str(each) for each in concerned])
    _offer_concerned(form, charge.case_id)
    return render_template("cases/edit_charge.html", form=form, charge=charge)


@bp.post("/charges/<uuid:charge_id>/edit")
@open_to(Audience.COORDINATORS)
def update_charge(charge_id: UUID) -> ResponseReturnValue:
    charge = coordinators_charge(charge_id)
    form = ChargeForm()
    _offer_concerned(form, charge.case_id)
    if form.validate() and _charge_is_kept(form, charge.case_id, charge):
        flash(_("The changes are saved."))
        return redirect(url_for("cases.show", case_id=charge.case_id))
    return render_template("cases/edit_charge.html", form=form, charge=charge), 422


def _charge_is_kept(form: ChargeForm, case_id: UUID, charge: Charge | None) -> bool:
    facts = _charge_facts(form)
    concerned = [UUID(each) for each in form.concerned.data or ()]
    try:
        if charge is not None:
            actions.change_charge(session, charge, facts, concerned=concerned, today=today())
        else:
            charge_id = id_of_entry(form.form_id.uuid(), actor().id, case_id)
            actions.add_charge(session, charge_id, case_id, facts, concerned=concerned, today=today())
    except EmptyCharge:
        refuse(form.articles, _("Type an article, or say below in words what the charge is."))
    except DatedInTheFuture:
        refuse(form.brought_on, _("This day has not come yet."))
    except EndsBeforeBegin:
        refuse(form.state_on, _("This is before the charge was brought."))
    except NotInThisCase:
        refuse(form.concerned, _("Only people of this case can be marked."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


def _charge_facts(form: ChargeForm) -> ChargeFacts:
    return ChargeFacts(
        articles=form.articles.data,
        wording=form.wording.data,
        code=LawCode(form.code.data) if form.code.data else None,
        brought_on=form.brought_on.data,
        state=ChargeState(form.state.data) if form.state.data else None,
        state_on=form.state_on.data,
        faces_up_to=form.faces_up_to.data,
    )
