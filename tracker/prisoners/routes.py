"""The list of prisoners, and putting one into the archive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import Row

from tracker import clock
from tracker.access import Audience
from tracker.lookup import visible_prisoner
from tracker.partial_date import PartialDate
from tracker.prisoners import actions, list_queries
from tracker.prisoners.blueprint import bp
from tracker.prisoners.list_queries import Order, Wanted
from tracker.prisoners.rules import StillHasVolunteers, Whereabouts, mail_is_forbidden
from tracker.web.access import actor, open_to
from tracker.web.paging import Page, chosen, cut, typed, wanted_page
from tracker.web.session import session


def today() -> date:
    """By the clock of whoever is signed in."""
    return clock.today(current_user.zone)


@bp.get("/")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    show = request.args.get("show")
    wanted = Wanted(
        name=typed("q"),
        place=typed("place"),
        whereabouts=chosen(Whereabouts, "whereabouts"),
        without_writer=show == "no_writer",
        archived=show == "archived",
        order=chosen(Order, "sort") or Order.NAME,
    )
    page = _page(wanted)
    meant = list_queries.alike(session, wanted) if not page.total else []
    if meant:
        page = _page(wanted, meant)
    return render_template(
        "prisoners/index.html",
        page=page,
        wanted=wanted,
        is_alike=bool(meant and page.total),
        today=today(),
        whereabouts=list(Whereabouts),
        orders={Order.NAME: _("name"), Order.SILENCE: _("longest without a letter"), Order.BIRTHDAY: _("birthday")},
        mail_is_forbidden=mail_is_forbidden,
        partial_date=PartialDate.parse,
    )


def _page(wanted: Wanted, ids: Collection[UUID] | None = None) -> Page:
    def rows(limit: int, offset: int) -> Sequence[Row[*tuple[Any, ...]]]:
        return list_queries.prisoner_rows(session, actor(), wanted, today=today(), ids=ids, limit=limit, offset=offset)

    return cut(list_queries.how_many(session, actor(), wanted, today=today(), ids=ids), rows, wanted_page())


@bp.get("/<uuid:prisoner_id>/archive")
@open_to(Audience.COORDINATORS)
def archive(prisoner_id: UUID) -> ResponseReturnValue:
    return render_template("prisoners/archive.html", prisoner=visible_prisoner(prisoner_id))


@bp.post("/<uuid:prisoner_id>/archive")
@open_to(Audience.COORDINATORS)
def archive_it(prisoner_id: UUID) -> ResponseReturnValue:
    try:
        actions.archive_prisoner(session, visible_prisoner(prisoner_id), clock.now())
    except StillHasVolunteers as refusal:
        flash(
            ngettext(
                "%(num)d assignment is still running. End it first, with its reason.",
                "%(num)d assignments are still running. End them first, each with its reason.",
                refusal.count,
            ),
            "warning",
        )
    else:
        session.commit()
        flash(_("Archived. Nothing is lost, and the page can bring the person back."))
    return redirect(url_for("prisoners.show", prisoner_id=prisoner_id))


@bp.post("/<uuid:prisoner_id>/restore")
@open_to(Audience.COORDINATORS)
def restore(prisoner_id: UUID) -> ResponseReturnValue:
    actions.restore_prisoner(visible_prisoner(prisoner_id))
    session.commit()
    flash(_("Taken out of the archive."))
    return redirect(url_for("prisoners.show", prisoner_id=prisoner_id))
