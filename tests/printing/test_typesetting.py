"""What comes out of the typesetter, looked at as a PDF."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.printing.conftest import boxes_of, text_of
from tracker.printing.label_sheets import BadLabelSheets, LabelSheet, label_sheets
from tracker.printing.typesetting import DoesNotFit, printable, typeset

TODAY = date(2026, 11, 24)
ADDRESS = [
    "Снежков Иван Иванович, 1988 г. р.",
    "ФКУ ИК-1 УФСИН России по Приморскому краю",
    "ул. Дубовая, 1",
    "г. Лукоморск",
    "690000",
]
LONG = printable("Пантелеймоново" * 14)


def labels(sheet: LabelSheet, *addresses: list[str], skip: int = 0) -> bytes:
    things = [{"index": index, "lines": lines} for index, lines in enumerate(addresses)]
    facts = {"title": "Labels", "lang": "en", "sheet": dataclasses.asdict(sheet), "skip": skip, "labels": things}
    return typeset("print/labels.typ", facts, today=TODAY)[0]


def test_the_common_sheets_are_there() -> None:
    counts = {key: sheet.count for key, sheet in label_sheets().items()}
    assert counts == {"l7160": 21, "l7163": 14, "l7159": 24, "a4-24": 24, "us5160": 30}


@pytest.mark.parametrize("key", list(label_sheets()))
def test_labels_stay_inside_their_cells_however_long_a_name_is(key: str) -> None:
    sheet = label_sheets()[key]
    file = labels(sheet, *[ADDRESS, [LONG, *ADDRESS[1:]]] * sheet.count)
    assert len(text_of(file)) == 2
    cells = {
        (sheet.first[0] + column * sheet.pitch[0], sheet.first[1] + row * sheet.pitch[1])
        for column in range(sheet.columns)
        for row in range(sheet.rows)
    }
    used = set()
    for left, top, right, bottom in boxes_of(file):
        # Half a millimetre inside the edge at least.
        holding = [
            (x, y)
            for x, y in cells
            if left > x + 0.5
            and right < x + sheet.label[0] - 0.5
            and top > y + 0.5
            and bottom < y + sheet.label[1] - 0.5
        ]
        assert len(holding) == 1, (left, top, right, bottom)
        used.update(holding)
    assert used == cells


def test_an_address_in_cyrillic_can_be_read_out_of_the_file() -> None:
    (page,) = text_of(labels(label_sheets()["l7160"], ADDRESS))
    for line in ADDRESS:
        assert line in page, page


def test_a_sheet_that_was_begun_is_used_from_the_next_label_on() -> None:
    sheet = label_sheets()["l7163"]
    file = labels(sheet, ADDRESS, skip=3)
    left, top = min(box[0] for box in boxes_of(file)), min(box[1] for box in boxes_of(file))
    # The fourth label: second column, second row.
    assert sheet.first[0] + sheet.pitch[0] < left < sheet.first[0] + 2 * sheet.pitch[0]
    assert sheet.first[1] + sheet.pitch[1] < top < sheet.first[1] + 2 * sheet.pitch[1]
    assert len(text_of(labels(sheet, *[ADDRESS] * 12, skip=3))) == 2


def test_what_cannot_fit_is_named_and_nothing_panics() -> None:
    with pytest.raises(DoesNotFit) as refused:
        labels(label_sheets()["us5160"], ADDRESS, ADDRESS, [printable("Слово" * 2000)])
    assert refused.value.index == 2


@pytest.mark.parametrize("typed", ["#panic()", "*a* _b_ $x$ `c`", '"]#[', "\\ / // <x> @y", "#sys.inputs", "= Title"])
def test_nothing_typed_is_a_command(typed: str) -> None:
    (page,) = text_of(labels(label_sheets()["l7163"], [typed]))
    assert page == " ".join(typed.split())


def test_what_no_font_draws_is_told() -> None:
    things = [{"index": 0, "lines": ["漢字 Ирина"]}]
    sheet = dataclasses.asdict(label_sheets()["l7163"])
    facts: dict[str, Any] = {"title": "L", "lang": "en", "sheet": sheet, "skip": 0, "labels": things}
    file, undrawn = typeset("print/labels.typ", facts, today=TODAY)
    assert undrawn == "漢字"
    assert "Ирина" in text_of(file)[0]


def test_of_a_long_row_of_signs_that_no_font_draws_each_is_told_once() -> None:
    sheet = label_sheets()["l7160"]
    things = [{"index": 0, "lines": [printable("🦔" * 40)]}]
    facts: dict[str, Any] = {
        "title": "L",
        "lang": "en",
        "sheet": dataclasses.asdict(sheet),
        "skip": 0,
        "labels": things,
    }
    assert typeset("print/labels.typ", facts, today=TODAY)[1] == "🦔"


def test_georgian_and_armenian_are_drawn() -> None:
    things = [{"index": 0, "lines": ["თბილისი", "Երևան", "Žluťoučký", "Мінск, Київ"]}]
    sheet = dataclasses.asdict(label_sheets()["l7163"])
    facts: dict[str, Any] = {"title": "L", "lang": "en", "sheet": sheet, "skip": 0, "labels": things}
    assert typeset("print/labels.typ", facts, today=TODAY)[1] == ""


def test_the_file_tells_the_day_and_nothing_else() -> None:
    document = pypdfium2.PdfDocument(labels(label_sheets()["l7163"], ADDRESS))
    told = document.get_metadata_dict()
    document.close()
    assert told["CreationDate"] == told["ModDate"] == "D:20261124000000Z"
    assert (told["Author"], told["Subject"], told["Keywords"]) == ("", "", "")


@pytest.mark.parametrize(
    "change",
    [
        {"columns": 4},
        {"rows": 9},
        {"pitch": [60, 38.1]},
        {"padding": 20},
        {"label": [63.5]},
        {"columns": 0},
        {"page": "A4"},
    ],
)
def test_a_sheet_that_cannot_be_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    import yaml

    facts = dataclasses.asdict(label_sheets()["l7160"])
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}
    file = tmp_path / "label_sheets.yaml"
    file.write_text(yaml.safe_dump({"sheets": {"one": facts | change}}))
    with pytest.raises(BadLabelSheets):
        label_sheets(file)
