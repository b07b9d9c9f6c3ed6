"""Private links for families: making one, taking one back. For coordinators."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.lookup import coordinators_family_link, visible_prisoner
from tracker.prisoners.rules import id_of_entry
from tracker.quotas import link_actions, list_queries
from tracker.quotas.blueprint import bp
from tracker.quotas.forms import FamilyLinkForm
from tracker.quotas.models import FamilyLink
from tracker.sealing.column import open_sealed
from tracker.web.access import actor, open_to
from tracker.web.parts import parts
from tracker.web.session import session


@bp.get("/prisoners/<uuid:prisoner_id>/family-links")
@open_to(Audience.COORDINATORS)
def family_links(prisoner_id: UUID) -> ResponseReturnValue:
    return _page(FamilyLinkForm(), prisoner_id)


@bp.post("/prisoners/<uuid:prisoner_id>/family-links")
@open_to(Audience.COORDINATORS)
def make_family_link(prisoner_id: UUID) -> ResponseReturnValue:
    visible_prisoner(prisoner_id)
    form = FamilyLinkForm()
    if not form.validate():
        return _page(form, prisoner_id), 422
    token = link_actions.make_link(
        session,
        prisoner_id,
        link_id=id_of_entry(form.form_id.uuid(), actor().id, prisoner_id),
        label=form.label.data or "",
        actor_id=actor().id,
        now=clock.now(),
    )
    session.commit()
    if token is None:
        flash(
            _("This form was sent before. A link is shown once only; take that one back and make another."), "warning"
        )
        return redirect(url_for("quotas.family_links", prisoner_id=prisoner_id))
    # No redirect: the link must stand neither in a cookie nor in an address of ours.
    address = parts().settings.public_url + url_for("family.show", token=token)
    return _page(FamilyLinkForm(formdata=None), prisoner_id, address)


def _page(form: FamilyLinkForm, prisoner_id: UUID, address: str | None = None) -> str:
    links = list_queries.family_links(session, prisoner_id)
    labels = {row.id: open_sealed(row.label_sealed, FamilyLink.__tablename__, "label_sealed", row.id) for row in links}
    return render_template(
        "quotas/family_links.html",
        form=form,
        prisoner=visible_prisoner(prisoner_id),
        links=links,
        labels=labels,
        address=address,
        now=clock.now(),
    )


@bp.post("/family-links/<uuid:link_id>/revoke")
@open_to(Audience.COORDINATORS)
def revoke_family_link(link_id: UUID) -> ResponseReturnValue:
    link = coordinators_family_link(link_id)
    link_actions.revoke_link(link, now=clock.now())
    session.commit()
    flash(_("The link opens nothing any more."), "undo:" + url_for("quotas.restore_family_link", link_id=link_id))
    return redirect(url_for("quotas.family_links", prisoner_id=link.prisoner_id))


@bp.post("/family-links/<uuid:link_id>/restore")
@open_to(Audience.COORDINATORS)
def restore_family_link(link_id: UUID) -> ResponseReturnValue:
    link = coordinators_family_link(link_id)
    link_actions.restore_link(link)
    session.commit()
    flash(_("The link opens the ledger again."))
    return redirect(url_for("quotas.family_links", prisoner_id=link.prisoner_id))
