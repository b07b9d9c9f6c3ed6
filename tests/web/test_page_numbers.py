"""Numbers of pages in an address, as somebody may type them."""

from __future__ import annotations

import pytest
from flask import Flask

from tracker.web.paging import wanted_page


@pytest.mark.parametrize(
    "typed, number",
    [("3", 3), ("0", 1), ("0000", 1), ("-1", 1), ("٣", 1), ("²", 1), ("", 1), ("99999999999999999999", 1)],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_no_number_of_a_page_is_the_first(app: Flask, typed: str, number: int) -> None:
    with app.test_request_context("/", query_string={"page": typed}):
        assert wanted_page() == number
