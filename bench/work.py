"""What takes seconds: printing for an evening, and counting the post anew. Each beside the least that it can cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import typst
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from bench.pages import COORDINATOR
from tracker import clock
from tracker.letters.changes import count_everything
from tracker.letters.models import Letter
from tracker.printing.actions import ask_for_print
from tracker.printing.contents import labels
from tracker.printing.jobs import make_print
from tracker.printing.label_sheets import label_sheets
from tracker.printing.models import PrintJob
from tracker.printing.queries import people_to_print, sealed_file
from tracker.printing.rules import PrintKind, PrintState, Script
from tracker.prisoners.addressees import can_be_written_to
from tracker.prisoners.models import Placement, Prisoner
from tracker.sealing.box import Place
from tracker.sealing.column import keyring
from tracker.transit.actions import recount
from tracker.volunteers.models import Volunteer
from tracker.web.parts import Parts

HERE = Path(__file__).resolve().parent
PEOPLE, COPIES = 50, 10
SHEET = "l7160"
PRINT_AIM, RECOUNT_AIM = 2.5, 5.0


@dataclass(frozen=True)
class Done:
    """One thing on one database, in seconds."""

    title: str
    app: float
    floor: float
    aim: float

    @property
    def ratio(self) -> float:
        return self.app / self.floor


def prints(app: Flask, rounds: int) -> list[Done]:
    """A sheet for each of fifty people, and ten labels for each: from the facts to the sealed file, as the web process
    makes them. The floor is the typesetter with the same text on plain pages, or in a plain grid of labels. Other
    people each time: the typesetter remembers what it has set."""
    fonts, luck = typst.Fonts(include_system_fonts=False), Random(rounds)
    took: dict[PrintKind, list[tuple[float, float]]] = {PrintKind.SHEETS: [], PrintKind.LABELS: []}
    parts: Parts = app.extensions["tracker"]
    with app.app_context(), parts.sessions() as session:
        addressees = session.scalars(select(Prisoner.id).where(can_be_written_to(clock.today("UTC")))).all()
        for n in range(-1, rounds):
            for kind in took:
                others = luck.sample(addressees, PEOPLE)
                floor = _typeset(fonts, _plain(session, kind, others, _make(app, session, kind, others)[1]))
                pair = _make(app, session, kind, luck.sample(addressees, PEOPLE))[0], floor
                if n >= 0:
                    took[kind].append(pair)
    titles = {PrintKind.SHEETS: f"sheets for {PEOPLE} people", PrintKind.LABELS: f"labels, {PEOPLE * COPIES}"}
    return [Done(titles[kind], *_medians(pairs), PRINT_AIM) for kind, pairs in took.items()]


def _make(app: Flask, session: Session, kind: PrintKind, people: Sequence[UUID]) -> tuple[float, bytes]:
    """Seconds and the file."""
    print_id, now, kept = uuid4(), clock.now(), [str(each) for each in people]
    facts: dict[str, Any] = {"people": kept, "script": "local"}
    if kind is PrintKind.SHEETS:
        facts |= {"numbers": {each: n for n, each in enumerate(kept, start=1)}, "boxes": 5}
    else:
        facts |= {"sheet": SHEET, "first": 1, "copies": COPIES}
    who = session.scalars(select(Volunteer.id).where(Volunteer.handle_folded == COORDINATOR)).one()
    ask_for_print(session, print_id, kind, facts, of=PEOPLE, asked_by_id=who, now=now)
    session.commit()
    begun = perf_counter()
    make_print(app, print_id)
    took = perf_counter() - begun
    state = session.scalar(select(PrintJob.state).where(PrintJob.id == print_id))
    sealed = sealed_file(session, print_id)
    session.commit()
    assert state is PrintState.READY, state
    assert sealed is not None
    return took, keyring().open_bytes(sealed, Place(PrintJob.__tablename__, "file_sealed", print_id))


def _plain(session: Session, kind: PrintKind, people: Sequence[UUID], pdf: bytes) -> dict[str, Any]:
    """The same text for the floor."""
    if kind is PrintKind.SHEETS:
        return {"pages": [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]}
    printed = people_to_print(session, people, with_interests=False)
    sheet = label_sheets()[SHEET]
    made = labels(printed, sheet, first=1, copies=COPIES, script=Script.LOCAL, today=clock.today("UTC"))
    width, height = sheet.label
    texts = ["\n".join(each["lines"]) for each in made.facts["labels"]]
    return {"labels": texts, "columns": sheet.columns, "width": width, "height": height}


def _typeset(fonts: typst.Fonts, facts: dict[str, Any]) -> float:
    begun = perf_counter()
    compiler = typst.Compiler(root=HERE, font_paths=fonts, ignore_system_fonts=True)
    compiler.compile(HERE / "plain.typ", format="pdf", sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)})
    return perf_counter() - begun


def counting(app: Flask, rounds: int) -> Done:
    """Counting all letters anew, as `flask post recount` does after it has started. The floor reads each letter
    once, with its facility and the letter that it answers, and counts by facility and channel."""
    parts: Parts = app.extensions["tracker"]
    letters = _count_letters(parts.engine)

    def count() -> float:
        begun = perf_counter()
        with app.app_context(), parts.sessions() as session:
            count_everything(session)
            recount(session)
            session.commit()
        return perf_counter() - begun

    def read() -> float:
        begun = perf_counter()
        answered = aliased(Letter)
        statement = (
            select(Placement.facility_id, Letter.channel, Letter.dated_on, Letter.written_on, answered.dated_on)
            .outerjoin(Placement, Placement.id == Letter.placement_id)
            .outerjoin(answered, answered.id == Letter.answers_id)
        )
        with parts.engine.connect() as connection:
            rows = connection.execution_options(yield_per=2000).execute(statement)
            Counter((row.facility_id, row.channel) for row in rows)
        return perf_counter() - begun

    pairs = [(count(), read()) for _ in range(rounds)]
    return Done(f"counting of {letters:,} letters", *_medians(pairs), RECOUNT_AIM)


def _count_letters(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Letter)) or 0


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    app, floor = zip(*pairs, strict=True)
    return median(app), median(floor)
