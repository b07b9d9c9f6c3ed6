"""The page from which everything about the post is reached: for a volunteer hers, for a coordinator everybody's."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import Actor


@dataclass(frozen=True)
class Way:
    """A page, and what one does there."""

    endpoint: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    title: str
    ways: list[Way]


def post_page(actor: Actor) -> ResponseReturnValue:
    """The groups of pages that are open to whoever asks."""
    groups = _of_coordinators() if actor.is_coordinator else _of_volunteers()
    return render_template("home/post.html", groups=groups)


def _of_volunteers() -> list[Group]:
    return [
        Group(
            _("Your letters"),
            [
                Way("transit.threads", _("Threads"), _("Whose turn it is with whom, and what silence means.")),
                Way("prepared.index", _("In preparation"), _("Letters that are planned, written or being translated.")),
                Way("tasks.index", _("To do"), _("What is asked of you besides.")),
            ],
        )
    ]


def _of_coordinators() -> list[Group]:
    return [
        Group(
            _("Letters"),
            [
                Way("transit.threads", _("Threads"), _("Whose turn it is with whom, and what silence means.")),
                Way("home.silence", _("Silence"), _("Who has had no letter, and where replies are overdue.")),
                Way("prepared.index", _("In preparation"), _("Letters that are planned, written or being translated.")),
                Way("transit.birthdays", _("Birthdays"), _("Of a month, with the day by which a card must go.")),
                Way("evenings.index", _("Evenings"), _("Choose people, print addresses and sheets, enter the tally.")),
            ],
        ),
        Group(
            _("Parcels"),
            [
                Way("parcels.index", _("Parcels"), _("What was sent, and what became of it.")),
                Way("quotas.claims", _("Claimed slots"), _("Who means to send a parcel, and until when.")),
                Way("needs.index", _("Needs"), _("What prisoners asked for, and who promised it.")),
            ],
        ),
        Group(
            _("Who does it"),
            [
                Way("tasks.everybodys", _("To do"), _("Somebody to look for, a first letter to write again.")),
                Way("handover.index", _("Hand-overs"), _("Correspondences whose writer stops.")),
                Way("absences.index", _("Absences"), _("Who is away, and who stands in.")),
            ],
        ),
    ]
