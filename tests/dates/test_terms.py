"""Terms to be kept, and chances to send a parcel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_prisoner
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker import clock
from tracker.dates.models import Deadline, HearingStatus, ParcelWindow
from tracker.dates.rules import Leap
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner


def _in(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


@pytest.fixture
def term(as_cora: FormClient, session: Session, dunya: Prisoner) -> Deadline:
    data = {"kind": "appeal", "on": _in(9).isoformat(), "note": "Адвокату Огурцовой", "zone": "Asia/Vladivostok"}
    assert as_cora.post_form(f"/prisoners/{dunya.id}/deadlines/new", data).status_code == 302
    return session.scalars(select(Deadline)).one()


def test_a_term_stands_in_both_lists_and_its_note_is_for_coordinators(
    as_cora: FormClient, as_vera: FormClient, as_sam: FormClient, dunya: Prisoner, term: Deadline
) -> None:
    of_hers = f"/prisoners/{dunya.id}/deadlines/"
    for page in ("/deadlines/", of_hers):
        assert "Адвокату Огурцовой" in as_cora.get(page).text
    hers = as_vera.get(of_hers).text
    assert "Appeal" in hers
    assert "Адвокату" not in hers
    assert as_sam.get(of_hers).status_code == 404
    assert of_hers in as_vera.get(f"/prisoners/{dunya.id}/record").text


def test_a_term_is_moved_handed_in_called_off_and_opened_again(
    as_cora: FormClient, session: Session, dunya: Prisoner, term: Deadline
) -> None:
    base, listed = f"/deadlines/{term.id}", f"/prisoners/{dunya.id}/deadlines/"
    as_cora.post_form(f"{base}/change", {"on": _in(12).isoformat()})
    assert (term.on, term.revision) == (_in(12), 1)
    as_cora.post_form(f"{base}/change", {"note": "Иначе"})
    assert (term.note, term.revision) == ("Иначе", 1)
    assert "Nothing is different from before." in as_cora.post_form(f"{base}/change", {}).text
    assert "This day has not come yet." in as_cora.post_form(f"{base}/handed-in", {"on": _in(3).isoformat()}).text
    as_cora.post_form(f"{base}/handed-in", {"on": _in(-1).isoformat()})
    assert (term.status, term.handed_in_on) == (HearingStatus.CLOSED, _in(-1))
    assert "handed in on" in as_cora.get("/deadlines/?show=over").text
    assert "handed in on" not in as_cora.get("/deadlines/").text
    refused = as_cora.post_form(f"{base}/change", {"on": _in(15).isoformat()})
    assert "It was handed in or called off." in refused.text
    as_cora.post_form(f"{base}/reopen", page=listed)
    assert (term.status, term.handed_in_on) == (HearingStatus.SCHEDULED, None)
    as_cora.post_form(f"{base}/call-off", page=listed)
    assert term.status is HearingStatus.CANCELLED


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({"on": ""}, "Type the last day"),
        ({"on": "2026-02-30"}, "This is not a day."),
        ({"on": "2026-01-05"}, "This day is over."),
        ({"at": "25:00"}, "This is no time of day."),
        ({"zone": "Mars/Base"}, 'class="error"'),
    ],
)
def test_a_term_that_cannot_be_is_refused_and_kept(
    as_cora: FormClient, dunya: Prisoner, data: dict[str, str], sentence: str
) -> None:
    filled = {"kind": "complaint", "on": _in(9).isoformat(), "note": "В суд Лукоморска", "zone": "Asia/Vladivostok"}
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/deadlines/new", filled | data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "В суд Лукоморска" in answer.text


def test_lists_of_terms_ask_the_same_for_one_and_for_sixty(
    as_cora: FormClient, session: Session, dunya: Prisoner, term: Deadline, app: Flask
) -> None:
    counts = []
    for count in (0, 60):
        for number in range(count):
            person = make_prisoner(session, f"Вымышленная Персона {number}")
            known = {"entered_by_id": term.entered_by_id, "entered_at": clock.now(), "changed_at": clock.now()}
            session.add(
                Deadline(prisoner_id=person.id, kind="appeal", on=_in(number), zone="UTC", form_id=person.id, **known)
            )
        session.commit()
        for page in ("/deadlines/", f"/prisoners/{dunya.id}/deadlines/"):
            with counting(app.extensions["tracker"].engine) as asked:
                assert as_cora.get(page).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 5, counts


def test_whoever_sends_parcels_has_us_remind_her(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    ledger = as_vera.get(f"/prisoners/{dunya.id}/ledger").text
    listed = f"/prisoners/{dunya.id}/windows/"
    assert f"{listed}new" in ledger
    prefilled = as_vera.get(f"{listed}new?months=3&from=2026-08-31").text
    assert 'value="2026-08-31"' in prefilled
    assert 'value="3"' in prefilled
    as_vera.post_form(f"{listed}new", {"comes": "months", "every_months": "6", "counted_from": "2026-08-31"})
    window = session.scalars(select(ParcelWindow)).one()
    assert (window.every_months, window.counted_from) == (6, date(2026, 8, 31))
    page = as_vera.get(listed).text
    for words in ("every 6 months", "counted from Mon 31 Aug 2026", "Next:"):
        assert words in page
    as_vera.post_form(f"/windows/{window.id}/end", page=listed)
    assert window.ended_at is not None
    as_vera.post_form(f"/windows/{window.id}/resume", page=listed)
    assert window.ended_at is None


def test_the_31st_does_not_become_the_28th_for_good(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    page = f"/prisoners/{dunya.id}/windows/"
    as_vera.post_form(f"{page}new", {"comes": "months", "every_months": "1", "counted_from": "2031-12-31"})
    shown = as_vera.get(page).text
    assert "31 Jan 2032" in shown
    assert "29 Feb 2032" in shown


def test_a_chance_on_the_first_of_each_month_needs_no_number(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    page = f"/prisoners/{dunya.id}/windows/new"
    refused = as_vera.post_form(page, {"comes": "months", "counted_from": "2026-08-31"})
    assert refused.status_code == 422
    assert "Type after how many months." in refused.text
    assert "2026-08-31" in refused.text
    for number in ("0", "25", "-1", "two"):
        assert as_vera.post_form(page, {"comes": "months", "every_months": number}).status_code == 422
    as_vera.post_form(page, {"comes": "first", "counted_from": "2026-08-31"})
    assert session.scalars(select(ParcelWindow.every_months)).one() is None
    assert "on the first of each month" in as_vera.get(f"/prisoners/{dunya.id}/windows/").text


def test_when_somebody_born_on_29_february_keeps_her_birthday_is_asked_only_of_her(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    page = f"/prisoners/{dunya.id}/edit"
    assert 'name="keeps_leap_day_on"' in as_cora.get(page).text
    assert as_cora.post_form(page, {"keeps_leap_day_on": "mar1"}).status_code == 302
    session.expire_all()
    assert dunya.keeps_leap_day_on is Leap.MAR1
    other = make_prisoner(session, "Yegor Огурцов", birth=PartialDate(1990, 3, 1))
    assert 'name="keeps_leap_day_on"' not in as_cora.get(f"/prisoners/{other.id}/edit").text


def test_an_address_with_an_endless_number_of_months_is_a_page_like_any_other(
    as_vera: FormClient, dunya: Prisoner
) -> None:
    assert as_vera.get(f"/prisoners/{dunya.id}/windows/new?months=0003{'0' * 5000}").status_code == 200
