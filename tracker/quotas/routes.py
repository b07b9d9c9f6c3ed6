"""The ledger of a prisoner, and claiming slots."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.lookup import changeable_claim, visible_prisoner
from tracker.quotas import actions, list_queries
from tracker.quotas.blueprint import bp
from tracker.quotas.claiming import ClaimIsOver, ClaimRefused
from tracker.quotas.forms import ClaimForm
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.page import claim_from, ledger_today, on_page, refusal
from tracker.web.access import actor, open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/prisoners/<uuid:prisoner_id>/ledger")
@open_to(Audience.VOLUNTEERS)
def ledger(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    found = ledger_today(prisoner_id, _today())
    counted = {each.id: each for pool in found.pools for line in pool.lines for each in line.counted}
    spacings = [line.rule.spacing for pool in found.pools for line in pool.lines if line.rule.spacing]
    return render_template(
        "quotas/ledger.html",
        prisoner=prisoner,
        actor=actor(),
        counted=sorted(counted.values(), key=lambda each: each.day, reverse=True),
        facility_id=found.situation.facility_id,
        # What a reminder of the next chance is likely to be counted by; whoever enters it can say otherwise.
        last_on=max((each.day for each in counted.values()), default=None),
        spacing_months=next((each.months for each in spacings if each.months), None),
        **on_page(found),
    )


@bp.get("/prisoners/<uuid:prisoner_id>/claim")
@open_to(Audience.VOLUNTEERS)
def claim(prisoner_id: UUID) -> ResponseReturnValue:
    return _claim_page(ClaimForm(planned_on=_today()), prisoner_id)


@bp.post("/prisoners/<uuid:prisoner_id>/claim")
@open_to(Audience.VOLUNTEERS)
def claim_it(prisoner_id: UUID) -> ResponseReturnValue:
    visible_prisoner(prisoner_id)
    form = ClaimForm()
    if form.validate():
        claim_id = claim_from(form, prisoner_id, today=_today(), volunteer_id=actor().id)
        if claim_id is not None:
            session.commit()
            flash(
                _("The slot is yours. Log the parcel after you have sent it."),
                "undo:" + url_for("quotas.release", claim_id=claim_id),
            )
            return redirect(url_for("quotas.ledger", prisoner_id=prisoner_id))
    return _claim_page(form, prisoner_id), 422


def _claim_page(form: ClaimForm, prisoner_id: UUID) -> str:
    prisoner = visible_prisoner(prisoner_id)
    return render_template(
        "quotas/claim.html", form=form, prisoner=prisoner, **on_page(ledger_today(prisoner_id, _today()))
    )


@bp.post("/claims/<uuid:claim_id>/release")
@open_to(Audience.VOLUNTEERS)
def release(claim_id: UUID) -> ResponseReturnValue:
    found = changeable_claim(claim_id)
    try:
        actions.release_claim(found, now=clock.now())
    except ClaimIsOver:
        flash(_("This claim has become a parcel."), "warning")
    else:
        session.commit()
        flash(_("The slot is free again."), "undo:" + url_for("quotas.restore", claim_id=claim_id))
    return redirect(url_for("quotas.ledger", prisoner_id=found.prisoner_id))


@bp.post("/claims/<uuid:claim_id>/restore")
@open_to(Audience.VOLUNTEERS)
def restore(claim_id: UUID) -> ResponseReturnValue:
    found = changeable_claim(claim_id)
    prisoner_id = found.prisoner_id
    try:
        actions.restore_claim(session, rules_in_use(), found, today=_today(), now=clock.now())
    except ClaimIsOver:
        session.rollback()
        flash(_("This claim is over; make a new one."), "warning")
    except ClaimRefused as error:
        session.rollback()
        flash(_("The slot could not be taken again. %(why)s", why=refusal(error, for_family=True)), "warning")
    else:
        session.commit()
        flash(_("The slot is taken again."))
    return redirect(url_for("quotas.ledger", prisoner_id=prisoner_id))


@bp.get("/claims")
@open_to(Audience.COORDINATORS)
def claims() -> ResponseReturnValue:
    now = clock.now()
    page = page_of(session, list_queries.claims(now), wanted_page())
    stays = list_queries.stays_of(session, {row.prisoner_id for row in page.rows})
    return render_template(
        "quotas/claims.html",
        page=page,
        lapses={row.id: list_queries.lapse(row, stays, now) for row in page.rows},
        now=now,
    )
