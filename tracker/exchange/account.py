"""What an import did, in words; every piece of the bundle is in it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.exchange.mapping import all_kinds
from tracker.exchange.plan import Fate, Plan

_COLUMNS = (Fate.ADDED, Fate.CHANGED, Fate.UNCHANGED, Fate.KEPT, Fate.GONE)
_NOTES = {
    Fate.KEPT: "changed in the bundle and here too; left as it is here",
    Fate.GONE: "what it is about is no longer here; it was not brought back",
}


@dataclass
class Account:
    """The pieces of a bundle by kind and by what became of them, and what somebody should look at."""

    title: str
    """Of the source."""
    counts: dict[str, Counter[Fate]] = field(default_factory=dict)
    """By the name of a kind."""
    moved: int = 0
    """Pieces that only changed their place in a list."""
    source_changed: bool = False
    notes: list[str] = field(default_factory=list)
    """One sentence each: what was left, what may be there twice."""

    @property
    def total(self) -> int:
        """How many pieces the bundle has."""
        return sum(counted.total() for counted in self.counts.values())

    @property
    def nothing_changed(self) -> bool:
        """Whether everything in the bundle was here already, or was left as it is here."""
        written = sum(counted[Fate.ADDED] + counted[Fate.CHANGED] for counted in self.counts.values())
        return not (written or self.moved or self.source_changed)

    def lines(self) -> Iterator[str]:
        """The account as it is printed."""
        yield f"{self.title}: {self.total} pieces."
        shown = [fate for fate in _COLUMNS if any(counted[fate] for counted in self.counts.values())]
        yield f"{'':24}" + "".join(f"{fate.value:>11}" for fate in shown)
        for kind in all_kinds():
            counted = self.counts.get(kind.name)
            if counted:
                yield f"{kind.label:24}" + "".join(f"{counted[fate]:>11}" for fate in shown)
        if self.moved:
            yield f"Of these, {self.moved} changed their place in a list."
        yield from self.notes
        if self.nothing_changed:
            yield "Nothing changed."


def account_of(plan: Plan, title: str) -> Account:
    """The account of a plan that was carried out."""
    account = Account(title)
    for step in plan.steps:
        account.counts.setdefault(step.piece.kind.name, Counter())[step.fate] += 1
        account.moved += step.moved
        if step.fate in _NOTES:
            account.notes.append(f"{step.piece.path}: {_NOTES[step.fate]}.")
    account.notes += [f"{known.path}: no longer in the bundle; left here." for known in plan.vanished]
    return account
