"""The test vectors of the rules of practice that are about evenings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from tests.evenings.conftest import tallied
from tests.support.client import FormClient
from tracker.evenings.models import Evening
from tracker.prisoners.models import Prisoner

SYLLABLES = ["Ба", "Ве", "Ги", "До", "Жу", "Зя", "Ки", "Ло"]
LATIN = {"Ба": "Ba", "Ве": "Ve", "Ги": "Gi", "До": "Do", "Жу": "Zhu", "Зя": "Zya", "Ки": "Ki", "Ло": "Lo"}
WAYS = [
    "{local} {count}",
    "{count} × {latin}",
    "{latin}; {count}",
    "{local}\t{count}",
    "{latin}: {count}",
    "{number}: {count}",
]


def people(inside: Callable[..., Prisoner]) -> list[tuple[Prisoner, str, str]]:
    """63 people with invented names in both scripts."""
    made = []
    for first in SYLLABLES:
        for second in SYLLABLES[: 8 if first != "Ло" else 7]:
            local, latin = f"{first}{second.lower()}шкин Тихон", f"Tikhon {LATIN[first]}{LATIN[second].lower()}shkin"
            made.append((inside(latin, local), local, latin))
    return made


def test_vector_13_311_letters_to_63_prisoners_are_entered_in_one_paste(
    as_cora: FormClient,
    session: Session,
    inside: Callable[..., Prisoner],
    evening_of: Callable[..., Evening],
    count_statements: Any,
) -> None:
    cast = people(inside)
    assert len(cast) == 63
    evening = evening_of(*(person for person, _, _ in cast))
    counts = [5] * 62 + [1]
    lines = [
        WAYS[index % len(WAYS)].format(local=local, latin=latin, count=count, number=index + 1)
        for index, ((_, local, latin), count) in enumerate(zip(cast, counts, strict=True))
    ]
    assert sum(counts) == 311
    page = f"/evenings/{evening.id}/tally"
    with count_statements() as asked:
        checked = as_cora.post_form(f"{page}/check", {"pasted": "\n".join(lines)}, page=page)
    text = checked.get_data(as_text=True)
    assert "311 letters" in text
    assert "63 people" in text
    assert len(asked) <= 14, str(asked)
    assert tallied(session) == {}
    token = page_fields(text)
    entered = as_cora.post(page, data=token)
    assert entered.status_code == 302, entered.get_data(as_text=True)
    assert tallied(session) == {person.id: count for (person, _, _), count in zip(cast, counts, strict=True)}
    session.expire_all()
    assert {person.last_letter_on for person, _, _ in cast} == {evening.on}


def page_fields(html: str) -> dict[str, str]:
    """The form of the page, as it would be sent if nobody touched it."""
    from tests.support.client import forms

    return dict(max(forms(html), key=lambda form: len(form.names)).fields)
