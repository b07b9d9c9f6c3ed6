"""What a mail says, before it has a form: paragraphs, facts and links, of which both its text and its HTML are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.reminders.rules import MailTopic


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences, each in a line of its own."""

    lines: tuple[str, ...]
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a mail that has several."""

    words: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, each with its name: ``("Court", "…")``."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Link:
    """An address to open, with a sentence that says what for."""

    words: str
    url: str
    kind: str = "link"


Block = Paragraph | Heading | Facts | Link


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as its builder leaves it. Words in the reader's language; no names, unless she chose so."""

    subject: str
    """Never a name, for it lights up on screens."""
    blocks: tuple[Block, ...]
    why: str
    """Why she gets it, in a sentence."""
    topic: MailTopic | None = None
    """What she can turn off to be spared such mails; None: they follow from what somebody did."""
    has_settings: bool = True
    """Whether when it comes is hers to choose."""
    must_say: bool = False
    """Without its words it would be of no use, such as an invitation without its link: it is never cut down."""


@dataclass(slots=True)
class Blocks:
    """Gathers the blocks of a draft in their order."""

    made: list[Block] = field(default_factory=list)

    def say(self, *lines: str | None) -> Blocks:
        """A paragraph of those lines that there are; none of none."""
        there = tuple(line for line in lines if line)
        if there:
            self.made.append(Paragraph(there))
        return self

    def head(self, words: str) -> Blocks:
        self.made.append(Heading(words))
        return self

    def facts(self, rows: Sequence[tuple[str, str | None]]) -> Blocks:
        """Those of the rows that have something to say."""
        there = tuple((name, value) for name, value in rows if value)
        if there:
            self.made.append(Facts(there))
        return self

    def link(self, words: str, url: str) -> Blocks:
        self.made.append(Link(words, url))
        return self

    def add(self, blocks: Sequence[Block]) -> Blocks:
        self.made.extend(blocks)
        return self

    def draft(self, subject: str, why: str, topic: MailTopic | None = None) -> Draft:
        return Draft(" ".join(subject.split()), tuple(self.made), why, topic)


def as_it_is(draft: Draft) -> Draft:
    """The same, never cut down, and without settings: whom it goes to has none, or they do not matter."""
    return replace(draft, has_settings=False, must_say=True)
