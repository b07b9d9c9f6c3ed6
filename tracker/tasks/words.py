"""What tasks are called on pages, and what each asks for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.tasks.rules import TaskKind
from tracker.web.words import register

TASK_WORDS = {
    TaskKind.ASK_LAWYER: _l("Ask the lawyer where the person is"),
    TaskKind.ASK_RELATIVE: _l("Ask a relative where the person is"),
    TaskKind.PROBE_BY_E_LETTER: _l("Try an e-letter to the likely place"),
    TaskKind.WRITE_AGAIN: _l("Write first again"),
    TaskKind.SAY_FAREWELL: _l("Say farewell in a last letter"),
    TaskKind.INTRODUCE_YOURSELF: _l("Introduce yourself in a first letter"),
}

WHY_WORDS = {
    TaskKind.ASK_LAWYER: _l("On transfer. The lawyer is mostly the first to know."),
    TaskKind.ASK_RELATIVE: _l("On transfer. Relatives get a card or a call, often weeks later."),
    TaskKind.PROBE_BY_E_LETTER: _l(
        "On transfer. It comes back at once, “not listed here”, if the person is not there."
    ),
    TaskKind.WRITE_AGAIN: _l(
        "The address is new, and nobody’s address could be kept on the way: write first, and put your return address "
        "inside."
    ),
    TaskKind.SAY_FAREWELL: _l("A few lines instead of silence: that you stop, and who writes from now on."),
    TaskKind.INTRODUCE_YOURSELF: _l("You follow another writer. Say who you are, and that the letters go on."),
}
"""Said below the task."""

register(TASK_WORDS)
