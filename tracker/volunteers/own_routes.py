"""Everybody's own page: what she has told about herself, and what the tracker holds about her."""

from __future__ import annotations

from babel import Locale
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.languages import OF_PAGES
from tracker.lookup import oneself
from tracker.volunteers import actions, queries
from tracker.volunteers.availability import is_available
from tracker.volunteers.blueprint import bp
from tracker.volunteers.forms import SettingsForm
from tracker.volunteers.languages import shown_languages, typed_languages
from tracker.web.access import open_to
from tracker.web.forms import offer
from tracker.web.session import session


@bp.get("/me")
@open_to(Audience.VOLUNTEERS)
def me() -> ResponseReturnValue:
    return render_template(
        "volunteers/me.html",
        volunteer=oneself(),
        held=queries.held_of(session, current_user.id),
        languages=shown_languages,
        language_of_pages=Locale.parse(current_user.locale).get_display_name(),
        today=clock.today(current_user.zone),
    )


@bp.get("/me/settings")
@open_to(Audience.VOLUNTEERS)
def settings() -> ResponseReturnValue:
    volunteer = oneself()
    form = SettingsForm(
        languages=shown_languages(volunteer.languages),
        capacity=volunteer.capacity,
        away_from=volunteer.away_from,
        away_until=volunteer.away_until,
        zone=volunteer.zone,
        remind_at=f"{volunteer.remind_at:%H}:00",
        locale=volunteer.locale,
    )
    _offer_page_languages(form)
    return render_template("volunteers/settings.html", form=form)


@bp.post("/me/settings")
@open_to(Audience.VOLUNTEERS)
def change_settings() -> ResponseReturnValue:
    form = SettingsForm()
    _offer_page_languages(form)
    if form.validate() and (codes := typed_languages(form.languages)) is not None:
        volunteer = oneself()
        if is_available(form, volunteer, codes):
            habits = actions.Habits(form.zone.data, form.remind_time(), form.locale.data)
            actions.change_habits(volunteer, habits, clock.now())
            session.commit()
            flash(_("Saved."))
            return redirect(url_for("volunteers.me"))
        session.rollback()
    return render_template("volunteers/settings.html", form=form), 422


def _offer_page_languages(form: SettingsForm) -> None:
    offer(form.locale, [(code, Locale.parse(code).get_display_name()) for code in OF_PAGES])
