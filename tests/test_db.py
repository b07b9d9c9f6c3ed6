"""What both databases must do alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from tracker.accounts.models import FailedSignIns

MAGADAN = timezone(timedelta(hours=11))


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(session: Session) -> None:
    given = datetime(2028, 2, 29, 9, 30, tzinfo=MAGADAN)
    session.add(FailedSignIns(handle_hash=b"x" * 32, failures=1, last_at=given))
    session.commit()
    session.expire_all()
    kept = session.scalars(select(FailedSignIns)).one().last_at
    assert kept == given
    assert kept.tzinfo is UTC
    assert kept.hour == 22


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(FailedSignIns(handle_hash=b"x" * 32, failures=1, last_at=datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(Exception, match="needs a time zone"):
        session.flush()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_folds_letters_of_every_script(session: Session) -> None:
    assert session.scalar(select(func.lower(literal("Посёлок ПЕРМЬ-36")))) == "посёлок пермь-36"
    assert session.scalar(select(func.lower(None))) is None
