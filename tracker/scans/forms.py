"""What may be sent to the pages of a reply."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from tracker.scans.rules import LARGEST_FILE_BYTES
from tracker.web.forms import Form, FormIdField


class UploadForm(Form):
    form_id = FormIdField()
    page = FileField(
        _l("A picture of a page, or a PDF"),
        description=_l("JPEG, PNG, WebP or PDF, up to 10 MiB. It is drawn anew, without place, day or camera in it."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )

    def content(self) -> bytes:
        """What was sent, and not more than one byte beyond what may be; empty if nothing was chosen."""
        sent: FileStorage | None = self.page.data
        return sent.stream.read(LARGEST_FILE_BYTES + 1) if sent is not None else b""
