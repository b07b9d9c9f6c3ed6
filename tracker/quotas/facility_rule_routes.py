"""What a facility does differently from its country, for coordinators."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.facilities.models import Facility
from tracker.lookup import coordinators_facility, coordinators_facility_rule
from tracker.prisoners.rules import id_of_entry
from tracker.quotas import facility_rule_actions, list_queries
from tracker.quotas.blueprint import bp
from tracker.quotas.facility_rule_actions import RuleFacts
from tracker.quotas.forms import FacilityRuleForm
from tracker.quotas.rules import (
    Confidence,
    Counts,
    Limit,
    LimitWithoutNumber,
    NothingChanged,
    Pool,
    Unit,
    VerifiedInTheFuture,
    Window,
)
from tracker.quotas.words import kilograms
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.session import session


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/facilities/<uuid:facility_id>/rules")
@open_to(Audience.COORDINATORS)
def facility_rules(facility_id: UUID) -> ResponseReturnValue:
    form = FacilityRuleForm(verified_on=_today(), confidence=Confidence.SINGLE_SOURCE)
    return _page(form, coordinators_facility(facility_id))


@bp.post("/facilities/<uuid:facility_id>/rules")
@open_to(Audience.COORDINATORS)
def add_facility_rule(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    form = FacilityRuleForm()
    if not (form.validate() and _is_kept(form, facility_id)):
        return _page(form, facility), 422
    flash(_("This holds from now on for everybody there."))
    return redirect(url_for("quotas.facility_rules", facility_id=facility_id))


def _page(form: FacilityRuleForm, facility: Facility) -> str:
    rules = list_queries.facility_rules(session, facility.id)
    return render_template("quotas/facility_rules.html", form=form, facility=facility, rules=rules, kilograms=kilograms)


def _is_kept(form: FacilityRuleForm, facility_id: UUID) -> bool:
    facts = _facts(form)
    try:
        facility_rule_actions.add_rule(
            session,
            facility_id,
            facts,
            rule_id=id_of_entry(form.form_id.uuid(), actor().id, facility_id),
            actor_id=actor().id,
            today=_today(),
            now=clock.now(),
        )
    except LimitWithoutNumber:
        empty = form.most if facts.most is None else form.window
        refuse(empty, _("A limit needs a number and the time in which it counts."))
    except NothingChanged:
        refuse(form.limit, _("Say at least one thing that differs here from the country’s rule."))
    except VerifiedInTheFuture:
        refuse(form.verified_on, _("This day has not come yet."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


def _facts(form: FacilityRuleForm) -> RuleFacts:
    def chosen(field: Any, kind: Any) -> Any:
        return kind(field.data) if field.data else None

    unit = Unit(form.unit.data)
    typed = form.most.data
    return RuleFacts(
        pool=Pool(form.pool.data),
        unit=unit,
        limit=chosen(form.limit, Limit),
        # People say kilograms; what is kept is grams.
        most=typed * 1000 if typed is not None and unit is Unit.GRAMS else typed,
        window=chosen(form.window, Window),
        spacing_days=form.spacing_days.data,
        counts=chosen(form.counts, Counts),
        source=form.source.data or "",
        verified_on=form.verified_on.data,
        confidence=Confidence(form.confidence.data),
        note=form.note.data,
    )


@bp.post("/facility-rules/<uuid:rule_id>/remove")
@open_to(Audience.COORDINATORS)
def remove_facility_rule(rule_id: UUID) -> ResponseReturnValue:
    rule = coordinators_facility_rule(rule_id)
    facility_rule_actions.remove_rule(rule, now=clock.now())
    session.commit()
    flash(
        _("Removed. The country’s rule holds again."),
        "undo:" + url_for("quotas.restore_facility_rule", rule_id=rule_id),
    )
    return redirect(url_for("quotas.facility_rules", facility_id=rule.facility_id))


@bp.post("/facility-rules/<uuid:rule_id>/restore")
@open_to(Audience.COORDINATORS)
def restore_facility_rule(rule_id: UUID) -> ResponseReturnValue:
    rule = coordinators_facility_rule(rule_id)
    facility_rule_actions.restore_rule(rule)
    session.commit()
    flash(_("It holds again."))
    return redirect(url_for("quotas.facility_rules", facility_id=rule.facility_id))
