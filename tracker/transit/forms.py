"""What may be typed about a thread."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.web.forms import Form, line, whole_number

LONGEST_RHYTHM = 366


class ThreadForm(Form):
    pen_name = line(
        _l("Signed as"),
        most=60,
        hint=_l("The name under the letters of this correspondence. Whoever takes over can keep it."),
    )
    rhythm_days = whole_number(
        _l("Write once in so many days"),
        least=1,
        most=LONGEST_RHYTHM,
        hint=_l("Empty: as it comes. Rather promise little and keep it."),
    )
