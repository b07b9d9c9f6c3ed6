"""The pages of a reply: sending them, looking at them, their order, destroying them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_letter, make_placement, make_volunteer, sign_in
from tests.scans import pictures
from tests.scans.conftest import files_in, pages_of, post_file, send
from tests.scans.pictures import CANARY, jpeg, opened, pdf, png
from tests.support.client import FormClient
from tracker.assignments.models import Assignment, Part
from tracker.clock import now
from tracker.collective.models import Collective
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.scans.actions import move_page
from tracker.scans.files import ScanFolder
from tracker.scans.models import Scan
from tracker.scans.rules import LARGEST_FILE_BYTES, MOST_PAGES_OF_REPLY
from tracker.volunteers.models import Volunteer


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


class TestSending:
    def test_the_writer_sends_a_page_and_sees_it(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder
    ) -> None:
        assert "No page of this reply is here yet" in _text(as_vera.get(f"/letters/{reply.id}/scans"))
        assert send(as_vera, reply, jpeg()).status_code == 302
        (scan,) = pages_of(session, reply)
        page = _text(as_vera.get(f"/letters/{reply.id}/scans"))
        assert "The page is kept." in page
        assert f'src="/scans/{scan.id}" width="60" height="90"' in page
        assert 'alt="Page 1 of 1 of the reply"' in page
        assert folder.has(scan.id)

    def test_a_pdf_brings_all_its_pages(self, as_vera: FormClient, session: Session, reply: Letter) -> None:
        send(as_vera, reply, jpeg())
        send(as_vera, reply, pdf(3), "Письмо.pdf")
        assert [scan.position for scan in pages_of(session, reply)] == [0, 1, 2, 3]
        assert "3 pages are kept." in _text(as_vera.get(f"/letters/{reply.id}/scans"))

    def test_a_coordinator_may_send_too(self, as_cora: FormClient, session: Session, reply: Letter) -> None:
        assert send(as_cora, reply, png()).status_code == 302
        assert len(pages_of(session, reply)) == 1

    def test_what_is_kept_is_sealed_and_carries_nothing_of_the_file(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder
    ) -> None:
        for kind in ("JPEG", "PNG", "WEBP"):
            send(as_vera, reply, pictures.with_everything(kind), f"{CANARY}.jpg")
        for scan in pages_of(session, reply):
            (path,) = folder.path.glob(f"??/{scan.id}")
            sealed = path.read_bytes()
            assert path.stat().st_mode & 0o777 == 0o600
            for word in (CANARY.encode(), b"PNG", b"JFIF", b"IHDR"):
                assert word not in sealed
            answer = as_vera.get(f"/scans/{scan.id}")
            assert CANARY.encode() not in answer.data
            assert opened(answer.data).size == (60, 90)
        assert CANARY not in _text(as_vera.get(f"/letters/{reply.id}/scans"))

    def test_nothing_is_laid_down_unsealed_on_the_way(
        self, as_vera: FormClient, reply: Letter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Werkzeug puts what is larger than half a mebibyte into a file unless it is told otherwise."""

        monkeypatch.setattr(tempfile, "tempdir", "/there/is/no/such/folder")
        assert send(as_vera, reply, jpeg() + b"\0" * 2_000_000).status_code == 302

    def test_the_same_form_sent_twice_keeps_its_pages_once(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder
    ) -> None:
        form_id = str(uuid4())
        send(as_vera, reply, pdf(2), form_id=form_id)
        answer = send(as_vera, reply, pdf(2), form_id=form_id)
        assert answer.status_code == 302
        assert len(pages_of(session, reply)) == 2
        assert len(files_in(folder)) == 2
        assert "here already" in _text(as_vera.get(f"/letters/{reply.id}/scans"))

    def test_a_reply_has_no_more_than_so_many_pages(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        for _ in range(MOST_PAGES_OF_REPLY - 1):
            kept()
        answer = send(as_vera, reply, pdf(2))
        assert answer.status_code == 422
        assert "with these it would have more" in _text(answer)
        assert len(files_in(folder)) == MOST_PAGES_OF_REPLY - 1, "nothing half-kept"
        assert send(as_vera, reply, png()).status_code == 302

    @pytest.mark.parametrize(
        "content, says",
        [
            (b"", "Choose a file first."),
            (b"only text", "not a JPEG, PNG or WebP picture and not a PDF"),
            (jpeg()[:300], "damaged, or it ends too early"),
            (pictures.png_that_claims(60_000, 60_000), "more than 40 million points"),
            (pictures.pdf_with_pages(21), "more than 20 pages"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_in_words_at_the_field(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder, content: bytes, says: str
    ) -> None:
        answer = send(as_vera, reply, content)
        assert answer.status_code == 422
        page = _text(answer)
        assert says in page
        assert re.search(r'<input[^>]* aria-describedby="page-hint page-error"[^>]* aria-invalid="true"', page)
        assert pages_of(session, reply) == []
        assert files_in(folder) == []

    def test_without_a_file_it_is_asked_for(self, as_vera: FormClient, reply: Letter) -> None:
        answer = as_vera.post_form(f"/letters/{reply.id}/scans", {})
        assert answer.status_code == 422
        assert "Choose a file first." in _text(answer)

    def test_one_byte_more_than_ten_mebibytes_is_refused_at_the_field(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        answer = send(as_vera, reply, jpeg().ljust(LARGEST_FILE_BYTES + 1, b"\0"))
        assert answer.status_code == 422
        assert "larger than 10 MiB" in _text(answer)
        assert f"/scans/{scan_id}" in _text(answer), "the rest of the page is as it was"
        assert send(as_vera, reply, jpeg().ljust(LARGEST_FILE_BYTES, b"\0")).status_code == 302

    def test_far_more_is_refused_on_the_same_page_without_being_read(
        self, as_vera: FormClient, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        answer = send(as_vera, reply, b"\0" * (LARGEST_FILE_BYTES + 2 * 1024 * 1024))
        assert answer.status_code == 413
        assert "larger than 10 MiB" in _text(answer)
        assert f"/scans/{scan_id}" in _text(answer)

    def test_far_more_from_whoever_may_not_is_refused_like_anything_else(
        self, client: FormClient, new_visitor: Any, session: Session, reply: Letter
    ) -> None:
        url, content = f"/letters/{reply.id}/scans", b"\0" * (LARGEST_FILE_BYTES + 2 * 1024 * 1024)
        assert post_file(client, url, {}, content).status_code == 413
        as_sam = sign_in(new_visitor(), session, make_volunteer(session, "sam"))
        assert post_file(as_sam, url, {}, content).status_code == 404

    def test_other_pages_take_no_more_than_before(self, as_vera: FormClient, reply: Letter) -> None:
        body = {"form_id": "x" * (2 * 1024 * 1024)}
        assert as_vera.post(f"/letters/{reply.id}/scans/hold", data=body).status_code == 413

    def test_no_odd_name_does_harm(self, as_vera: FormClient, session: Session, reply: Letter) -> None:
        for name in ("../../etc/passwd", "имя" * 200 + ".jpg", "a\0b.png", "con.html", '"; filename="x', " "):
            assert send(as_vera, reply, png(), name).status_code in (302, 422)
        assert len(pages_of(session, reply)) >= 4


class TestLooking:
    def test_a_page_is_answered_as_a_picture_and_kept_by_no_browser(
        self, as_vera: FormClient, kept: Callable[..., UUID]
    ) -> None:
        for content, kind in ((png(), "image/png"), (jpeg(), "image/jpeg")):
            answer = as_vera.get(f"/scans/{kept(content)}")
            assert answer.status_code == 200
            assert answer.mimetype == kind
            assert answer.data == content
            assert answer.headers["Content-Disposition"] == "inline"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    def test_what_is_not_bare_is_never_answered(self, as_vera: FormClient, kept: Callable[..., UUID]) -> None:
        assert as_vera.get(f"/scans/{kept(b'<html><script>')}").status_code == 404

    def test_a_file_that_was_changed_or_exchanged_does_not_open(
        self, as_vera: FormClient, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        one, other = kept(), kept(jpeg())
        paths = {scan_id: next(folder.path.glob(f"??/{scan_id}")) for scan_id in (one, other)}
        paths[one].write_bytes(paths[other].read_bytes())
        assert as_vera.get(f"/scans/{one}").status_code == 404
        paths[other].unlink()
        assert as_vera.get(f"/scans/{other}").status_code == 404

    @pytest.mark.parametrize("number", [0, 1, 12])
    def test_the_page_makes_few_statements(
        self,
        as_vera: FormClient,
        as_cora: FormClient,
        reply: Letter,
        kept: Callable[..., UUID],
        count_statements: Any,
        number: int,
    ) -> None:
        for _ in range(number):
            kept()
        for client, most in ((as_vera, 4), (as_cora, 5)):
            for url in (f"/letters/{reply.id}/scans", f"/prisoners/{reply.prisoner_id}/scans"):
                client.get(url)
                with count_statements() as asked:
                    assert client.get(url).status_code == 200
                assert len(asked) <= most, str(asked)

    def test_the_list_of_a_prisoner_names_replies_with_and_without_pages(
        self, as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, kept: Callable[..., UUID]
    ) -> None:
        kept()
        kept()
        make_letter(session, dunya, vera, date(2026, 2, 28), direction=Direction.REPLY)
        make_letter(session, dunya, vera, date(2026, 1, 1), direction=Direction.OUT)
        page = _text(as_vera.get(f"/prisoners/{dunya.id}/scans"))
        assert page.count("Reply of") == 2
        assert "2 pages" in page
        assert "no pages" in page

    def test_the_list_of_a_prisoner_without_replies_says_what_to_do(
        self, as_vera: FormClient, dunya: Prisoner, assignment: Assignment, scans_allowed: None
    ) -> None:
        assert "No reply is logged yet" in _text(as_vera.get(f"/prisoners/{dunya.id}/scans"))
        assert "Nothing is held" in _text(as_vera.get(f"/prisoners/{dunya.id}/scans?show=held"))

    def test_the_prisoners_page_leads_there_only_while_scans_are_kept(
        self, as_vera: FormClient, session: Session, reply: Letter
    ) -> None:
        page, there = f"/prisoners/{reply.prisoner_id}", f'href="/prisoners/{reply.prisoner_id}/scans"'
        assert there in _text(as_vera.get(page))
        session.execute(update(Collective).values(scans_allowed=False))
        assert there not in _text(as_vera.get(page))


class TestWhoMay:
    ADDRESSES = ("/letters/{reply}/scans", "/scans/{scan}", "/prisoners/{prisoner}/scans")
    TO_CHANGE = (
        "/scans/{scan}/up",
        "/scans/{scan}/down",
        "/scans/{scan}/remove",
        "/letters/{reply}/scans/remove",
        "/letters/{reply}/scans/hold",
        "/letters/{reply}/scans/let-go",
    )

    def _answers(self, client: FormClient, reply: Letter, scan_id: UUID) -> set[int]:
        ids = {"reply": reply.id, "scan": scan_id, "prisoner": reply.prisoner_id}
        return {client.get(address.format(**ids)).status_code for address in self.ADDRESSES}

    def _changes(self, client: FormClient, reply: Letter, scan_id: UUID) -> set[int]:
        ids = {"reply": reply.id, "scan": scan_id}
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").get_data(as_text=True))
        assert token
        answers = [client.post(each.format(**ids), data={"csrf_token": token[1]}) for each in self.TO_CHANGE]
        typed = {"csrf_token": token[1], "form_id": str(uuid4())}
        answers.append(post_file(client, f"/letters/{reply.id}/scans", typed, png()))
        return {answer.status_code for answer in answers}

    def test_whoever_writes_to_the_prisoner_may_look_but_not_change(
        self, new_visitor: Any, session: Session, dunya: Prisoner, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        olga = make_volunteer(session, "olga")
        make_assignment(session, dunya, olga)
        as_olga = sign_in(new_visitor(), session, olga)
        assert self._answers(as_olga, reply, scan_id) == {200}
        assert self._changes(as_olga, reply, scan_id) == {404}
        assert "Send" not in _text(as_olga.get(f"/letters/{reply.id}/scans"))
        assert [scan.id for scan in pages_of(session, reply)] == [scan_id]

    @pytest.mark.parametrize("part", [Part.PARCELS, Part.COURT, Part.FAMILY_CONTACT])
    def test_whoever_has_another_part_sees_the_prisoner_but_no_letters(
        self, new_visitor: Any, session: Session, dunya: Prisoner, reply: Letter, kept: Callable[..., UUID], part: Part
    ) -> None:
        scan_id = kept()
        helper = make_volunteer(session, "helper")
        make_assignment(session, dunya, helper, part=part)
        as_helper = sign_in(new_visitor(), session, helper)
        page = as_helper.get(f"/prisoners/{dunya.id}")
        assert page.status_code == 200
        assert "/scans" not in _text(page)
        assert self._answers(as_helper, reply, scan_id) == {404}
        assert self._changes(as_helper, reply, scan_id) == {404}

    def test_whose_reply_it_is_but_who_does_not_write_any_more_is_not_led_to_its_pages(
        self, as_vera: FormClient, session: Session, reply: Letter, assignment: Assignment, kept: Callable[..., UUID]
    ) -> None:
        scan_id, there = kept(), f'href="/letters/{reply.id}/scans"'
        assert there in _text(as_vera.get(f"/letters/{reply.id}"))
        assignment.part = Part.PARCELS
        assert there not in _text(as_vera.get(f"/letters/{reply.id}"))
        assert self._answers(as_vera, reply, scan_id) == {404}

    def test_nobody_else_may(
        self, new_visitor: Any, session: Session, dunya: Prisoner, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        frida = make_volunteer(session, "frida")
        make_assignment(session, dunya, frida, until=date(2026, 1, 1))
        for who in (frida, make_volunteer(session, "sam"), make_volunteer(session, "ada", is_admin=True)):
            visitor = sign_in(new_visitor(), session, who)
            assert self._answers(visitor, reply, scan_id) == {404}, who.handle
            assert self._changes(visitor, reply, scan_id) == {404}, who.handle

    def test_a_writer_whose_assignment_ended_no_longer_sees_her_own_scans(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], assignment: Assignment
    ) -> None:
        scan_id = kept()
        assignment.until = date(2026, 4, 1)
        assert self._answers(as_vera, reply, scan_id) == {404}
        assert self._changes(as_vera, reply, scan_id) == {404}

    def test_while_the_collective_keeps_no_scans_there_are_none_for_anybody(
        self, as_vera: FormClient, as_cora: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        session.execute(update(Collective).values(scans_allowed=False))
        for client in (as_vera, as_cora):
            assert self._answers(client, reply, scan_id) == {404}
            assert self._changes(client, reply, scan_id) == {404}

    def test_a_letter_of_ours_has_no_scans(
        self, as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, reply: Letter
    ) -> None:
        letter = make_letter(session, dunya, vera, date(2026, 3, 1))
        assert as_vera.get(f"/letters/{letter.id}/scans").status_code == 404

    def test_a_removed_reply_hides_its_pages_and_brings_them_back(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        scan_id = kept()
        reply.removed_at = now()
        assert self._answers(as_vera, reply, scan_id) == {200, 404}, "the list of the prisoner is still there"
        assert as_vera.get(f"/scans/{scan_id}").status_code == 404
        assert "Reply of" not in _text(as_vera.get(f"/prisoners/{reply.prisoner_id}/scans"))
        reply.removed_at = None
        assert as_vera.get(f"/scans/{scan_id}").status_code == 200


class TestOrder:
    def test_a_page_moves_up_and_down_and_stays_at_the_ends(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        one, two, three = kept(), kept(), kept()
        page = f"/letters/{reply.id}/scans"

        def order() -> list[UUID]:
            return [scan.id for scan in pages_of(session, reply)]

        as_vera.post_form(f"/scans/{one}/down", page=page)
        assert order() == [two, one, three]
        as_vera.post_form(f"/scans/{three}/up", page=page)
        assert order() == [two, three, one]
        shown = as_vera.get(page).get_data(as_text=True)
        assert f"/scans/{two}/up" not in shown, "there is nothing before the first"
        assert f"/scans/{one}/down" not in shown
        assert shown.index(f'src="/scans/{two}"') < shown.index(f'src="/scans/{three}"')

    def test_a_late_press_at_an_end_changes_nothing(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        one, two = kept(), kept()
        move_page(session, reply.id, one, down=False)
        move_page(session, reply.id, two, down=True)
        move_page(session, reply.id, uuid4(), down=True)
        assert [scan.id for scan in pages_of(session, reply)] == [one, two]


class TestDestroying:
    def test_a_page_is_destroyed_after_it_was_asked(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        one, two = kept(), kept()
        assert "Destroy page 2?" in _text(as_vera.get(f"/scans/{two}/remove"))
        assert folder.has(two)
        as_vera.post_form(f"/scans/{two}/remove")
        assert [scan.id for scan in pages_of(session, reply)] == [one]
        assert not folder.has(two)
        assert folder.has(one)

    def test_all_pages_are_destroyed_at_once(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        for _ in range(3):
            kept()
        assert "Destroy all 3 pages?" in _text(as_vera.get(f"/letters/{reply.id}/scans/remove"))
        as_vera.post_form(f"/letters/{reply.id}/scans/remove")
        assert pages_of(session, reply) == []
        assert files_in(folder) == []
        assert "has no pages" in _text(as_vera.get(f"/letters/{reply.id}/scans/remove"))

    def test_a_page_whose_file_is_lost_can_be_destroyed(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        scan_id = kept()
        folder.destroy(scan_id)
        as_vera.post_form(f"/scans/{scan_id}/remove")
        assert pages_of(session, reply) == []


class TestHeldForRelease:
    def test_a_reply_is_held_and_let_go(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        kept(uploaded_at=now())
        kept(uploaded_at=now())
        page = f"/letters/{reply.id}/scans"
        as_vera.post_form(f"{page}/hold", page=page)
        assert {scan.delete_on for scan in pages_of(session, reply)} == {None}
        shown = _text(as_vera.get(page))
        assert "these pages stay until somebody lets them go" in shown
        assert f"{page}/hold" not in shown
        as_vera.post_form(f"{page}/let-go", page=page)
        days = {scan.delete_on for scan in pages_of(session, reply)}
        assert len(days) == 1
        (day,) = days
        assert day is not None
        assert (day - now().date()).days in (179, 180, 181)

    def test_a_page_added_to_a_held_reply_is_held_too(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        kept(delete_on=None)
        send(as_vera, reply, png())
        assert [scan.delete_on for scan in pages_of(session, reply)] == [None, None]

    def test_what_is_held_is_listed_and_on_release_the_page_says_so(
        self, as_cora: FormClient, session: Session, dunya: Prisoner, reply: Letter, kept: Callable[..., UUID]
    ) -> None:
        kept(delete_on=None)
        addresses = (f"/letters/{reply.id}/scans", f"/prisoners/{dunya.id}/scans?show=held")
        for address in addresses:
            assert "The prisoner is out." not in _text(as_cora.get(address))
        session.execute(update(Placement).values(is_current=False))
        make_placement(session, dunya, kind=PlacementKind.AT_LIBERTY, position=1)
        for address in addresses:
            assert "The prisoner is out. Hand over what was held" in _text(as_cora.get(address))

    def test_a_reply_that_is_not_held_is_not_in_the_list(
        self, as_cora: FormClient, dunya: Prisoner, kept: Callable[..., UUID]
    ) -> None:
        kept()
        assert "Nothing is held" in _text(as_cora.get(f"/prisoners/{dunya.id}/scans?show=held"))


def test_without_a_folder_nothing_is_kept(app: Flask, as_vera: FormClient, reply: Letter, session: Session) -> None:
    parts = app.extensions["tracker"]
    parts.settings = replace(parts.settings, scans_folder=None, database_url="postgresql:///elsewhere")
    assert send(as_vera, reply, png()).status_code == 404
    assert session.query(Scan).count() == 0
