"""The results as a table, for the terminal and, in Markdown, for docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.counting import Counted
from bench.timing import Missing, Timed
from bench.work import Done

HEAVIEST = 25_000


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns stand straight, so that it reads well without being rendered."""
    lines = [list(head), *map(list, rows)]
    columns = list(zip(*lines, strict=True))
    widths = [max(map(len, column)) for column in columns]
    is_text = [not any(cell[:1].isdigit() for cell in column[1:]) for column in columns]

    def line(cells: Sequence[str]) -> str:
        placed = zip(cells, widths, is_text, strict=True)
        return (
            "| " + " | ".join(cell.ljust(width) if text else cell.rjust(width) for cell, width, text in placed) + " |"
        )

    rule = ["-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, is_text, strict=True)]
    return "\n".join(map(line, [lines[0], rule, *lines[1:]]))


def verdict(value: float, aim: float | None) -> str:
    if aim is None:
        return ""
    return "ok" if value <= aim else "over"


def pages(results: Sequence[tuple[str, int, Timed | Missing]]) -> str:
    """One line for each page, database and size of the archive."""
    rows = []
    for database, letters, result in results:
        start = [result.page.title, database, f"{letters:,}"]
        aim = f"{result.page.aim:g}" if result.page.aim else ""
        if isinstance(result, Missing):
            rows.append([*start, "", "", "", aim, f"not measured: {result.why}"])
            continue
        rows.append(
            [*start, f"{result.app:.2f}", f"{result.floor:.2f}", f"{result.ratio:.2f}", aim,
             verdict(round(result.ratio, 2), result.page.aim)]
        )  # fmt: skip
    return table(("page", "database", "letters", "app ms", "floor ms", "ratio", "aim", ""), rows)


def growth(results: Sequence[tuple[str, int, Timed | Missing]]) -> str:
    """How much longer a page takes with the largest archive than with the smallest."""
    rows = []
    for database in dict.fromkeys(database for database, _, _ in results):
        timed = [(n, one) for name, n, one in results if name == database and isinstance(one, Timed)]
        for key in dict.fromkeys(one.page.key for _, one in timed if one.page.aim):
            sizes = sorted((n, one) for n, one in timed if one.page.key == key)
            if len(sizes) > 1:
                (_, small), (_, large) = sizes[0], sizes[-1]
                grown, floor = large.app / small.app, large.floor / small.floor
                aim = small.page.growth_aim
                rows.append(
                    [small.page.title, database, f"{small.app:.2f}", f"{large.app:.2f}", f"{grown:.2f}",
                     f"{floor:.2f}", f"{aim or ''}", verdict(round(grown, 2), aim)]
                )  # fmt: skip
    return table(("page", "database", "small ms", "large ms", "growth", "floor's", "aim", ""), rows)


def counted(database: str, results: Sequence[Counted]) -> str:
    """Statements and bytes."""
    rows = []
    for one in results:
        few = one.most is None or len(one.statements) <= one.most
        light = one.weight <= HEAVIEST
        fine = "" if one.status in (200, 302) else f"answered {one.status}"
        rows.append(
            [one.title, database, str(len(one.statements)), str(one.most or ""), str(one.commits or ""),
             f"{one.weight:,}", fine or ("ok" if few and light else "over")]
        )  # fmt: skip
    return table(("page", "database", "statements", "aim", "commits", "bytes", ""), rows)


def done(results: Sequence[tuple[str, Done]]) -> str:
    """What takes seconds, beside its floor."""
    rows = [
        [one.title, database, f"{one.app:.2f}", f"{one.floor:.2f}", f"{one.ratio:.2f}", f"{one.aim:g}",
         verdict(round(one.ratio, 2), one.aim)]
        for database, one in results
    ]  # fmt: skip
    return table(("what", "database", "app s", "floor s", "ratio", "aim", ""), rows)
