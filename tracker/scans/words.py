"""Why a file cannot be kept, in words that say what to do instead."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.scans import rules
from tracker.scans.files import DiskFull, NotKept
from tracker.scans.rules import ScanRefused

REFUSALS: dict[type[ScanRefused] | type[NotKept], Any] = {
    rules.NothingSent: _l("Choose a file first. If you did, it is empty."),
    rules.TooLarge: _l("The file is larger than 10 MiB. Photograph the page in a smaller size, or send page by page."),
    rules.NotAPicture: _l("This is not a JPEG, PNG or WebP picture and not a PDF, whatever its name says."),
    rules.Damaged: _l("The file is damaged, or it ends too early. Take the picture anew, or send the file once more."),
    rules.TooManyPoints: _l("The picture has more than 40 million points. Save it in a smaller size."),
    rules.MovingPicture: _l("This picture moves. Save one picture of it, and send that."),
    rules.Locked: _l("The PDF opens only with a passphrase. Save it without one, and send that."),
    rules.TooManyPdfPages: _l("The PDF has more than 20 pages. Send it in parts."),
    rules.TooHeavy: _l("The file is too heavy to be drawn anew. Send a photograph of the page instead."),
    rules.TooManyPages: _l("A reply can have 40 pages; with these it would have more."),
    DiskFull: _l("The disk is full, and nothing was kept: ask whoever runs this installation."),
    NotKept: _l("The disk does not take it, and nothing was kept: ask whoever runs this installation."),
}
