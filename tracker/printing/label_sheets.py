"""Reading ``config/label_sheets.yaml``: where on a sheet its labels are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent.parent.parent / "config" / "label_sheets.yaml"
LARGEST_MM = 1000
_SLACK_MM = 0.5
"""Makers round."""


class BadLabelSheets(Exception):
    """The file cannot be used; says where and why."""


@dataclass(frozen=True)
class LabelSheet:
    """One sort of sheet, in millimetres; pairs are across and down."""

    name: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    first: tuple[float, float]
    pitch: tuple[float, float]
    padding: float

    @property
    def count(self) -> int:
        """How many labels are on a sheet."""
        return self.columns * self.rows


@lru_cache
def label_sheets(file: Path = FILE) -> Mapping[str, LabelSheet]:
    """All sheets by their key, in the order of the file; raises BadLabelSheets."""
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))["sheets"]
        return {str(key): _sheet(str(key), facts) for key, facts in given.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadLabelSheets(f"{file.name}: {type(error).__name__}: {error}") from None


def _sheet(key: str, facts: Mapping[str, Any]) -> LabelSheet:
    sheet = LabelSheet(
        name=str(facts["name"]),
        page=_pair(facts["page"]),
        columns=int(facts["columns"]),
        rows=int(facts["rows"]),
        label=_pair(facts["label"]),
        first=_pair(facts["first"]),
        pitch=_pair(facts["pitch"]),
        padding=float(facts["padding"]),
    )
    if not 1 <= sheet.columns <= 50 or not 1 <= sheet.rows <= 50:
        raise BadLabelSheets(f"{key}: a sheet has 1 to 50 rows and columns")
    for side, count in enumerate((sheet.columns, sheet.rows)):
        if sheet.first[side] + sheet.pitch[side] * (count - 1) + sheet.label[side] > sheet.page[side] + _SLACK_MM:
            raise BadLabelSheets(f"{key}: its labels do not fit on the paper")
        if count > 1 and sheet.pitch[side] < sheet.label[side]:
            raise BadLabelSheets(f"{key}: its labels overlap")
        if sheet.padding * 2 >= sheet.label[side]:
            raise BadLabelSheets(f"{key}: the padding leaves no room")
    return sheet


def _pair(given: Any) -> tuple[float, float]:
    across, down = (float(each) for each in given)
    if not 0 <= across <= LARGEST_MM or not 0 <= down <= LARGEST_MM:
        raise BadLabelSheets(f"{across} × {down} mm cannot be")
    return across, down
