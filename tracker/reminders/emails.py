"""Every mail: a draft by its builder, cut down to what its reader wants it to say, and made into an Email.

Mails are discreet unless their reader chose otherwise. They travel through providers and light up on screens, so
neither subject nor body names a prisoner, a charge or a court; whom it is about is on the page that one has to sign in
for. A *minimal* one says that there is something to look at, and nothing tells it from any other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from flask import render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.languages import OF_PAGES
from tracker.message import Email, content_to_encrypt
from tracker.openpgp import keys
from tracker.openpgp.actions import note_state
from tracker.reminders import day_mails, nag_mails, plain_mails
from tracker.reminders.bounces import bounce_address
from tracker.reminders.drafts import Blocks, Draft
from tracker.reminders.look_again import Ready
from tracker.reminders.mail_facts import about
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.reminders.writing import Builder, Writing
from tracker.reminders.writing import Site as Site
from tracker.volunteers.rules import Disclosure, KeyState

Write = Callable[[Session, Outbox, Ready, datetime], Email]

BUILDERS: Mapping[MailKind, Builder] = {
    MailKind.REMINDER: day_mails.reminder,
    MailKind.LATE_NOTICE: day_mails.reminder,
    MailKind.CHANGE_NOTICE: day_mails.change_notice,
    MailKind.DATE_NEEDED: day_mails.date_needed,
    MailKind.NAG: nag_mails.nag,
    MailKind.ESCALATION: nag_mails.escalation,
    MailKind.DIGEST: nag_mails.digest,
    MailKind.INVITATION: plain_mails.invitation,
    MailKind.ASSIGNED: plain_mails.assigned,
    MailKind.WATCH_CONFIRM: plain_mails.watch_confirm,
    MailKind.ADDRESS_TROUBLE: plain_mails.address_trouble,
    MailKind.KEY_TEST: plain_mails.key_test,
}
"""Who says what a kind of mail says."""


def writers(site: Site) -> dict[MailKind, Write]:
    """Who writes which kind of mail. They need an application context, for the templates and the reader's language."""

    def write(session: Session, mail: Outbox, ready: Ready, now: datetime) -> Email:
        known = None
        if ready.disclosure is Disclosure.FULL:
            with force_locale(locale_of(ready.locale)):
                known = about(session, mail, ready.planned)
        return write_mail(Writing(site, mail, ready, now, session, known))

    return dict.fromkeys(BUILDERS, write)


def write_mail(writing: Writing) -> Email:
    """One mail, in its reader's language and no more telling than she wants it."""
    planned = writing.ready.planned
    kind = planned.kind if planned is not None else writing.mail.kind
    locale = str(plain_mails.facts_of(writing).get("locale", writing.ready.locale))
    key_state = _key_state(writing)
    with force_locale(locale_of(locale)):
        draft = BUILDERS[kind](writing)
        neutral = _minimal(writing, draft)
        is_minimal = writing.ready.disclosure is Disclosure.MINIMAL and not draft.must_say
        # What she wants encrypted never goes out open.
        if is_minimal or key_state not in (None, KeyState.USABLE):
            draft, is_minimal = neutral, True
        facts = _form(writing, draft, is_minimal=is_minimal)
        text = render_template("email/mail.txt", **facts).strip() + "\n"
        html = render_template("email/mail.html", **facts).strip() + "\n"
    email = Email(
        to=writing.ready.address,
        subject=draft.subject,
        text=text,
        html=html,
        message_id=f"<{writing.mail.message_id}@{writing.site.mail_domain}>",
        envelope_sender=_bounces_go_to(writing),
        headers=_headers(writing, draft, kind, tells_kind=not is_minimal and key_state is None),
    )
    return email if key_state is not KeyState.USABLE else _encrypted(email, writing, neutral.subject)


def _bounces_go_to(writing: Writing) -> str | None:
    site = writing.site
    if site.bounce_address is None:
        return None
    return bounce_address(site.bounce_address, writing.mail.message_id, site.secret)


def _key_state(writing: Writing) -> KeyState | None:
    """Whether the reader's key can be used now, which is written down if it is new; None: she gave no key."""
    ready, reader = writing.ready, writing.mail.recipient_id
    if ready.pgp_key is None:
        return None
    state = keys.state_of(ready.pgp_key, writing.now)
    if writing.session is not None and reader is not None:
        note_state(writing.session, reader, state)
    return state


def _encrypted(email: Email, writing: Writing, subject: str) -> Email:
    """Both forms and the subject inside; outside nothing that tells it from another mail."""
    assert writing.ready.pgp_key is not None
    content = keys.encrypt_to(content_to_encrypt(email), writing.ready.pgp_key, writing.now)
    return replace(email, subject=subject, text="", html=None, encrypted=content)


def _minimal(writing: Writing, draft: Draft) -> Draft:
    """The same for every kind of mail and whatever it is about, so that none tells anything."""
    said = Blocks().link(_("There is something here for you to look at:"), writing.front_door)
    return replace(said.draft(_("A message for you"), why="", topic=draft.topic), has_settings=False)


def _form(writing: Writing, draft: Draft, *, is_minimal: bool) -> dict[str, object]:
    return {
        "subject": draft.subject,
        "blocks": draft.blocks,
        "why": draft.why,
        "collective": "" if is_minimal else writing.site.collective,
        "settings": writing.settings if draft.has_settings else None,
        "unsubscribe": writing.unsubscribe(draft.topic),
        "language": str(get_locale() or "en").replace("_", "-"),
    }


def _headers(writing: Writing, draft: Draft, kind: MailKind, *, tells_kind: bool) -> dict[str, str]:
    headers = {}
    if writing.ready.reply_to:
        headers["Reply-To"] = writing.ready.reply_to
    one_click = writing.unsubscribe(draft.topic)
    if one_click:
        # RFC 8058; the topic is sealed in the address, so that a minimal mail tells nothing by it either.
        headers["List-Unsubscribe"] = f"<{one_click}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if tells_kind:
        listed = str(draft.topic or kind).replace("_", "-")
        headers["List-Id"] = f"<{listed}.{writing.site.mail_domain}>"
        root = thread_root(writing)
        if root:
            headers["References"] = headers["In-Reply-To"] = root
    return headers


def thread_root(writing: Writing) -> str | None:
    """What all mails to one reader about one event refer to, so that her program shows them together. No mail has
    this id, and nobody can tell from it what it is about."""
    mail = writing.mail
    reader = mail.recipient_id or mail.watcher_id
    if reader is None or mail.subject_id is None or mail.day_kind is None:
        return None
    key = f"thread|{reader}|{mail.day_kind}|{mail.subject_id}"
    made = hmac.new(writing.site.secret, key.encode(), hashlib.sha256).hexdigest()[:32]
    return f"<{made}@{writing.site.mail_domain}>"


def locale_of(name: str) -> str:
    """The reader's language, or English if the tracker does not speak it."""
    return name if name in OF_PAGES else "en"
