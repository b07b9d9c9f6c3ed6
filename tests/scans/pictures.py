"""Files that somebody could send: good ones, broken ones, and those that are made to hurt."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

CANARY = "Лукоморье-canary-48.1173N"
"""What must not be in anything that is kept: a place, an owner, a comment."""


def drawing(size: tuple[int, int] = (60, 90), mode: str = "RGB") -> Image.Image:
    """A sheet with strokes of a pen, dark in its upper left quarter, so that one sees which way up it is."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, size[0] // 2, size[1] // 2), fill=(20, 20, 90))
    pen.line((0, size[1], size[0], 0), fill=(200, 30, 30), width=2)
    return sheet.convert(mode)


def photograph(size: tuple[int, int] = (400, 600)) -> Image.Image:
    """Much noise, which no PNG makes small."""
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    return saved(picture or drawing(), "JPEG", **options)


def png(picture: Image.Image | None = None, **options: Any) -> bytes:
    return saved(picture or drawing(), "PNG", **options)


def webp(picture: Image.Image | None = None, **options: Any) -> bytes:
    return saved(picture or drawing(), "WEBP", **options)


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = CANARY.encode().decode("latin-1")
    tags[0x8298] = CANARY.encode().decode("latin-1")
    return tags


XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><owner>{CANARY}</owner></x:xmpmeta>".encode()
PROFILE = b"\0" * 128 + CANARY.encode()


def with_everything(kind: str) -> bytes:
    """A picture with a canary in every place where metadata can be."""
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", CANARY)
        notes.add_text("Author", CANARY, zip=True)
        notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return png(pnginfo=notes, exif=exif(), icc_profile=PROFILE) + CANARY.encode()
    if kind == "WEBP":
        return webp(exif=exif(), xmp=XMP, icc_profile=PROFILE)
    return jpeg(exif=exif(), comment=CANARY.encode(), icc_profile=PROFILE, xmp=XMP) + CANARY.encode()


def pdf(pages: int = 1, picture: Image.Image | None = None, **options: Any) -> bytes:
    sheets = [picture or drawing()] * pages
    return saved(sheets[0], "PDF", save_all=True, append_images=sheets[1:], **options)


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF written by hand from its numbered objects; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def pdf_with_page(box: bytes, catalogue: bytes = b"", content: bytes = b"0 0 1 rg 0 0 10 10 re f") -> bytes:
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R >>" % box,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )


def pdf_with_pages(count: int) -> bytes:
    """Many pages that are one and the same."""
    kids = b" ".join([b"3 0 R"] * count)
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
    )


def pdf_with_picture_of(width: int, height: int) -> bytes:
    """A page with one picture of so many black points, which are packed into little."""
    row = zlib.compressobj(9)
    points = b"".join(row.compress(b"\0" * width) for _ in range(height)) + row.flush()
    draw = b"100 0 0 100 0 0 cm /P Do"
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
        b" /Resources << /XObject << /P 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(draw), draw),
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (width, height, len(points), points),
    )


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_claims(width: int, height: int, *, kind: int = 2) -> bytes:
    """The head of a giant over the points of a dwarf."""
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + _part(b"IDAT", zlib.compress(b"\0" * 100)) + _part(b"IEND", b"")
    )


def png_with_packed_note(mebibytes: int) -> bytes:
    """A picture whose comment unpacks to many mebibytes."""
    packed = zlib.compress(b"A" * (mebibytes << 20), 9)
    whole = png()
    return whole[:33] + _part(b"zTXt", b"Comment\0\0" + packed) + whole[33:]


def webp_that_claims(width: int, height: int) -> bytes:
    head = b"\x02\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = b"VP8X" + struct.pack("<I", 10) + head + webp()[12:]
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts


def jpeg_that_claims(width: int, height: int) -> bytes:
    whole = jpeg()
    at = whole.index(b"\xff\xc0")
    return whole[: at + 5] + struct.pack(">HH", height, width) + whole[at + 9 :]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("evil.html", f"<script>{CANARY}</script>")
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture
