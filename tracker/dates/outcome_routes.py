"""Saying what became of a hearing, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker import clock
from tracker.access import Audience, may_change_entry
from tracker.cases.models import Measure
from tracker.cases.rules import ExtendsNothing, MeasureIsOver
from tracker.cases.words import MEASURE_WORDS
from tracker.dates import hearing_queries, outcome_queries
from tracker.dates import outcome_actions as actions
from tracker.dates.actions import CourtWithoutZone, NotInThisState, OutcomeIsKnown
from tracker.dates.blueprint import bp
from tracker.dates.hearing_days import When
from tracker.dates.models import Hearing, HearingOutcome
from tracker.dates.outcome_forms import OutcomeForm
from tracker.dates.rules import local_day
from tracker.lookup import visible_hearing
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import DatedInTheFuture, EndsBeforeBegin
from tracker.web.access import actor, open_to
from tracker.web.filters import partial
from tracker.web.forms import offer, refuse
from tracker.web.session import session

_REFUSALS: dict[type[Exception], tuple[str, object]] = {
    actions.NotYetBegun: ("decided_on", _l("It has not taken place yet. Until then it can be moved or called off.")),
    actions.NextBeforeThis: ("next_on", _l("This lies before the hearing that was postponed.")),
    actions.TermBeforeVerdict: ("appeal_until", _l("This lies before the verdict.")),
    actions.NoMeasureChosen: (
        "measures",
        _l(
            "Choose whose. If none stands here, no custody that runs is entered: choose “held” and write what happened."
        ),
    ),
    CourtWithoutZone: ("next_on", _l("The court has no time zone any more. Add it on the court's page first.")),
    MeasureIsOver: ("measures", _l("This custody is over already.")),
    ExtendsNothing: ("custody_until", _l("An extension ends later than the present term.")),
    EndsBeforeBegin: ("decided_on", _l("It cannot end before it begins.")),
    DatedInTheFuture: ("decided_on", _l("This day has not come yet.")),
}


@bp.get("/hearings/<uuid:hearing_id>/outcome")
@open_to(Audience.VOLUNTEERS)
def outcome(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    if hearing.outcome is not None:
        return redirect(url_for("hearings.show", hearing_id=hearing_id))
    today_there = local_day(clock.now(), hearing.zone)
    last = hearing_queries.when_of(session, hearing).last_on
    # Whoever tells it on a day of a window tells it of that day.
    form = OutcomeForm(decided_on=min(last, today_there) if last else None)
    choices = _offer_measures(form, hearing)
    if len(choices) == 1:
        form.measures.data = [choices[0]]
    return _page(form, hearing)


@bp.post("/hearings/<uuid:hearing_id>/outcome")
@open_to(Audience.VOLUNTEERS)
def record_outcome(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = OutcomeForm()
    _offer_measures(form, hearing)
    if form.validate() and form.belongs() and _is_recorded(form, hearing):
        return redirect(url_for("hearings.show", hearing_id=hearing_id))
    return _page(form, hearing), 422


def _page(form: OutcomeForm, hearing: Hearing) -> str:
    return render_template(
        "hearings/outcome.html", form=form, hearing=hearing, when=hearing_queries.when_of(session, hearing)
    )


def _offer_measures(form: OutcomeForm, hearing: Hearing) -> list[str]:
    rows = outcome_queries.running_measures(session, actor(), hearing.id)
    offer(form.measures, [(row.id, _measure_words(row.name, MEASURE_WORDS[row.kind], row.until)) for row in rows])
    return [str(row.id) for row in rows]


def _measure_words(name: str, kind: object, until: PartialDate | None) -> str:
    if until is None:
        words: str = _("%(name)s: %(kind)s, its end is not known", name=name, kind=kind)
    else:
        words = _("%(name)s: %(kind)s until %(until)s", name=name, kind=kind, until=partial(until))
    return words


def _is_recorded(form: OutcomeForm, hearing: Hearing) -> bool:
    now = clock.now()
    seen = hearing_queries.names_by_hearing(session, actor(), [hearing.id]).get(hearing.id, [])
    try:
        actions.record_outcome(
            session,
            hearing,
            _facts(form),
            prisoner_ids=[row.id for row in seen],
            by_id=current_user.id,
            now=now,
            # By the later of two calendars: at the court it may be tomorrow already.
            today=max(clock.today(current_user.zone), local_day(now, hearing.zone)),
        )
    except OutcomeIsKnown:
        session.rollback()
        flash(_("What became of it was said already."), "warning")
        return True
    except NotInThisState:
        session.rollback()
        flash(_("This hearing was called off, so that nothing became of it."), "warning")
        return True
    except tuple(_REFUSALS) as refusal:
        field, sentence = _REFUSALS[type(refusal)]
        refuse(form[field], sentence)
        session.rollback()
        return False
    session.commit()
    flash(_FOLLOWS.get(HearingOutcome(form.outcome.data), _l("Thank you. It is noted.")))
    return True


_FOLLOWS = {
    HearingOutcome.POSTPONED: _l("Noted. The next hearing is entered, and reminders of it follow."),
    HearingOutcome.CUSTODY_EXTENDED: _l("Noted. Whoever was told the former end gets a notice, and reminders follow."),
    HearingOutcome.RELEASED: _l("Noted, and the custody is over. Where the person is now is entered on the record."),
}


def _facts(form: OutcomeForm) -> actions.OutcomeFacts:
    chosen = HearingOutcome(form.outcome.data)
    about_custody = chosen in (HearingOutcome.CUSTODY_EXTENDED, HearingOutcome.RELEASED)
    ids = [UUID(each) for each in form.measures.data or ()] if about_custody else []
    return actions.OutcomeFacts(
        outcome=chosen,
        decided_on=form.decided_on.data,  # type: ignore[arg-type]  # the form requires it
        note=form.note.data,
        next=When(form.next_on.data, form.next_at.data) if form.next_on.data else None,
        appeal_until=form.appeal_until.data,
        custody_until=PartialDate.of(form.custody_until.data) if form.custody_until.data else None,
        measures=[session.get_one(Measure, each) for each in ids],
    )


@bp.post("/hearings/<uuid:hearing_id>/outcome/take-back")
@open_to(Audience.VOLUNTEERS)
def take_back_outcome(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    # It calls off the next hearing and takes back terms, also of people whom a volunteer does not see.
    if hearing.outcome_by_id is not None and not may_change_entry(actor(), hearing.outcome_by_id):
        abort(404)
    try:
        undone = actions.take_back_outcome(session, hearing, by_id=current_user.id, now=clock.now())
    except NotInThisState:
        session.rollback()
        flash(_("That was so already."), "warning")
        return redirect(url_for("hearings.show", hearing_id=hearing_id))
    session.commit()
    if undone:
        flash(_("Taken back, with what was entered along with it. Say anew what became of it."))
    else:
        flash(_("Taken back. What was changed since stays as it is; please look at it."), "warning")
    return redirect(url_for("hearings.outcome", hearing_id=hearing_id))
