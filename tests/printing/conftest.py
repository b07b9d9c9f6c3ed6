from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cast import as_cora, as_vera, assignment, cora, dunya, vera  # noqa: F401
from tests.evenings.conftest import evening_of, inside, sizo  # noqa: F401
from tests.support.client import FormClient
from tracker.evenings.models import Evening
from tracker.printing.jobs import press_of


@pytest.fixture
def printed(app: Flask, session: Session, as_cora: FormClient) -> Callable[..., bytes]:  # noqa: F811
    """The PDF that Cora gets for an evening with what she typed."""

    def make(evening: Evening, **typed: Any) -> bytes:
        answer = as_cora.post_form(f"/evenings/{evening.id}/print", typed)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        press_of(app).wait()
        got = as_cora.get(f"{answer.location}/file")
        assert got.mimetype == "application/pdf", as_cora.get(answer.location).get_data(as_text=True)
        return got.data

    return make


def text_of(file: bytes) -> list[str]:
    """The text of each page of a PDF, lines joined."""
    document = pypdfium2.PdfDocument(file)
    try:
        texts = []
        for page in document:
            reader = page.get_textpage()
            texts.append(" ".join(reader.get_text_range().replace("\u200b", "").replace("\u00a0", " ").split()))
            reader.close()
            page.close()
        return texts
    finally:
        document.close()


def boxes_of(file: bytes, page_number: int = 0) -> list[tuple[float, float, float, float]]:
    """Where the lines of text are on a page: left, top, right, bottom in millimetres from the upper left corner."""
    document = pypdfium2.PdfDocument(file)
    try:
        page = document[page_number]
        height = page.get_height()
        reader = page.get_textpage()
        to_mm = 25.4 / 72
        boxes = [
            (left * to_mm, (height - top) * to_mm, right * to_mm, (height - bottom) * to_mm)
            for left, bottom, right, top in (reader.get_rect(index) for index in range(reader.count_rects()))
        ]
        reader.close()
        page.close()
        return boxes
    finally:
        document.close()
