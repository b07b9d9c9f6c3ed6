"""What the collective decides for itself, by its admins."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.collective import actions, queries
from tracker.collective.forms import CollectiveForm
from tracker.collective.rules import CollectiveSettings, KeptScans
from tracker.scans import actions as scan_actions
from tracker.scans import jobs as scan_jobs
from tracker.scans import queries as scan_queries
from tracker.scans.files import NotKept, ScanFolder
from tracker.scans.queries import Kept
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("collective", __name__, url_prefix="/collective")

DESTROYED_AT_ONCE = 200
"""So many pages go while one waits for the answer; the scheduler does the rest within the hour."""


@bp.get("")
@open_to(Audience.ADMINS)
def edit() -> ResponseReturnValue:
    present = queries.settings(session)
    kept = scan_queries.kept(session)
    return _page(CollectiveForm(**asdict(present)), kept, ask_about_scans=False)


@bp.post("")
@open_to(Audience.ADMINS)
def update() -> ResponseReturnValue:
    present = queries.settings(session)
    kept = scan_queries.kept(session)
    form = CollectiveForm()
    turned_off = bool(present.scans_allowed and not form.scans_allowed.data and kept.pages)
    if not form.validate() or not _can_keep_scans(form) or not _is_told_about_scans(form, turned_off):
        return _page(form, kept, ask_about_scans=turned_off), 422
    today = clock.today(parts().settings.zone)
    destroy = turned_off and form.fate_of_scans() is KeptScans.DESTROYED_NOW
    decided = form.decided()
    actions.decide(session, decided)
    if destroy:
        scan_actions.make_all_due(session, today)
    elif form.applies_to_all.data:
        scan_actions.apply_period(session, kept_days=decided.scans_kept_days, zone=parts().settings.zone)
    session.commit()
    flash(_("Saved."))
    if destroy:
        _destroy_now(kept)
    return redirect(url_for("collective.edit"))


def _page(form: CollectiveForm, kept: Kept, *, ask_about_scans: bool) -> str:
    return render_template(
        "collective/edit.html",
        form=form,
        kept=kept,
        ask_about_scans=ask_about_scans,
        defaults=CollectiveSettings(),
        has_folder=parts().settings.scans_path is not None,
    )


def _can_keep_scans(form: CollectiveForm) -> bool:
    """Whether there is a folder for scans, if they shall be kept."""
    if not form.scans_allowed.data:
        return True
    folder = parts().settings.scans_path
    if folder is None:
        refuse(form.scans_allowed, _("Whoever runs this installation has to say first in which folder scans are kept."))
        return False
    try:
        ScanFolder(folder).check()
    except NotKept:
        refuse(form.scans_allowed, _("The folder for scans cannot be written to. Ask whoever runs this installation."))
        return False
    return True


def _is_told_about_scans(form: CollectiveForm, turned_off: bool) -> bool:
    if turned_off and form.fate_of_scans() is None:
        refuse(form.kept_scans, _("Choose what happens to the pages that are kept now."))
        return False
    return True


def _destroy_now(kept: Kept) -> None:
    folder = parts().settings.scans_path
    if folder is None:
        return
    done = scan_jobs.destroy_due(
        parts().sessions, ScanFolder(folder), clock.today(parts().settings.zone), DESTROYED_AT_ONCE
    )
    if done.pages < kept.pages:
        flash(_("Some pages are still there; the rest is destroyed within the hour."), "warning")
