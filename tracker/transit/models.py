"""The tables of transit times."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.rules import Channel
from tracker.transit.rules import Leg as Leg


class TransitCount(Base):
    """How often a leg took so many days, per facility and channel. Kept up whenever a letter changes, so that learning
    how long the post takes never walks through the archive."""

    __tablename__ = "transit_count"
    __table_args__ = (UniqueConstraint("facility_id", "channel", "leg", "days"),)

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    leg: Mapped[Leg]
    days: Mapped[int]
    cases: Mapped[int]
    """A count that fell to 0 stays as a row and means nothing."""


class TransitTime(Base):
    """What follows from the counts of one leg, kept beside them so that a list of threads need not add them up."""

    __tablename__ = "transit_time"
    __table_args__ = (UniqueConstraint("facility_id", "channel", "leg"),)

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    leg: Mapped[Leg]
    cases: Mapped[int]
    low_days: Mapped[int]
    """One case in ten took fewer days."""
    median_days: Mapped[int]
    high_days: Mapped[int]
    """One case in ten took more."""
