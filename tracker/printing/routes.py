"""The page that waits for a print, and the file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.lookup import own_print
from tracker.printing import actions, queries
from tracker.printing.jobs import Press, press_of
from tracker.printing.models import PrintJob
from tracker.printing.rules import FILE_NAMES, PrintKind, PrintState, is_stuck
from tracker.printing.words import REASON_WORDS, why_left_out
from tracker.prisoners.rules import id_of_entry
from tracker.sealing.box import Place
from tracker.sealing.column import keyring
from tracker.web.access import actor, open_to
from tracker.web.forms import Form, FormIdField
from tracker.web.session import session

bp = Blueprint("prints", __name__)

LOOK_AGAIN_SECONDS = 2


def start_print(form_id: UUID, kind: PrintKind, facts: Mapping[str, Any], *, of: int) -> ResponseReturnValue:
    """Ask for a print, commit, have it made, and go to the page that waits for it."""
    print_id = id_of_entry(form_id, actor().id, "print")
    is_new = actions.ask_for_print(session, print_id, kind, facts, of=of, asked_by_id=actor().id, now=clock.now())
    session.commit()
    if is_new:
        _press().put(print_id)
    return redirect(url_for("prints.show", print_id=print_id))


def _press() -> Press:
    return press_of(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy has it


@bp.get("/prints/<uuid:print_id>")
@open_to(Audience.COORDINATORS)
def show(print_id: UUID) -> ResponseReturnValue:
    job = own_print(print_id)
    facts = job.facts
    left_out = {UUID(each): why for each, why in facts.get("left_out", {}).items()}
    stuck = [UUID(each) for each in facts.get("stuck", ())]
    other_script = [UUID(each) for each in facts.get("other_script", ())]
    about = {*left_out, *stuck, *other_script}
    names = queries.names_of(session, about) if about else {}
    is_waiting = job.state in (PrintState.WAITING, PrintState.AT_WORK)
    died = is_stuck(job.state, job.lease_until, clock.now())
    page = make_response(
        render_template(
            "prints/show.html",
            job=job,
            died=died,
            is_waiting=is_waiting and not died,
            reason=REASON_WORDS.get(job.reason),
            left_out=[(each, names[each], why_left_out(why)) for each, why in left_out.items() if each in names],
            stuck=[(each, names[each]) for each in stuck if each in names],
            other_script=[(each, names[each]) for each in other_script if each in names],
        )
    )
    if is_waiting and not died:
        page.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return page


@bp.get("/prints/<uuid:print_id>/file")
@open_to(Audience.COORDINATORS)
def file(print_id: UUID) -> ResponseReturnValue:
    job = own_print(print_id)
    sealed = queries.sealed_file(session, job.id)
    if sealed is None:
        return redirect(url_for("prints.show", print_id=print_id))
    content = keyring().open_bytes(sealed, Place(PrintJob.__tablename__, "file_sealed", job.id))
    answer: Response = send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        download_name=FILE_NAMES[job.kind],
        as_attachment="keep" in request.args,
        etag=False,
    )
    return answer


@bp.post("/prints/<uuid:print_id>/again")
@open_to(Audience.COORDINATORS)
def again(print_id: UUID) -> ResponseReturnValue:
    job = own_print(print_id)
    is_due = actions.wait_again(session, job.id, now=clock.now())
    session.commit()
    if is_due:
        _press().put(job.id)
    return redirect(url_for("prints.show", print_id=print_id))


class _MonthForm(Form):
    form_id = FormIdField()


@bp.post("/birthdays/print")
@open_to(Audience.COORDINATORS)
def birthdays() -> ResponseReturnValue:
    form = _MonthForm()
    first = _month(request.form.get("month", ""))
    if first is None:
        flash(_("Choose the month first."), "warning")
        return redirect(url_for("transit.birthdays"))
    return start_print(form.form_id.uuid(), PrintKind.BIRTHDAYS, {"month": first.isoformat()}, of=0)


def _month(text: str) -> date | None:
    """The first day of a month from 1 to 12 the next time it comes; None for anything else."""
    today = clock.today(current_user.zone)
    if not (text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= 12):
        return None
    return date(today.year + (int(text) < today.month), int(text), 1)
