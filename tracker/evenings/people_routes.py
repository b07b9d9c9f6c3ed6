"""Who is on an evening: chosen anew, one added, some taken out, the order changed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import Audience
from tracker.evenings import actions, choosing, queries
from tracker.evenings.forms import EVER, ChoiceForm
from tracker.evenings.routes import bp, choice_of, offer_choices, say_how_many, today
from tracker.evenings.rules import AlreadyTallied, Choice, EveningRefused, state_of_list
from tracker.evenings.words import REFUSALS
from tracker.lookup import coordinators_evening, visible_prisoner
from tracker.volunteers.languages import page_locale
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.paging import typed
from tracker.web.session import session


@bp.get("/evenings/<uuid:evening_id>/choose")
@open_to(Audience.COORDINATORS)
def choose(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    kept = Choice.of(evening.choice)
    facts = {**vars(kept), "facility": kept.facility_id, "days": kept.days or EVER}
    form = ChoiceForm(data=facts)
    offer_choices(form)
    return render_template("evenings/choose.html", form=form, evening=evening)


@bp.post("/evenings/<uuid:evening_id>/choose")
@open_to(Audience.COORDINATORS)
def choose_people(evening_id: UUID) -> ResponseReturnValue:
    evening, form = coordinators_evening(evening_id), ChoiceForm()
    offer_choices(form)
    if form.validate():
        choice = choice_of(form)
        people = choosing.chosen_people(session, choice, evening_id, today=today(), locale=page_locale())
        try:
            actions.choose_anew(session, evening, choice, people)
        except AlreadyTallied as error:
            session.rollback()
            refuse(form.people, REFUSALS[type(error)])
        else:
            session.commit()
            say_how_many(len(people), choice.people)
            return redirect(url_for("evenings.show", evening_id=evening_id))
    return render_template("evenings/choose.html", form=form, evening=evening), 422


@bp.get("/evenings/<uuid:evening_id>/add")
@open_to(Audience.COORDINATORS)
def add(evening_id: UUID) -> ResponseReturnValue:
    evening, name = coordinators_evening(evening_id), typed("q")
    found = queries.found_to_add(session, evening_id, name, today()) if name else []
    return render_template("evenings/add.html", evening=evening, name=name, found=found)


@bp.post("/evenings/<uuid:evening_id>/add")
@open_to(Audience.COORDINATORS)
def add_person(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    try:
        person = visible_prisoner(UUID(request.form.get("person", "")))
    except ValueError:
        return redirect(url_for("evenings.add", evening_id=evening_id))
    try:
        is_new = actions.add_person(session, evening, person.id, today=today())
    except EveningRefused as error:
        session.rollback()
        flash(str(REFUSALS[type(error)]), "warning")
        return redirect(url_for("evenings.add", evening_id=evening_id))
    session.commit()
    flash(_("Added.") if is_new else _("This person is on the list already."))
    return redirect(url_for("evenings.show", evening_id=evening_id))


@bp.post("/evenings/<uuid:evening_id>/people")
@open_to(Audience.COORDINATORS)
def arrange(evening_id: UUID) -> ResponseReturnValue:
    """Fields: ``out`` with the number of each person to be taken out, ``p<number>`` with a place; what cannot be read
    stays as it is. ``state`` is that of the list on the page: numbers mean nothing in another one."""
    evening = coordinators_evening(evening_id)
    people = {row.prisoner_id: row.number for row in queries.people_of(session, evening_id)}
    if request.form.get("state") != state_of_list(people.items()):
        flash(_("The list has changed in the meantime. Please look at it again."), "warning")
        return redirect(url_for("evenings.show", evening_id=evening_id))
    places = {each: _place(request.form.get(f"p{number}", "")) for each, number in people.items()}
    out = set(request.form.getlist("out"))
    gone = {each for each, number in people.items() if str(number) in out}
    actions.arrange(session, evening, places=places, gone=gone)
    session.commit()
    flash(_("The list is saved."))
    return redirect(url_for("evenings.show", evening_id=evening_id))


def _place(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
