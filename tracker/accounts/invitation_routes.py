"""Invitations: who was invited, inviting, sending again, withdrawing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.accounts import invitation_actions, queries
from tracker.accounts import words as words
from tracker.accounts.forms import InviteForm
from tracker.accounts.models import Invitation
from tracker.accounts.rules import InvitationOver, InvitationState, RoleAboveOwn, invitation_state
from tracker.lookup import invitation_of_collective, oneself, own_invitation
from tracker.sealing.column import open_sealed
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.paging import page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("invitations", __name__, url_prefix="/volunteers/invitations")


@bp.get("")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def index() -> ResponseReturnValue:
    page = page_of(session, queries.invitations(current_user.id), wanted_page())
    now = clock.now()
    states = {
        row.id: invitation_state(
            accepted_at=row.accepted_at, withdrawn_at=row.withdrawn_at, expires_at=row.expires_at, now=now
        )
        for row in page.rows
    }
    addresses = {
        row.id: open_sealed(row.email_sealed, Invitation.__tablename__, "email_sealed", row.id) for row in page.rows
    }
    return render_template(
        "accounts/invitations.html",
        page=page,
        states=states,
        addresses=addresses,
        open_states=(InvitationState.PENDING, InvitationState.EXPIRED),
    )


@bp.get("/new")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def new() -> ResponseReturnValue:
    return _form(InviteForm())


@bp.post("/new")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def create() -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate():
        return _form(form, 422)
    try:
        invitation = invitation_actions.invite(
            session,
            oneself(),
            form_id=form.form_id.uuid(),
            email=form.email.data or "",
            as_coordinator=form.as_coordinator.data,
            as_admin=form.as_admin.data,
            lasts=parts().settings.invitation_lasts,
            now=clock.now(),
        )
    except RoleAboveOwn:
        # The box for admins is shown to admins only.
        refuse(form.as_coordinator, _("You can give only a role that you have yourself."))
        return _form(form, 422)
    session.commit()
    if invitation is None:
        flash(_("This form was sent before; nothing new was sent. Open it anew to invite somebody else."), "warning")
    else:
        flash(_("The invitation is on its way."))
    return redirect(url_for("invitations.index"))


def _form(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/invite.html", form=form, hours=parts().settings.invitation_hours), status


@bp.post("/<uuid:invitation_id>/again")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def again(invitation_id: UUID) -> ResponseReturnValue:
    try:
        invitation_actions.send_again(
            session, own_invitation(invitation_id), lasts=parts().settings.invitation_lasts, now=clock.now()
        )
    except InvitationOver:
        flash(_("This invitation is over; write a new one."), "warning")
    else:
        session.commit()
        flash(_("The invitation was sent again, with a new link. The old link no longer works."))
    return redirect(url_for("invitations.index"))


@bp.post("/<uuid:invitation_id>/withdraw")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    try:
        invitation_actions.withdraw_invitation(session, invitation_of_collective(invitation_id), clock.now())
    except InvitationOver:
        flash(_("This invitation was over already."), "warning")
    else:
        session.commit()
        flash(_("The invitation is withdrawn; its link no longer works."))
    return redirect(url_for("invitations.index"))
