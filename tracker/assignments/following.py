"""Why somebody is assigned who follows on another: a hand-over, or an absence. The address of the page says so."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request, url_for

from tracker.assignments.forms import AssignForm
from tracker.assignments.models import Part
from tracker.assignments.words import PART_WORDS
from tracker.handover.models import Handover
from tracker.lookup import coordinators_handover, coordinators_thread
from tracker.web.forms import offer


@dataclass(frozen=True)
class Following:
    """On what an assignment follows; on nothing, usually."""

    handover: Handover | None = None
    """A correspondence that somebody takes over."""
    stands_in_for_id: UUID | None = None
    """The assignment of somebody who is away."""

    @property
    def query(self) -> str:
        """What the address of the next page has to say about it."""
        if self.handover is not None:
            return "&" + urlencode({"handover": self.handover.id})
        return "&" + urlencode({"stands_in_for": self.stands_in_for_id}) if self.stands_in_for_id else ""

    def limit(self, form: AssignForm) -> None:
        """Who follows on a writer writes."""
        if self.query:
            offer(form.part, [(Part.WRITER, PART_WORDS[Part.WRITER])])

    def leads_to(self, prisoner_id: UUID) -> str:
        """The page to go on with."""
        if self.handover is not None:
            return url_for("handover.show", thread_id=self.handover.from_assignment_id)
        if self.stands_in_for_id is not None:
            return url_for("absences.index")
        return url_for("prisoners.show", prisoner_id=prisoner_id)


def following_what(prisoner_id: UUID) -> Following:
    """What the address of this page says about it; 404 when it is about another prisoner, or over."""
    if "handover" in request.args:
        handover = coordinators_handover(_id("handover"))
        return Following(handover=handover) if handover.prisoner_id == prisoner_id else abort(404)
    if "stands_in_for" in request.args:
        thread = coordinators_thread(_id("stands_in_for"))
        is_running = thread.prisoner_id == prisoner_id and thread.until is None
        return Following(stands_in_for_id=thread.id) if is_running else abort(404)
    return Following()


def _id(name: str) -> UUID:
    try:
        return UUID(request.args[name])
    except ValueError:
        abort(404)
