"""J6: the book is imported, a second import changes nothing, and the export gives back an equal bundle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.servers import as_environment
from tests.whole.contents import fingerprint
from tracker.cases.models import Case
from tracker.prisoners.models import Prisoner
from tracker.settings import Settings
from tracker.sources.models import Dispute

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK = ROOT / "data" / "unheard-voices-2025.yaml"


def _flask(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, env=as_environment(settings), capture_output=True, text=True, timeout=100)


def test_the_book_goes_in_and_comes_out_equal(settings: Settings, session: Session, tmp_path: Path) -> None:
    session.close()
    first = _flask(settings, "import-bundle", str(BOOK))
    assert first.returncode == 0, first.stdout + first.stderr
    people = session.scalar(select(func.count()).select_from(Prisoner))
    headings = session.scalar(select(func.count()).select_from(Case).where(Case.heading.is_(True)))
    disputes = session.scalar(select(func.count()).select_from(Dispute))
    engine = session.get_bind()
    session.close()
    assert (people, headings) == (64, 29)
    assert disputes is not None
    assert disputes >= 50

    before = fingerprint(engine)  # type: ignore[arg-type]
    again = _flask(settings, "import-bundle", str(BOOK))
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Nothing changed" in again.stdout
    assert fingerprint(engine) == before  # type: ignore[arg-type]

    out = tmp_path / "out.yaml"
    exported = _flask(settings, "export-bundle", str(out))
    assert exported.returncode == 0, exported.stdout + exported.stderr
    assert _read(out) == _read(BOOK)


def _read(path: Path) -> object:
    """As text throughout: a plain YAML reader would take `on` for a truth value and dates for dates."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  it makes nothing but texts


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_bundle_is_refused_whole_with_every_fault(settings: Settings, session: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    text = BOOK.read_text(encoding="utf-8")
    text = text.replace("kind: sizo\n", "kind: dungeon\n", 1).replace("line_count: 1114", "line_count: 300", 1)
    bad.write_text(text, encoding="utf-8")
    engine = session.get_bind()
    session.close()
    before = fingerprint(engine)  # type: ignore[arg-type]
    refused = _flask(settings, "import-bundle", str(bad))
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "facilities/" in said
    assert "line " in said
    assert "Traceback" not in said
    assert fingerprint(engine) == before  # type: ignore[arg-type]
    assert os.fspath(ROOT) not in said
