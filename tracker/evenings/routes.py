"""Evenings: the list, planning one, its page, deleting it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.evenings import actions, choosing, queries
from tracker.evenings.forms import EVER, ChoiceForm, EveningForm, NewEveningForm
from tracker.evenings.rules import AlreadyTallied, Choice, state_of_list
from tracker.evenings.words import REFUSALS
from tracker.letters.entering import day_in
from tracker.lookup import coordinators_evening
from tracker.prisoners.rules import id_of_entry
from tracker.volunteers.languages import page_locale
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("evenings", __name__)


def today() -> date:
    """The day by the clock of whoever is signed in."""
    return clock.today(current_user.zone)


@bp.get("/evenings/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    return render_template("evenings/index.html", page=page_of(session, queries.evenings(), wanted_page()))


@bp.get("/evenings/new")
@open_to(Audience.COORDINATORS)
def new() -> ResponseReturnValue:
    form = NewEveningForm(on=today(), people=30, most_letters=10)
    offer_choices(form)
    return render_template("evenings/new.html", form=form)


@bp.post("/evenings/new")
@open_to(Audience.COORDINATORS)
def create() -> ResponseReturnValue:
    form = NewEveningForm()
    offer_choices(form)
    if not form.validate():
        return render_template("evenings/new.html", form=form), 422
    evening_id, choice = id_of_entry(form.form_id.uuid(), actor().id, "evening"), choice_of(form)
    people = choosing.chosen_people(session, choice, evening_id, today=today(), locale=page_locale())
    actions.plan_evening(
        session,
        evening_id,
        title=str(form.title.data),
        on=day_in(form.on),
        most_letters=form.most_letters.data,
        choice=choice,
        people=people,
        actor_id=actor().id,
        now=clock.now(),
    )
    session.commit()
    say_how_many(len(people), choice.people)
    return redirect(url_for("evenings.show", evening_id=evening_id))


def offer_choices(form: ChoiceForm | Any) -> None:
    """Facilities and months to choose from."""
    offer(form.facility, [("", _("anywhere")), *choosing.facilities_to_choose(session)])
    form.offer_months()


def choice_of(form: ChoiceForm | Any) -> Choice:
    """By what people are to be chosen, as it was typed."""
    return Choice(
        people=form.people.data or Choice.people,
        days=None if form.days.data == EVER else Choice.days,
        language=form.language.data,
        theme=form.theme.data,
        facility_id=form.facility.data,
        region=form.region.data,
        minors=form.minors.data,
        women=form.women.data,
        month=int(form.month.data) if form.month.data else None,
    )


def say_how_many(found: int, wanted: int) -> None:
    """Whether as many were found as wanted."""
    if not found:
        flash(_("Nobody fits to whom a letter can go now. Choose more widely, or add people by name."), "warning")
    elif found < wanted:
        sentence = ngettext("Only %(num)d person fits.", "Only %(num)d people fit.", found)
        flash(sentence, "warning")


@bp.get("/evenings/<uuid:evening_id>")
@open_to(Audience.COORDINATORS)
def show(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    people = queries.evening_people(session, evening_id, today())
    batches = queries.batches(session, evening_id)
    return render_template(
        "evenings/show.html",
        evening=evening,
        people=people,
        state=state_of_list((row.prisoner_id, row.number) for row in people),
        batches=batches,
        letters=sum(each.letters for each in batches if each.undone_at is None),
        is_tallied=any(each.undone_at is None for each in batches),
        reached=sum(1 for each in people if each.tallied),
        is_over=evening.on <= today(),
    )


@bp.get("/evenings/<uuid:evening_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    return render_template("evenings/edit.html", form=EveningForm(obj=evening), evening=evening)


@bp.post("/evenings/<uuid:evening_id>/edit")
@open_to(Audience.COORDINATORS)
def update(evening_id: UUID) -> ResponseReturnValue:
    evening, form = coordinators_evening(evening_id), EveningForm()
    if form.validate():
        try:
            actions.change_evening(
                session, evening, title=str(form.title.data), on=day_in(form.on), most_letters=form.most_letters.data
            )
        except AlreadyTallied as error:
            refuse(form.on, REFUSALS[type(error)])
        else:
            session.commit()
            flash(_("The changes are saved."))
            return redirect(url_for("evenings.show", evening_id=evening_id))
    return render_template("evenings/edit.html", form=form, evening=evening), 422


@bp.get("/evenings/<uuid:evening_id>/delete")
@open_to(Audience.COORDINATORS)
def ask_to_delete(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    tallied = queries.is_tallied(session, evening_id)
    return render_template("evenings/delete.html", evening=evening, is_tallied=tallied)


@bp.post("/evenings/<uuid:evening_id>/delete")
@open_to(Audience.COORDINATORS)
def delete(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    try:
        actions.delete_evening(session, evening)
    except AlreadyTallied as error:
        session.rollback()
        flash(str(REFUSALS[type(error)]), "warning")
        return redirect(url_for("evenings.show", evening_id=evening_id))
    session.commit()
    flash(_("The evening is deleted."))
    return redirect(url_for("evenings.index"))
