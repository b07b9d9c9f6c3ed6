"""What is made of the files that people send: pages with nothing but their points, or a refusal that says what it is.

Each file goes through the process that draws, as in real life.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from PIL import Image, ImageChops

from tests.scans import pictures
from tests.scans.pictures import CANARY, drawing, jpeg, opened, pdf, png, webp
from tracker.scans import drawing as drawing_process
from tracker.scans.drawing import Picture, redrawn
from tracker.scans.rules import (
    LARGEST_FILE_BYTES,
    LONGEST_SIDE,
    Damaged,
    Locked,
    MovingPicture,
    NotAPicture,
    NothingSent,
    ScanRefused,
    TooHeavy,
    TooLarge,
    TooManyPdfPages,
    TooManyPoints,
    bare_kind,
)


def one(content: bytes) -> Picture:
    (page,) = redrawn(content)
    return page


def _looks_like(page: Picture, original: Image.Image) -> bool:
    """The same picture, as far as a JPEG keeps it."""
    shown = opened(page.content).convert("RGB")
    if shown.size != original.size:
        return False
    difference = ImageChops.difference(shown, original.convert("RGB")).convert("L").histogram()
    return sum(level * count for level, count in enumerate(difference)) / (shown.width * shown.height) < 12


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew(kind: str) -> None:
    page = one(pictures.saved(drawing(), kind))
    assert (page.width, page.height) == (60, 90)
    assert _looks_like(page, drawing())


def test_each_page_of_a_pdf_becomes_a_picture() -> None:
    pages = redrawn(pdf(3, drawing((827, 1169)), resolution=100.0))
    assert [(page.width, page.height) for page in pages] == [(1655, 2338)] * 3, "at 200 points an inch"
    assert {bare_kind(page.content) for page in pages} == {"image/png"}


def test_a_drawing_stays_sharp_and_a_photograph_small() -> None:
    assert bare_kind(one(png()).content) == "image/png"
    assert bare_kind(one(jpeg(pictures.photograph((1200, 1600)))).content) == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_png_of_any_sort_is_taken(mode: str) -> None:
    content = png(Image.new("I;16", (60, 90), 65535)) if mode == "I;16" else png(drawing(mode=mode))
    shown = opened(one(content).content)
    assert shown.size == (60, 90)
    assert shown.mode in ("L", "RGB")
    lightest = shown.convert("L").getextrema()[1]
    assert isinstance(lightest, int)
    assert lightest >= 250, "white stays white"


def test_a_jpeg_for_print_is_taken() -> None:
    assert one(jpeg(drawing(mode="CMYK"))).width == 60


def test_what_is_transparent_becomes_white_paper() -> None:
    assert opened(one(png(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))).content).convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_telephone_held_sideways_gives_an_upright_page(orientation: int) -> None:
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = drawing()
    as_taken = upright.transpose(turned[orientation]) if orientation > 1 else upright
    assert _looks_like(one(jpeg(as_taken, exif=pictures.exif(orientation), quality=95)), upright)


def test_a_large_picture_is_made_smaller_but_stays_readable() -> None:
    page = one(png(Image.new("L", (4000, 6000), 255)))
    assert (page.width, page.height) == (2000, LONGEST_SIDE)


def test_a_thin_line_is_a_picture_too() -> None:
    page = one(png(Image.new("L", (9000, 1), 0)))
    assert (page.width, page.height) == (LONGEST_SIDE, 1)


def test_a_jpeg_with_a_second_picture_behind_it_gives_the_first() -> None:
    both = pictures.saved(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 90), "red")])
    assert _looks_like(one(both), drawing())


class TestNothingIsLeftOfWhatWasInTheFile:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_no_metadata(self, kind: str) -> None:
        sent = pictures.with_everything(kind)
        assert CANARY.encode() in sent, "there is something to lose"
        page = one(sent)
        assert CANARY.encode() not in page.content
        assert bare_kind(page.content)
        for word in (b"Exif", b"http", b"adobe", b"ICC_PROFILE", b"iCCP", b"tEXt"):
            assert word not in page.content
        assert set(opened(page.content).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

    def test_nor_in_a_photograph(self) -> None:
        page = one(jpeg(pictures.photograph(), exif=pictures.exif(), comment=CANARY.encode()))
        assert bare_kind(page.content) in ("image/jpeg", "image/png")
        assert CANARY.encode() not in page.content

    def test_nothing_of_what_a_pdf_says_about_itself(self) -> None:
        sent = pdf(title=CANARY, author=CANARY, subject=CANARY, keywords=CANARY, creator=CANARY, producer=CANARY)
        assert CANARY.encode("utf-16-be") in sent
        page = one(sent)
        assert CANARY.encode("utf-16-be") not in page.content
        assert CANARY.encode() not in page.content

    def test_nothing_of_an_archive_behind_a_picture(self) -> None:
        for whole in (jpeg(), png()):
            page = one(whole + pictures.zipped())
            assert b"PK\x03\x04" not in page.content
            assert _looks_like(page, drawing())

    def test_nothing_of_a_page_of_html_inside_a_picture(self) -> None:
        html = b"<html><script>alert(1)</script></html>"
        for whole in (jpeg(comment=html), jpeg() + html, png() + html):
            assert b"script" not in one(whole).content

    def test_a_jpeg_that_is_a_pdf_too_is_a_jpeg(self) -> None:
        both = jpeg(comment=pdf())
        assert b"%PDF-" in both[:1024]
        page = one(both)
        assert b"%PDF" not in page.content
        assert _looks_like(page, drawing())

    def test_a_pdf_that_is_a_jpeg_too_is_a_pdf(self) -> None:
        page = one(pictures.pdf_with_page(b"0 0 72 72") + jpeg())
        assert (page.width, page.height) == (200, 200)

    def test_a_pdf_that_begins_late_is_a_pdf(self) -> None:
        assert one(b"\n" * 300 + pictures.pdf_with_page(b"0 0 72 72")).width == 200


class TestWhatIsNotWhatItSays:
    @pytest.mark.parametrize(
        "content",
        [
            b"a letter as text",
            b"\0" * 5000,
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<html><body><img src=x onerror=alert(1)></body></html>",
            b"MZ\x90\0" + b"\0" * 200,
            b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
            pictures.zipped(),
            pictures.saved(drawing(), "GIF"),
            pictures.saved(drawing(), "TIFF"),
            pictures.saved(drawing(), "BMP"),
            pictures.saved(drawing(), "ICO"),
        ],
        ids=["text", "zeros", "svg", "html", "exe", "sound", "zip", "gif", "tiff", "bmp", "ico"],
    )
    def test_it_is_refused_whatever_its_name(self, content: bytes) -> None:
        with pytest.raises(NotAPicture):
            redrawn(content)

    def test_nothing_is_not_a_picture(self) -> None:
        with pytest.raises(NothingSent):
            redrawn(b"")

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_a_moving_picture_is_refused(self, kind: str) -> None:
        with pytest.raises(MovingPicture):
            redrawn(pictures.saved(drawing(), kind, save_all=True, append_images=[Image.new("RGB", (60, 90), "red")]))

    def test_a_locked_pdf_is_refused(self) -> None:
        locked = pictures.pdf_of(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
            b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"11" * 32, b"22" * 32),
            trailer=b"/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
        )
        with pytest.raises(Locked):
            redrawn(locked)

    def test_a_pdf_of_many_pages_is_refused_as_a_whole(self) -> None:
        assert len(redrawn(pictures.pdf_with_pages(20))) == 20
        with pytest.raises(TooManyPdfPages):
            redrawn(pictures.pdf_with_pages(21))

    def test_a_pdf_without_pages_is_refused(self) -> None:
        with pytest.raises(Damaged):
            redrawn(pictures.pdf_with_pages(0))

    def test_scripts_in_a_pdf_are_not_run(self) -> None:
        script = b"/OpenAction << /S /JavaScript /JS (app.alert\\('x'\\); while\\(true\\){}) >>"
        launch = b"/AA << /WC << /S /Launch /F (/bin/sh) >> >>"
        page = one(pictures.pdf_with_page(b"0 0 72 72", catalogue=script + launch))
        assert page.width == 200


@pytest.mark.parametrize("make", [jpeg, png, webp, pdf], ids=["jpeg", "png", "webp", "pdf"])
def test_a_file_that_ends_too_early_is_refused(make: Callable[[], bytes]) -> None:
    """Or nothing of the page is missing: only a few bytes behind its last point."""
    whole = make()
    complete = one(whole)
    ends = [1, 2, 4, 10, 20, *(len(whole) * part // 10 for part in range(1, 10)), len(whole) - 20, len(whole) - 1]
    refused = 0
    for end in ends:
        try:
            page = one(whole[:end])
        except (Damaged, NotAPicture):
            refused += 1
        else:
            assert page == complete, f"half a page passed for a whole one: {end} of {len(whole)} bytes"
    assert refused >= 10


def test_a_pdf_whose_picture_stands_last_is_refused_if_it_ends_too_early() -> None:
    """One that is put together anew from what is there would show half a page."""
    whole = pictures.pdf_with_picture_of(300, 300)
    assert one(whole).width > 200
    for end in (len(whole) - 200, len(whole) - 300):
        with pytest.raises(Damaged):
            redrawn(whole[:end])


@pytest.mark.parametrize("make", [jpeg, png, webp, pdf], ids=["jpeg", "png", "webp", "pdf"])
def test_a_file_with_broken_bytes_never_breaks_more_than_itself(make: Callable[[], bytes]) -> None:
    whole = make()
    for at in range(5, len(whole), max(1, len(whole) // 12)):
        broken = whole[:at] + bytes(255 - byte for byte in whole[at : at + 8]) + whole[at + 8 :]
        try:
            pages = redrawn(broken)
        except ScanRefused:
            continue
        assert all(bare_kind(page.content) for page in pages)


class TestBombs:
    @pytest.mark.parametrize(
        "content",
        [
            pictures.png_that_claims(60_000, 60_000),
            pictures.png_that_claims(2**31 - 1, 1),
            pictures.png_that_claims(6325, 6325),
            pictures.webp_that_claims(16_383, 16_383),
            pictures.jpeg_that_claims(65_500, 65_500),
        ],
        ids=["png", "a line", "just above", "webp", "jpeg"],
    )
    def test_a_picture_that_claims_to_be_a_giant_is_refused_by_its_head(self, content: bytes) -> None:
        began = time.monotonic()
        with pytest.raises(TooManyPoints):
            redrawn(content)
        assert time.monotonic() - began < 5
        assert len(content) < 2000

    def test_a_giant_pdf_page_is_drawn_small(self) -> None:
        page = one(pictures.pdf_with_page(b"0 0 200000 100000"))
        assert (page.width, page.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)

    @pytest.mark.parametrize("box", [b"0 0 1e30 1e30", b"0 0 0 0", b"0 0 -5 nan", b"0 0 100000 0.001"])
    def test_an_impossible_pdf_page_does_no_harm(self, box: bytes) -> None:
        try:
            page = one(pictures.pdf_with_page(box))
        except ScanRefused:
            return
        assert page.width <= LONGEST_SIDE
        assert page.height <= LONGEST_SIDE

    def test_a_giant_picture_in_a_pdf_is_drawn_small_or_refused(self) -> None:
        content = pictures.pdf_with_picture_of(30_000, 30_000)
        assert len(content) < LARGEST_FILE_BYTES
        began = time.monotonic()
        with suppress(TooHeavy, Damaged):
            assert one(content).width <= LONGEST_SIDE
        assert time.monotonic() - began < drawing_process.LONGEST_SECONDS + 5

    def test_a_comment_that_unpacks_without_end_is_not_unpacked(self) -> None:
        content = pictures.png_with_packed_note(200)
        assert len(content) < 1_000_000
        with suppress(Damaged):
            assert _looks_like(one(content), drawing())

    def test_the_largest_picture_that_is_allowed_has_room(self) -> None:
        assert one(png(Image.new("RGBA", (6324, 6324), (255, 255, 255, 128)))).width == LONGEST_SIDE


class TestTheSizeOfTheFile:
    def test_ten_mebibytes_are_taken(self) -> None:
        whole = jpeg()
        assert one(whole + b"\0" * (LARGEST_FILE_BYTES - len(whole))).width == 60

    def test_one_byte_more_is_refused(self) -> None:
        whole = jpeg()
        with pytest.raises(TooLarge):
            redrawn(whole + b"\0" * (LARGEST_FILE_BYTES + 1 - len(whole)))


class TestTheProcessThatDraws:
    """Other programs in its place, to see what is believed of their answers."""

    @pytest.fixture
    def program(self, tmp_path, monkeypatch):
        def put(text: str) -> None:
            path = tmp_path / "other.py"
            path.write_text(text)
            monkeypatch.setattr(drawing_process, "PROGRAM", path)

        return put

    def test_one_that_dies_is_a_refusal(self, program) -> None:
        program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
        with pytest.raises(TooHeavy):
            redrawn(jpeg())

    def test_one_that_takes_too_long_is_ended(self, program, monkeypatch) -> None:
        monkeypatch.setattr(drawing_process, "LONGEST_SECONDS", 0.5)
        program("import time; time.sleep(60)")
        began = time.monotonic()
        with pytest.raises(TooHeavy):
            redrawn(jpeg())
        assert time.monotonic() - began < 5

    def test_one_that_says_too_much_is_ended(self, program, monkeypatch) -> None:
        monkeypatch.setattr(drawing_process, "LARGEST_ANSWER_BYTES", 100_000)
        program("import sys\nwhile True: sys.stdout.write('x' * 1000)")
        with pytest.raises(TooHeavy):
            redrawn(jpeg())

    @pytest.mark.parametrize(
        "picture", [b"<html>", pictures.with_everything("PNG"), pictures.with_everything("JPEG"), b""]
    )
    def test_a_picture_with_more_than_points_in_it_is_not_believed(self, program, picture: bytes) -> None:
        head = f'{{"pages": [[1, 1, {len(picture)}]]}}\n'.encode()
        program(f"import sys; sys.stdout.buffer.write({head + picture!r})")
        with pytest.raises(TooHeavy):
            redrawn(jpeg())

    def test_it_knows_nothing_of_ours(self, program, monkeypatch) -> None:
        monkeypatch.setenv("TRACKER_SECRET_KEY", CANARY)
        program(
            "import json, os, sys\n"
            f"secret = any({CANARY!r} in value for value in os.environ.values())\n"
            "print(json.dumps({'refused': 'Locked' if secret or 'tracker' in sys.modules else 'MovingPicture'}))"
        )
        with pytest.raises(MovingPicture):
            redrawn(jpeg())

    def test_it_stands_alone(self) -> None:
        """Without the folder of the tracker on its path."""
        told = subprocess.run(
            [sys.executable, "-I", str(drawing_process.PROGRAM), "{}"], capture_output=True, text=True, timeout=30
        )
        assert "KeyError: 'memory_bytes'" in told.stderr, "it came as far as its limits"

    def test_its_time_is_limited(self, monkeypatch) -> None:
        monkeypatch.setitem(drawing_process.LIMITS, "seconds", 1)
        with pytest.raises(TooHeavy):
            redrawn(png(Image.new("RGBA", (6324, 6324), (255, 255, 255, 128))))

    def test_its_memory_is_limited(self, monkeypatch) -> None:
        monkeypatch.setitem(drawing_process.LIMITS, "memory_bytes", 200 * 1024 * 1024)
        with pytest.raises((TooHeavy, Damaged)):
            redrawn(png(Image.new("RGBA", (6000, 6000))))
