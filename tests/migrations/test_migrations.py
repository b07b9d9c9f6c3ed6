"""Migrations build exactly what the models describe, up and down, with data, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, func, inspect, select, text
from sqlalchemy.orm import Session

from tracker import clock, migrate
from tracker.accounts.passphrases import Passphrases
from tracker.assignments.models import Assignment, Part
from tracker.db import Base, make_engine, make_sessions
from tracker.demo.actions import load_demo
from tracker.letters.models import Letter
from tracker.prisoners.models import Placement, PlacementKind, Prisoner
from tracker.sealing.box import Keyring
from tracker.volunteers.models import Volunteer


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_the_migrations_build_what_the_models_describe(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    assert migrate.present(empty_engine) == migrate.newest()
    assert _differences(empty_engine) == []


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(migrate._config())
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == [f"{number:04d}" for number in range(len(numbers), 0, -1)]


def test_going_all_the_way_down_with_data_leaves_nothing(empty_engine: Engine, keyring: Keyring) -> None:
    migrate.upgrade(empty_engine)
    with make_sessions(empty_engine)() as session:
        load_demo(session, Passphrases(8), with_people=True, now=clock.now(), today=date(2026, 2, 28))
        session.commit()
    migrate.downgrade(empty_engine, "base")
    assert [name for name in inspect(empty_engine).get_table_names() if name != "alembic_version"] == []
    migrate.upgrade(empty_engine)
    assert _differences(empty_engine) == []


def test_a_migrated_database_takes_the_demo_and_keeps_it_when_nothing_is_missing(
    empty_engine: Engine, keyring: Keyring
) -> None:
    migrate.upgrade(empty_engine)
    with make_sessions(empty_engine)() as session:
        now = datetime(2026, 2, 28, 12, tzinfo=UTC)
        load_demo(session, Passphrases(8), with_people=True, now=now, today=date(2026, 2, 28))
        session.commit()
        letters = session.scalar(select(func.count()).select_from(Letter))
    migrate.upgrade(empty_engine)
    with make_sessions(empty_engine)() as session:
        assert letters
        assert session.scalar(select(func.count()).select_from(Letter)) == letters


def test_children_survive_the_rebuilding_of_their_table(
    empty_engine: Engine, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alters a table by copying it; with foreign keys on, dropping the old one deletes what points to it."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    (folder / "versions" / "9999_probe.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9999'\ndown_revision = {migrate.newest()!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('prisoner', recreate='auto') as batch:\n"
        "        batch.alter_column('name', type_=sa.String(500))\n"
        "def downgrade():\n    pass\n"
    )
    migrate.upgrade(empty_engine)
    with make_sessions(empty_engine)() as session:
        prisoner = Prisoner(name="Ярослав Пример", name_folded="ярослав пример", created_at=clock.now())
        session.add(prisoner)
        session.flush()
        session.add(Placement(prisoner_id=prisoner.id, position=0, kind=PlacementKind.UNKNOWN))
        session.commit()
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    migrate.upgrade(empty_engine)
    assert migrate.present(empty_engine) == "9999"
    with make_sessions(empty_engine)() as session:
        assert session.scalar(select(func.count()).select_from(Placement)) == 1


def test_what_a_parcel_held_and_how_a_letter_went_survive_0002_and_its_undoing(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine, "0001")
    with empty_engine.begin() as connection:
        ids = _rows_of_0001(connection)
    migrate.upgrade(empty_engine, "0002")
    with empty_engine.connect() as connection:
        lines = connection.execute(text("SELECT what, how_many FROM parcel_item ORDER BY position")).all()
        assert [tuple(line) for line in lines] == [("Чай", 1), ("2 × шерстяные носки, 180 г", 1)]
        channels = {kind: channel for kind, channel in connection.execute(text("SELECT kind, channel FROM letter"))}
        assert channels == {"letter": "post", "e_letter": "e_letter", "telegram": "telegram"}
        ways = connection.execute(text("SELECT channel, works FROM facility_channel")).all()
        assert [(channel, bool(works)) for channel, works in ways] == [("e_letter", False)]
    migrate.downgrade(empty_engine, "0001")
    with empty_engine.connect() as connection:
        assert connection.scalar(text("SELECT contents FROM parcel")) == "Чай\n2 × шерстяные носки, 180 г"
        assert connection.scalar(text("SELECT accepts_e_letters FROM facility")) in (False, 0)
        assert connection.scalar(text("SELECT count(*) FROM letter")) == len(ids)


def _rows_of_0001(connection: Connection) -> list[str]:
    """A parcel of two things, letters of three kinds, and a place that takes no e-letters, as 0001 kept them."""
    now, day = datetime(2026, 2, 28, 12, tzinfo=UTC), date(2026, 2, 28)
    tables = MetaData()
    tables.reflect(connection)

    def insert(into: str, /, **facts: object) -> UUID:
        made = uuid4()
        table = tables.tables[into]
        on_sqlite = connection.dialect.name == "sqlite"
        values = {"id": made, **facts}
        empty: dict[str, object] = {"languages": [], "is_current": False, "position": 0, "remind_at": time(8)}
        for column in table.columns:
            if not column.nullable and column.name not in values:
                values[column.name] = empty.get(column.name, False if "BOOL" in str(column.type).upper() else "x")
        if on_sqlite:
            values = {name: each.hex if isinstance(each, UUID) else each for name, each in values.items()}
        connection.execute(table.insert().values(values))
        return made

    vera = insert("volunteer", handle="vera", handle_folded="vera", capacity=3, created_at=now, address_state="fine")
    dunya = insert("prisoner", name="Дуня", name_folded="дуня", created_at=now, whereabouts="serving", support="given")
    insert("facility", name="SIZO", name_folded="sizo", kind="sizo", accepts_e_letters=False, created_at=now)
    whose = {"prisoner_id": dunya, "volunteer_id": vera, "logged_by_id": vera, "logged_at": now}
    insert("parcel", posted_on=day, contents="Чай\n2 × шерстяные носки, 180 г", form_id=uuid4(), **whose)
    return [
        str(insert("letter", direction="out", kind=kind, dated_on=day, form_id=uuid4(), **whose))
        for kind in ("letter", "e_letter", "telegram")
    ]


def test_a_running_assignment_is_unique_in_the_database_itself(empty_engine: Engine, keyring: Keyring) -> None:
    migrate.upgrade(empty_engine)
    with make_sessions(empty_engine)() as session:
        _prisoner_and_volunteer(session)
        again = text(
            "INSERT INTO assignment (id, prisoner_id, volunteer_id, part, since, created_at)"
            " SELECT :id, prisoner_id, volunteer_id, part, since, created_at FROM assignment"
        )
        with pytest.raises(Exception, match="(?i)unique"):
            session.execute(again, {"id": uuid4().hex})


def _prisoner_and_volunteer(session: Session) -> None:
    now = clock.now()
    prisoner = Prisoner(name="Anna Example", name_folded="anna example", created_at=now)
    volunteer = Volunteer(handle="vera", handle_folded="vera", created_at=now)
    session.add_all([prisoner, volunteer])
    session.flush()
    session.add(
        Assignment(
            prisoner_id=prisoner.id, volunteer_id=volunteer.id, part=Part.WRITER, since=date(2026, 1, 1), created_at=now
        )
    )
    session.flush()
