"""Draws what somebody sent anew, point by point: a program of its own, run for one file and then gone.

    python -I redraw.py <FILE >PAGES

It reads a file of any kind from its standard input and writes the pages as fresh PNG or JPEG pictures, without
anything that was in the file but its points. Decoders are where strangers' files break programs: here they have bounded
memory and time, no secrets in their environment, and nothing of ours around them. Therefore it stands alone, imports
nothing of the tracker, and is told its limits.

The answer is a line of JSON, ``{"pages": [[width, height, bytes], …]}`` followed by the pictures, or
``{"refused": NAME}``, where NAME is a refusal of rules.py.
"""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
import warnings
from collections.abc import Iterator
from typing import Any, NoReturn

from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")
POINTS_AN_INCH = 200
"""For pages of a PDF, whose own unit is 1/72 inch."""
LARGEST_PNG_BYTES = 1_000_000
"""Drawings and print are smaller and sharper as PNG; a photograph that would be larger becomes a JPEG."""
JPEG_QUALITY = 85


class Refused(Exception):
    """The file cannot be drawn; the text is the name of a refusal of rules.py."""


def limit_oneself(memory_bytes: int, seconds: int) -> None:
    """From now on this process dies rather than take more than its share, and leaves no image of its memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def pages_of(content: bytes, limits: dict[str, int]) -> Iterator[Image.Image]:
    """The pages in a file, each as a fresh picture; what it is follows from decoding it. Raises Refused."""
    try:
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            _check_points(*_webp_size(content), limits)
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:
            yield _redrawn(picture, limits)
            return
    except UnidentifiedImageError:
        pass
    except Image.DecompressionBombError:
        raise Refused("TooManyPoints") from None
    # A PDF may begin a little later than the file does.
    if b"%PDF-" not in content[:1024]:
        raise Refused("Damaged" if _looks_like_a_picture(content) else "NotAPicture")
    # One that ends too early would be put together from what is there, and a part of a page would pass for the whole.
    if b"%%EOF" not in content[-4096:]:
        raise Refused("Damaged")
    yield from _pdf_pages(content, limits)


def _looks_like_a_picture(content: bytes) -> bool:
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith((b"\xff\xd8\xff", b"\x89PNG"))


def _check_points(width: int, height: int, limits: dict[str, int]) -> None:
    if width * height > limits["points"]:
        raise Refused("TooManyPoints")


def _webp_size(content: bytes) -> tuple[int, int]:
    """What a WebP claims to be. Its decoder takes the memory for it as soon as it is opened, so we look before."""
    part, head = content[12:16], content[20:30].ljust(10, b"\0")
    if part == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if part == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", head[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _redrawn(picture: Image.Image, limits: dict[str, int]) -> Image.Image:
    """A decoded picture, upright, over white, without anything but its points."""
    _check_points(*picture.size, limits)
    # A JPEG with a second picture behind it (telephones make them) shows its first and moves not.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Refused("MovingPicture")
    longest = limits["side"]
    # A JPEG can be decoded at half its size or less, which spares memory.
    picture.draft(None, (longest, longest))
    try:
        picture.load()
        # In place, here and below: of forty million points there is no room for many copies.
        ImageOps.exif_transpose(picture, in_place=True)
    except (MemoryError, Image.DecompressionBombError):
        raise
    except Exception:
        raise Refused("Damaged") from None
    return _fresh(picture, longest)


def _fresh(picture: Image.Image, longest: int) -> Image.Image:
    """The points alone, in a picture that was never a file, in grey or in colour, no longer than ``longest``."""
    picture = _with_shades(picture)
    if max(picture.size) > longest:
        scale = longest / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if "A" in picture.getbands():
        fresh = Image.new("RGB", picture.size, "white")
        fresh.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
        return fresh
    fresh = Image.new("L" if picture.mode == "L" else "RGB", picture.size)
    fresh.paste(picture.convert(fresh.mode))
    return fresh


def _with_shades(picture: Image.Image) -> Image.Image:
    """The same in a mode that can be made smaller without losing strokes."""
    if picture.mode.startswith("I;16"):
        # Sixteen bits a point: the upper eight are what one sees.
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in ("L", "RGB", "RGBA", "LA"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGBA" if "A" in picture.getbands() else "RGB")


def _pdf_pages(content: bytes, limits: dict[str, int]) -> Iterator[Image.Image]:
    """The pages of a PDF as pictures. Nothing in it is run: no forms, no scripts, no links, no attachments."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Refused("Locked" if "assword" in str(error) else "Damaged") from None
    if len(document) > limits["pdf_pages"]:
        raise Refused("TooManyPdfPages")
    if len(document) == 0:
        raise Refused("Damaged")
    for number in range(len(document)):
        try:
            yield _pdf_page(document[number], limits["side"])
        except pypdfium2.PdfiumError:
            raise Refused("Damaged") from None


def _pdf_page(page: Any, longest: int) -> Image.Image:
    width, height = page.get_size()
    # Never more points than a picture may have, however large the page says that it is.
    if not (0 < width < 1e9 and 0 < height < 1e9):
        raise Refused("Damaged")
    scale = min(POINTS_AN_INCH / 72, longest / max(width, height))
    drawn = page.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True).to_pil()
    page.close()
    return _fresh(drawn, longest)


def encoded(picture: Image.Image) -> bytes:
    """A picture as a PNG, or as a JPEG if that would be too large."""
    if picture.mode == "RGB" and _is_grey(picture):
        picture = picture.convert("L")
    if not _is_a_photograph(picture):
        drawing = _saved(picture, "PNG")
        if len(drawing) <= LARGEST_PNG_BYTES:
            return drawing
    return _saved(picture, "JPEG", quality=JPEG_QUALITY)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = (channel.tobytes() for channel in picture.split())
    return red == green == blue


def _is_a_photograph(picture: Image.Image) -> bool:
    """Whether pieces of it make so large a PNG that the whole need not be tried."""
    side = 256
    taken = size = 0
    for part in (1, 2, 3):
        left, top = picture.width * part // 4, picture.height * part // 4
        piece = picture.crop((left, top, min(left + side, picture.width), min(top + side, picture.height)))
        taken += piece.width * piece.height
        size += len(_saved(piece, "PNG"))
    return size * picture.width * picture.height > LARGEST_PNG_BYTES * 1.5 * max(1, taken)


def main(limits: dict[str, int]) -> NoReturn:
    """Read, draw, answer, end."""
    limit_oneself(limits["memory_bytes"], limits["seconds"])
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = limits["points"]
    content = sys.stdin.buffer.read(limits["file_bytes"] + 1)
    pictures = []
    try:
        for page in pages_of(content, limits):
            pictures.append((page.width, page.height, encoded(page)))
    except Refused as refusal:
        _answer({"refused": str(refusal)})
    except (MemoryError, Image.DecompressionBombError):
        _answer({"refused": "TooHeavy"})
    except Exception:
        # Whatever a decoder raises over a broken file; its text may hold a piece of the file.
        _answer({"refused": "Damaged"})
    _answer({"pages": [(width, height, len(each)) for width, height, each in pictures]}, [p[2] for p in pictures])


def _answer(head: dict[str, Any], pictures: list[bytes] | None = None) -> NoReturn:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for picture in pictures or ():
        sys.stdout.buffer.write(picture)
    sys.stdout.buffer.flush()
    sys.exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
