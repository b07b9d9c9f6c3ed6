"""Playing many cases, with as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from flask import Flask

from tracker.rehearsal.results import Result, perform
from tracker.rehearsal.rules import Misread, Story
from tracker.rehearsal.scratch import Scratch, scratch

MANY = 24
"""From so many cases on it pays to make the tables more than once."""
MOST_PROCESSES = 8

Case = Story | Misread


def perform_all(cases: Sequence[Case], app: Flask) -> Iterator[Result]:
    """What came of each case, in their order. Cases know nothing of each other, so that several are played at once."""
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES, len(cases) // (MANY // 2))
    if len(cases) < MANY or processes < 2:
        with scratch() as tables, app.app_context():
            for case in cases:
                yield perform(tables.fresh(), case)
        return
    # Forked, because an application cannot be handed over; nothing has been opened yet that two could not share.
    with multiprocessing.get_context("fork").Pool(processes, _begin, (app,)) as pool:
        yield from pool.imap(_perform, cases)


_of_process: list[Scratch] = []


def _begin(app: Flask) -> None:
    open_for_good = ExitStack()
    open_for_good.enter_context(app.app_context())
    _of_process.append(open_for_good.enter_context(scratch()))
    _never_closed.append(open_for_good)


_never_closed: list[ExitStack] = []


def _perform(case: Case) -> Result:
    return perform(_of_process[0].fresh(), case)
