"""create_app(): the one place where the parts meet."""

from __future__ import annotations

import logging
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import Flask, has_request_context, request, url_for
from flask_babel import Babel
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import exists, inspect, select
from sqlalchemy.exc import IntegrityError

import tracker.models
import tracker.words  # noqa: F401  every table and every word, before the first request
from tracker import clock, languages
from tracker.accounts import signed_in
from tracker.accounts.passphrases import Passphrases
from tracker.blueprints import register_blueprints
from tracker.cli import register_commands
from tracker.db import make_engine, make_sessions
from tracker.mail import mailer_for
from tracker.sealing import column as sealed_columns
from tracker.sealing.keys import add_data_key, load_keyring, read_key_file
from tracker.settings import BadSettings, Settings, from_environment
from tracker.volunteers.models import Volunteer
from tracker.warnings import warnings_for_coordinators
from tracker.web import access, bodies, errors, filters, headers, language, pages, words
from tracker.web import session as web_session
from tracker.web.parts import Parts

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FORM_BYTES = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application with these settings, or with those of the environment.

    Raises BadSettings, BadKeyFile or WrongKey, each with a sentence for the operator, rather than start half.
    """
    settings = settings or from_environment()
    settings.check()
    app = Flask("tracker", root_path=str(ROOT / "tracker"), template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    engine = make_engine(settings.database_url)
    app.extensions["tracker"] = Parts(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        mailer=mailer_for(settings.smtp_url, settings.mail_from),
        passphrases=Passphrases(settings.argon2_kib),
    )
    web_session.init_app(app)
    bodies.init_app(app)
    headers.init_app(app, https=settings.is_https)
    errors.init_app(app)
    filters.init_app(app)
    words.init_app(app)
    pages.init_app(app, warnings_for_coordinators)
    signed_in.init_app(app, settings)
    CSRFProtect(app)
    Babel(app, locale_selector=_reader_locale, default_translation_directories=str(ROOT / "translations"))
    language.init_app(app)
    access.init_app(app)
    register_blueprints(app, settings)
    register_commands(app)
    signed_in.touch_after_request(app)
    access.refuse_undeclared(app)
    _set_up_templates(app, settings)
    try:
        if inspect(engine).has_table("sealing_key"):
            unlock(app)
            _refuse_demo_accounts(app.extensions["tracker"])
    except Exception:
        # Refused: leave no connection behind.
        engine.dispose()
        raise
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-s" if settings.is_https else "s",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        # Not Strict: whoever follows a link in a reminder should not have to sign in again.
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_BYTES,
        # The token is bound to the session and ends with it.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.is_https,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE=settings.zone,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # What these log on their own may carry addresses or what somebody typed.
    for noisy in ("werkzeug", "apscheduler", "granian.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def unlock(app: Flask) -> None:
    """Load the keys of the database with the key file; makes the first data key of a new database."""
    parts: Parts = app.extensions["tracker"]
    file_key = read_key_file(parts.settings.key_file)
    with parts.sessions() as session:
        keyring = load_keyring(session, file_key)
        if keyring is None:
            add_data_key(session, file_key, number=1, now=clock.now())
            try:
                session.commit()
            except IntegrityError:
                # Another process starting at the same moment was first.
                session.rollback()
            keyring = load_keyring(session, file_key)
    assert keyring is not None
    sealed_columns.unlock(keyring)


def _refuse_demo_accounts(parts: Parts) -> None:
    """Their passphrases are printed in the documents; outside a demo nobody may sign in with them."""
    if parts.settings.demo:
        return
    with parts.sessions() as session:
        if session.scalar(select(exists().where(Volunteer.is_demo, Volunteer.disabled_at.is_(None)))):
            raise BadSettings(["There are accounts of the demo in this database; it is not for real use."])


def _reader_locale() -> Locale:
    """The reader's own language, else the best that her browser asks for."""
    try:
        if current_user and current_user.is_authenticated:
            return language.locale_of(current_user.locale)
    except (UnknownLocaleError, AttributeError):
        return language.locale_of("en")
    asked = request.accept_languages.best_match(languages.OF_PAGES) if has_request_context() else None
    return language.locale_of(asked or "en")


def _set_up_templates(app: Flask, settings: Settings) -> None:
    static = Path(app.static_folder or "")
    versions = {file.name: str(int(file.stat().st_mtime)) for file in static.iterdir() if file.is_file()}

    def static_url(name: str) -> str:
        return url_for("static", filename=name, v=versions.get(name, "0"))

    app.jinja_env.globals.update(
        static_url=static_url,
        collective=settings.collective,
        is_demo=settings.demo,
        is_of_real_people=settings.demo_of_real_people,
    )
