"""The table of transit times."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.rules import Channel


class Leg(StrEnum):
    """A part of the way of a letter, or its end."""

    THERE = "there"
    """From posting to the prisoner."""
    BACK = "back"
    """From the day written on a reply to the day it came."""
    ROUND = "round"
    """From posting a letter to the day its reply came."""
    LOST = "lost"
    """It came back, was stopped, or was given up; counted under day 0."""


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
