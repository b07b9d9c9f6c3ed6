"""Import and export from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.exchange.conftest import GARDEN
from tracker.exchange.bundle import read_bundle
from tracker.exchange.schema import in_schema_order
from tracker.exchange.writing import written
from tracker.prisoners.models import Prisoner


def run(app: Flask, *words: object):
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def people(session: Session) -> int:
    count = session.scalar(select(func.count()).select_from(Prisoner))
    session.rollback()
    return count or 0


def test_a_bundle_is_imported_and_accounted_for(app: Flask, session: Session):
    done = run(app, "import-bundle", GARDEN)

    assert done.exit_code == 0, done.output
    assert done.output.startswith("The Garden: 62 pieces.\n")
    assert "added" in done.output
    assert people(session) == 3
    again = run(app, "import-bundle", GARDEN)
    assert again.output.endswith("Nothing changed.\n")


def test_a_dry_run_says_the_same_and_keeps_nothing(app: Flask, session: Session):
    dry = run(app, "import-bundle", GARDEN, "--dry-run")

    assert dry.exit_code == 0, dry.output
    assert people(session) == 0
    assert dry.output == run(app, "import-bundle", GARDEN).output + "This was a dry run: nothing was kept.\n"


def test_a_bad_bundle_is_refused_with_all_its_faults(app: Flask, session: Session, tmp_path: Path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(GARDEN.read_text().replace("sizo-9-zarechny, since", "sizo-8, since").replace("[50]", "[500]"))
    refused = run(app, "import-bundle", bad)

    assert refused.exit_code == 1
    assert "people/0/placements/1/facility (line " in refused.output
    assert refused.output.count("Line 500 is beyond the end of the source, which has 400 lines.") == 3
    assert refused.output.endswith("4 faults. Nothing was imported.\n")
    assert people(session) == 0


def test_one_fault_is_one_fault(app: Flask, tmp_path: Path):
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"\xff")

    assert run(app, "import-bundle", bad).output.endswith("1 fault. Nothing was imported.\n")


def test_a_missing_file_is_said_to_be_missing(app: Flask, tmp_path: Path):
    assert run(app, "import-bundle", tmp_path / "none.yaml").exit_code == 2


def test_the_bundle_is_given_back(app: Flask, tmp_path: Path):
    run(app, "import-bundle", GARDEN)
    back = tmp_path / "back.yaml"
    done = run(app, "export-bundle", back)

    assert done.output == f"Written to {back}.\n"
    assert back.read_bytes() == written(in_schema_order(read_bundle(GARDEN.read_bytes()).data))
    assert run(app, "export-bundle", "-", "--source", "the-garden").stdout_bytes == back.read_bytes()


def test_the_bundle_wins_only_when_told_to(app: Flask, session: Session, tmp_path: Path):
    run(app, "import-bundle", GARDEN)
    session.scalars(select(Prisoner).where(Prisoner.key == "kirill")).one().name = "Cyril"
    session.commit()
    later = tmp_path / "later.yaml"
    later.write_text(GARDEN.read_text().replace("name: Kirill", "name: Kirill the Witness"))

    assert "people/kirill: changed in the bundle and here too" in run(app, "import-bundle", later).output
    run(app, "import-bundle", later, "--overwrite")
    assert session.scalars(select(Prisoner.name).where(Prisoner.key == "kirill")).one() == "Kirill the Witness"


def test_without_a_source_there_is_nothing_to_export(app: Flask, tmp_path: Path):
    refused = run(app, "export-bundle", tmp_path / "none.yaml")

    assert refused.exit_code == 1
    assert "There is no source." in refused.output


@pytest.mark.parametrize("words", [(), ("--source", "nothing")])
def test_which_of_several_sources_must_be_said(app: Flask, tmp_path: Path, words: tuple[str, ...]):
    run(app, "import-bundle", GARDEN)
    other = tmp_path / "other.yaml"
    bundle = read_bundle(GARDEN.read_bytes()).data
    bundle |= {
        "source": bundle["source"] | {"key": "other"},
        "people": [],
        "facilities": [],
        "cases": [],
        "disputes": [],
    }
    other.write_bytes(written(bundle))
    run(app, "import-bundle", other)
    refused = run(app, "export-bundle", tmp_path / "back.yaml", *words)

    assert refused.exit_code == 1
    assert ("the-garden  The Garden" in refused.output) or ("imported under the key “nothing”" in refused.output)


def test_what_no_longer_fits_the_format_is_not_written(app: Flask, session: Session, tmp_path: Path):
    run(app, "import-bundle", GARDEN)
    session.scalars(select(Prisoner).where(Prisoner.key == "kirill")).one().name = "я" * 3000
    session.commit()
    refused = run(app, "export-bundle", tmp_path / "back.yaml")

    assert refused.exit_code == 1
    assert "is too long: 3000 letters, at most 2000" in refused.output
    assert not (tmp_path / "back.yaml").exists()
