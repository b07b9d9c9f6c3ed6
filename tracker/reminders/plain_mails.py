"""Mails that follow from what somebody did, whose facts were sealed in their rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.reminders.drafts import Blocks, Draft, as_it_is
from tracker.reminders.writing import Writing
from tracker.volunteers.rules import Disclosure
from tracker.web.filters import moment


def facts_of(writing: Writing) -> dict[str, Any]:
    """What only this mail knows."""
    found: dict[str, Any] = json.loads(writing.mail.payload or "{}")
    return found


def invitation(writing: Writing) -> Draft:
    """Somebody is asked to join, with a link that works once."""
    facts = facts_of(writing)
    # Nobody knows a guest's zone yet.
    until = f"{moment(datetime.fromisoformat(facts['until']), 'UTC')} UTC"
    said = (
        Blocks()
        .say(_("You are invited to help with letters."))
        .link(
            _("Open this address to choose a name and a passphrase. It works once, and until %(until)s:", until=until),
            f"{writing.site.url}{facts['path']}",
        )
        .say(_("If you did not expect this mail, you can throw it away; nothing more will come."))
    )
    return as_it_is(said.draft(_("An invitation"), _("You get this because somebody here invited you.")))


def assigned(writing: Writing) -> Draft:
    """A volunteer was given somebody to write to."""
    days = int(facts_of(writing).get("days", 0))
    said = Blocks().say(_("You have been given somebody new."))
    about = writing.about
    if about is not None and about.names:
        said.facts([(_("Who it is"), ", ".join(about.names))])
    said.link(
        _(
            "Who it is, the address for the envelope, what to write about and what never to write, and which days are "
            "coming up stands on your first page:"
        ),
        writing.front_door,
    )
    if days:
        said.say(
            ngettext(
                "One day that concerns this person comes up in the next thirty; a reminder of it follows by itself.",
                "%(num)d days that concern this person come up in the next thirty; reminders of them follow by "
                "themselves.",
                days,
            )
        )
    said.say(_("If it is too much, or not right for you, tell a coordinator. That is fine."))
    why = _("You get this because a coordinator assigned somebody to you.")
    return said.draft(_("You have somebody new to write to"), why)


def watch_confirm(writing: Writing) -> Draft:
    """Whoever typed an address is asked whether she wants mails about hearings; if she has them already, she is led to
    her page. Nothing here says whose hearings they are, for anybody can type an address."""
    facts = facts_of(writing)
    url = f"{writing.site.url}{facts['path']}"
    why = _("You get this because somebody typed this address on a page of ours.")
    said = Blocks()
    if facts["is_known"]:
        said.say(
            _("Somebody, we hope you, asked that this address be told of hearings."),
            _("It is told of them already, so there is nothing to confirm."),
        )
        said.link(_("Your own page shows which hearings are ahead. There you change how you are told, or leave:"), url)
        said.say(_("Keep this address to yourself: whoever has it sees your page."))
        return as_it_is(said.draft(_("Your page"), why))
    until = moment(datetime.fromisoformat(facts["until"]), facts["zone"])
    said.say(_("Somebody, we hope you, asked that this address be told before each hearing."))
    said.link(
        _("If you want that, open this page and press the button on it, by %(until)s (your clock):", until=until), url
    )
    said.say(
        _("If it was not you, you need not do anything: nothing more comes, and the address is forgotten by then.")
    )
    return as_it_is(said.draft(_("Please confirm your address"), why))


def key_test(writing: Writing) -> Draft:
    """Somebody tries whether she can open what is encrypted to her key."""
    said = Blocks().say(
        _("You can read this, so your key works."),
        _("From now on every mail of the tracker to you is encrypted like this one."),
    )
    why = _("You get this because you asked for a test on the page of your key.")
    return replace(said.draft(_("A test of encryption"), why), must_say=True)


def address_trouble(writing: Writing) -> Draft:
    """A coordinator hears that mail does not reach somebody."""
    facts = facts_of(writing)
    said = Blocks()
    if facts.get("for_now"):
        said.say(
            _("Three mails in a row could not be delivered to somebody for now."),
            _("The address may be right and the mailbox full. Ask her by other means."),
        )
    else:
        said.say(
            _("Mail no longer reaches somebody: the provider says that there is no such address."),
            _("Until the address is corrected, nothing is sent to it. Ask her by other means."),
        )
    if facts.get("who") and writing.ready.disclosure is Disclosure.FULL:
        said.facts([(_("Whom"), str(facts["who"]))])
    said.link(_("Sign in to see whom, and which mails did not arrive:"), f"{writing.site.url}/outbox")
    why = _("You get this because you are a coordinator.")
    return said.draft(_("Mail does not reach somebody"), why)
