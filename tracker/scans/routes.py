"""The pages of a reply: looking at them, adding some, bringing them into order, removing them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from tracker import clock
from tracker.access import Audience, may_change_entry
from tracker.collective import queries as collective
from tracker.lookup import changeable_scan, changeable_scanned_reply, visible_scan, visible_scanned_reply
from tracker.scans import actions, queries
from tracker.scans.actions import Upload
from tracker.scans.drawing import redrawn
from tracker.scans.files import FileIsMissing, NotKept, ScanFolder
from tracker.scans.forms import UploadForm
from tracker.scans.keeping import on_disk
from tracker.scans.queries import ScannedReply
from tracker.scans.rules import LARGEST_FILE_BYTES, AlreadyKept, ScanRefused, TooLarge, bare_kind
from tracker.scans.words import REFUSALS
from tracker.sealing.box import CannotOpen
from tracker.web.access import actor, actor_or_none, open_to
from tracker.web.bodies import takes
from tracker.web.errors import page_of_refusal
from tracker.web.forms import refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("scans", __name__)

LARGEST_REQUEST_BYTES = LARGEST_FILE_BYTES + 1024 * 1024
"""A file of one byte too many is refused in words, at its field."""


def folder() -> ScanFolder:
    """Where the files are; without a folder there are no scans."""
    path = parts().settings.scans_path
    return ScanFolder(path) if path is not None else abort(404)


def _home_zone() -> str:
    return parts().settings.zone


@bp.get("/letters/<uuid:letter_id>/scans")
@open_to(Audience.VOLUNTEERS)
def index(letter_id: UUID) -> ResponseReturnValue:
    return _page(visible_scanned_reply(letter_id), UploadForm())


def _page(reply: ScannedReply, form: UploadForm) -> str:
    pages = queries.pages_of(session, reply.id)
    return render_template(
        "scans/index.html",
        reply=reply,
        form=form,
        pages=pages,
        held=sum(page.delete_on is None for page in pages),
        may_change=may_change_entry(actor(), reply.volunteer_id),
        kept_days=collective.settings(session).scans_kept_days,
    )


@bp.post("/letters/<uuid:letter_id>/scans")
@open_to(Audience.VOLUNTEERS)
@takes(LARGEST_REQUEST_BYTES)
def upload(letter_id: UUID) -> ResponseReturnValue:
    reply = changeable_scanned_reply(letter_id)
    form = UploadForm()
    if form.validate():
        try:
            number = _keep(reply, form)
        except AlreadyKept:
            session.rollback()
            flash(_("These pages are here already."))
            return redirect(url_for("scans.index", letter_id=letter_id))
        except (ScanRefused, NotKept) as refusal:
            session.rollback()
            refuse(form.page, REFUSALS[type(refusal)])
            return _page(reply, form), 507 if isinstance(refusal, NotKept) else 422
        flash(_("The page is kept.") if number == 1 else _("%(num)d pages are kept.", num=number))
        return redirect(url_for("scans.index", letter_id=letter_id))
    return _page(reply, form), 422


def _keep(reply: ScannedReply, form: UploadForm) -> int:
    """Draw, seal and enter what was sent; gives the number of pages."""
    days = collective.settings(session).scans_kept_days
    # Drawing takes a while, and nobody else should have to wait for it.
    session.rollback()
    pictures = redrawn(form.content())
    upload = Upload(actor().id, form.form_id.uuid(), clock.now(), _home_zone(), days)
    with on_disk(folder(), pictures) as pages:
        # Meanwhile the reply may have been removed, or her assignment ended.
        changeable_scanned_reply(reply.id)
        actions.add_pages(session, reply.id, pages, upload)
        session.commit()
    return len(pages)


@bp.errorhandler(RequestEntityTooLarge)
def _far_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The body was not read, but the page that it was sent from can still say so."""
    if request.endpoint != "scans.upload" or actor_or_none() is None:
        return page_of_refusal(error)
    try:
        reply = changeable_scanned_reply((request.view_args or {})["letter_id"])
    except HTTPException as missing:
        return page_of_refusal(missing)
    form = UploadForm(formdata=None)
    refuse(form.page, REFUSALS[TooLarge])
    return _page(reply, form), 413


@bp.get("/scans/<uuid:scan_id>")
@open_to(Audience.VOLUNTEERS)
def picture(scan_id: UUID) -> ResponseReturnValue:
    scan = visible_scan(scan_id)
    try:
        content = folder().read(scan.id)
    except (FileIsMissing, CannotOpen):
        abort(404)
    response = Response(content, mimetype=bare_kind(content) or abort(404))
    response.headers["Content-Disposition"] = "inline"
    return response


@bp.post("/scans/<uuid:scan_id>/up")
@open_to(Audience.VOLUNTEERS)
def up(scan_id: UUID) -> ResponseReturnValue:
    return _moved(scan_id, down=False)


@bp.post("/scans/<uuid:scan_id>/down")
@open_to(Audience.VOLUNTEERS)
def down(scan_id: UUID) -> ResponseReturnValue:
    return _moved(scan_id, down=True)


def _moved(scan_id: UUID, *, down: bool) -> ResponseReturnValue:
    scan = changeable_scan(scan_id)
    actions.move_page(session, scan.letter_id, scan.id, down=down)
    session.commit()
    return redirect(url_for("scans.index", letter_id=scan.letter_id))


@bp.get("/scans/<uuid:scan_id>/remove")
@open_to(Audience.VOLUNTEERS)
def ask_to_remove(scan_id: UUID) -> ResponseReturnValue:
    scan = changeable_scan(scan_id)
    pages = queries.pages_of(session, scan.letter_id)
    return _ask(scan.letter_id, [number for number, page in enumerate(pages, 1) if page.id == scan.id])


@bp.get("/letters/<uuid:letter_id>/scans/remove")
@open_to(Audience.VOLUNTEERS)
def ask_to_remove_all(letter_id: UUID) -> ResponseReturnValue:
    reply = changeable_scanned_reply(letter_id)
    return _ask(reply.id, range(1, len(queries.pages_of(session, reply.id)) + 1))


def _ask(letter_id: UUID, numbers: Sequence[int]) -> ResponseReturnValue:
    return render_template("scans/remove.html", reply=visible_scanned_reply(letter_id), numbers=numbers)


@bp.post("/scans/<uuid:scan_id>/remove")
@open_to(Audience.VOLUNTEERS)
def remove(scan_id: UUID) -> ResponseReturnValue:
    scan = changeable_scan(scan_id)
    return _destroy(scan.letter_id, [scan.id])


@bp.post("/letters/<uuid:letter_id>/scans/remove")
@open_to(Audience.VOLUNTEERS)
def remove_all(letter_id: UUID) -> ResponseReturnValue:
    reply = changeable_scanned_reply(letter_id)
    return _destroy(reply.id, [page.id for page in queries.pages_of(session, reply.id)])


def _destroy(letter_id: UUID, ids: list[UUID]) -> ResponseReturnValue:
    try:
        for scan_id in ids:
            actions.destroy(session, folder(), scan_id)
            session.commit()
    except NotKept:
        session.rollback()
        flash(_("The disk does not let it go, so it is still here: ask whoever runs this installation."), "warning")
    else:
        flash(_("Destroyed."))
    return redirect(url_for("scans.index", letter_id=letter_id))


@bp.post("/letters/<uuid:letter_id>/scans/hold")
@open_to(Audience.VOLUNTEERS)
def hold(letter_id: UUID) -> ResponseReturnValue:
    reply = changeable_scanned_reply(letter_id)
    actions.hold_for_release(session, reply.id)
    session.commit()
    flash(_("Held for the release. These pages stay until somebody lets them go."))
    return redirect(url_for("scans.index", letter_id=letter_id))


@bp.post("/letters/<uuid:letter_id>/scans/let-go")
@open_to(Audience.VOLUNTEERS)
def let_go(letter_id: UUID) -> ResponseReturnValue:
    reply = changeable_scanned_reply(letter_id)
    days, zone = collective.settings(session).scans_kept_days, _home_zone()
    actions.let_go(session, reply.id, kept_days=days, today=clock.today(zone), zone=zone)
    session.commit()
    flash(_("No longer held. On the page stands the day on which they are destroyed."))
    return redirect(url_for("scans.index", letter_id=letter_id))
