"""Court watchers as coordinators see them: addresses to hand out, and numbers instead of people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.lookup import coordinators_case, visible_prisoner
from tracker.prisoners.rules import id_of_entry
from tracker.sealing.column import open_sealed
from tracker.watchers import actions, link_actions, queries
from tracker.watchers.forms import RevealForm, WatchLinkForm
from tracker.watchers.lookup import coordinators_watch, coordinators_watch_link
from tracker.watchers.models import AddressReveal, Watch, WatchLink
from tracker.watchers.rules import NobodyConfirmed, Subject
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.paging import cut, page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("watchers", __name__)


@bp.get("/prisoners/<uuid:prisoner_id>/watchers")
@open_to(Audience.COORDINATORS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    return _page(WatchLinkForm(), Subject(prisoner_id=prisoner_id), visible_prisoner(prisoner_id).name)


@bp.post("/prisoners/<uuid:prisoner_id>/watchers")
@open_to(Audience.COORDINATORS)
def make_for_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    return _make(Subject(prisoner_id=prisoner_id), visible_prisoner(prisoner_id).name)


@bp.get("/cases/<uuid:case_id>/watchers")
@open_to(Audience.COORDINATORS)
def of_case(case_id: UUID) -> ResponseReturnValue:
    return _page(WatchLinkForm(), Subject(case_id=case_id), coordinators_case(case_id).title)


@bp.post("/cases/<uuid:case_id>/watchers")
@open_to(Audience.COORDINATORS)
def make_for_case(case_id: UUID) -> ResponseReturnValue:
    return _make(Subject(case_id=case_id), coordinators_case(case_id).title)


def _make(subject: Subject, name: str) -> ResponseReturnValue:
    form = WatchLinkForm()
    if not form.validate():
        return _page(form, subject, name), 422
    secret = link_actions.make_link(
        session,
        subject,
        link_id=id_of_entry(form.form_id.uuid(), actor().id, subject.case_id or subject.prisoner_id),
        words=form.words.data,
        actor_id=actor().id,
        now=clock.now(),
    )
    session.commit()
    if secret is None:
        flash(_("This form was sent before. An address is shown once only; end that one and make another."), "warning")
        return redirect(_address_of(subject))
    # No redirect: the secret must stand neither in a cookie nor in an address of ours.
    address = parts().settings.public_url + url_for("watch.ask", secret=secret)
    return _page(WatchLinkForm(formdata=None), subject, name, address)


def _address_of(subject: Subject | Watch | WatchLink) -> str:
    """The page on which watchers of a case or a prisoner are counted."""
    if subject.case_id is not None:
        return url_for("watchers.of_case", case_id=subject.case_id)
    return url_for("watchers.of_prisoner", prisoner_id=subject.prisoner_id)


def _page(form: WatchLinkForm, subject: Subject, name: str, address: str | None = None) -> str:
    numbers = queries.numbers_about(session, subject)
    page = cut(
        numbers.confirmed,
        lambda limit, offset: queries.watchers_about(session, subject, limit, offset),
        wanted_page(),
    )
    return render_template(
        "watchers/index.html",
        form=form,
        subject=subject,
        name=name,
        address=address,
        numbers=numbers,
        links=queries.links_about(session, subject),
        page=page,
        action=_address_of(subject),
    )


@bp.post("/watch-links/<uuid:watch_link_id>/end")
@open_to(Audience.COORDINATORS)
def end_link(watch_link_id: UUID) -> ResponseReturnValue:
    link = coordinators_watch_link(watch_link_id)
    link_actions.end_link(link, clock.now())
    session.commit()
    flash(
        _("The address opens nothing any more. Whoever has confirmed still gets mails."),
        "undo:" + url_for("watchers.restore_link", watch_link_id=watch_link_id),
    )
    return redirect(_address_of(link))


@bp.post("/watch-links/<uuid:watch_link_id>/restore")
@open_to(Audience.COORDINATORS)
def restore_link(watch_link_id: UUID) -> ResponseReturnValue:
    link = coordinators_watch_link(watch_link_id)
    link_actions.restore_link(link)
    session.commit()
    flash(_("The address can be used again."))
    return redirect(_address_of(link))


@bp.get("/watches/<uuid:watch_id>/address")
@open_to(Audience.COORDINATORS)
def ask_for_address(watch_id: UUID) -> ResponseReturnValue:
    return _reveal(RevealForm(), coordinators_watch(watch_id))


@bp.post("/watches/<uuid:watch_id>/address")
@open_to(Audience.COORDINATORS)
def reveal_address(watch_id: UUID) -> ResponseReturnValue:
    watch = coordinators_watch(watch_id)
    form = RevealForm()
    if not form.validate():
        return _reveal(form, watch), 422
    try:
        address = link_actions.reveal_address(
            session, watch, why=form.why.data or "", actor_id=actor().id, now=clock.now()
        )
    except NobodyConfirmed:
        refuse(form.why, _("No address is kept any more."))
        return _reveal(form, watch), 422
    session.commit()
    # No redirect: an address stands neither in a cookie nor in an address of ours.
    return _reveal(RevealForm(formdata=None), watch, address)


def _reveal(form: RevealForm, watch: Watch, address: str | None = None) -> str:
    return render_template("watchers/address.html", form=form, watch=watch, address=address, back=_address_of(watch))


@bp.get("/watches/<uuid:watch_id>/remove")
@open_to(Audience.COORDINATORS)
def ask_to_remove(watch_id: UUID) -> ResponseReturnValue:
    watch = coordinators_watch(watch_id)
    return render_template("watchers/remove.html", watch=watch, back=_address_of(watch))


@bp.post("/watches/<uuid:watch_id>/remove")
@open_to(Audience.COORDINATORS)
def remove(watch_id: UUID) -> ResponseReturnValue:
    watch = coordinators_watch(watch_id)
    back = _address_of(watch)
    actions.stop_watch(session, watch)
    session.commit()
    flash(_("Taken off the list: no more mails about these hearings."))
    return redirect(back)


@bp.get("/watchers/looked-up")
@open_to(Audience.COORDINATORS)
def reveals() -> ResponseReturnValue:
    page = page_of(session, queries.reveals(), wanted_page())
    reasons = {
        row.id: open_sealed(row.why_sealed, AddressReveal.__tablename__, "why_sealed", row.id) for row in page.rows
    }
    return render_template("watchers/reveals.html", page=page, reasons=reasons)
