"""Printing for an evening: sheets, labels, envelopes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.evenings import actions, queries
from tracker.evenings.forms import PrintForm
from tracker.evenings.models import Evening
from tracker.evenings.routes import bp
from tracker.lookup import coordinators_evening
from tracker.printing.label_sheets import label_sheets
from tracker.printing.routes import start_print
from tracker.printing.rules import PrintKind
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.session import session


@bp.get("/evenings/<uuid:evening_id>/print")
@open_to(Audience.COORDINATORS)
def prepare_print(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    form = PrintForm(kind=PrintKind.SHEETS.value, first=1, copies=evening.most_letters or 5)
    form.offer_sheets()
    people = queries.people_of(session, evening_id)
    return render_template("evenings/print.html", form=form, evening=evening, people=len(people))


@bp.post("/evenings/<uuid:evening_id>/print")
@open_to(Audience.COORDINATORS)
def print_it(evening_id: UUID) -> ResponseReturnValue:
    evening, form = coordinators_evening(evening_id), PrintForm()
    form.offer_sheets()
    people = queries.people_of(session, evening_id)
    if form.validate() and _fits(form):
        kind = PrintKind(form.kind.data)
        if kind is PrintKind.SHEETS:
            actions.keep_numbers(evening, now=clock.now())
        return start_print(form.form_id.uuid(), kind, _facts(form, evening, people), of=len(people))
    return render_template("evenings/print.html", form=form, evening=evening, people=len(people)), 422


def _fits(form: PrintForm) -> bool:
    if form.kind.data != PrintKind.LABELS:
        return True
    count = label_sheets()[form.sheet.data].count if form.sheet.data in label_sheets() else 0
    if not count:
        refuse(form.sheet, _("Choose a sheet of labels."))
    elif (form.first.data or 1) > count:
        refuse(form.first, _("This sheet has %(count)d labels.", count=count))
    return not (form.sheet.errors or form.first.errors)


def _facts(form: PrintForm, evening: Evening, people: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "evening": str(evening.id),
        "people": [str(row.prisoner_id) for row in people],
        "script": form.script.data or "local",
    }
    if form.kind.data == PrintKind.SHEETS:
        return facts | {
            "numbers": {str(row.prisoner_id): row.number for row in people},
            "boxes": evening.most_letters or 0,
        }
    if form.kind.data == PrintKind.LABELS:
        return facts | {"sheet": form.sheet.data, "first": form.first.data or 1, "copies": form.copies.data or 1}
    return facts | {"paper": form.paper.data or "dl"}
