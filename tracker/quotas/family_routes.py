"""The page that a family opens by its private link, without account: slots, and claiming one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.lookup import family_claim, family_link
from tracker.quotas import actions
from tracker.quotas.claiming import ClaimIsOver
from tracker.quotas.forms import ClaimForm
from tracker.quotas.page import claim_from, ledger_today, on_page
from tracker.web.access import open_to
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("family", __name__, url_prefix="/family")


def _today() -> date:
    return clock.today(parts().settings.zone)


@bp.get("/<token>")
@open_to(Audience.ANYONE)
def show(token: str) -> ResponseReturnValue:
    return _page(ClaimForm(planned_on=_today()), family_link(token), token)


@bp.post("/<token>")
@open_to(Audience.ANYONE)
def claim(token: str) -> ResponseReturnValue:
    link = family_link(token)
    form = ClaimForm()
    if form.validate() and claim_from(form, link.prisoner_id, today=_today(), family_link_id=link.id):
        session.commit()
        flash(_("The slot is yours. Tell us when you have sent it, so that it is counted."))
        return redirect(url_for("family.show", token=token))
    return _page(form, link, token), 422


def _page(form: ClaimForm, link: Any, token: str) -> str:
    ledger = ledger_today(link.prisoner_id, _today())
    return render_template(
        "quotas/family.html",
        form=form,
        token=token,
        initials=initials(link.name),
        own=[each for each in ledger.claims if each.family_link_id == link.id],
        **on_page(ledger),
    )


def initials(name: str) -> str:
    """As much of a name as the family needs to see that it is the right page, and nobody else learns from it."""
    return " ".join(f"{word[0].upper()}." for word in name.replace("-", " ").split())


@bp.post("/<token>/claims/<uuid:claim_id>/release")
@open_to(Audience.ANYONE)
def release(token: str, claim_id: UUID) -> ResponseReturnValue:
    link = family_link(token)
    try:
        actions.release_claim(family_claim(link.id, claim_id), now=clock.now())
    except ClaimIsOver:
        flash(_("This claim has become a parcel."), "warning")
    else:
        session.commit()
        flash(_("The slot is free again."))
    return redirect(url_for("family.show", token=token))
