"""What holds of prisoners and their places, whoever asks."""

from __future__ import annotations

from enum import StrEnum


class Whereabouts(StrEnum):
    """How a person stands now, as far as is told."""

    IN_CUSTODY = "in_custody"
    SERVING = "serving"
    HOUSE_ARREST = "house_arrest"
    RESTRICTED = "restricted"
    """At home under a ban on certain actions, a curfew or the like."""
    IN_HOSPITAL = "in_hospital"
    AT_LIBERTY = "at_liberty"
    WANTED = "wanted"
    DETAINED_ABROAD = "detained_abroad"
    ABROAD = "abroad"
    NOT_TOLD = "not_told"


class PlacementKind(StrEnum):
    """In what sort of place or under what measure somebody is."""

    SIZO = "sizo"
    COLONY = "colony"
    PRISON = "prison"
    EDUCATIONAL_COLONY = "educational_colony"
    PSYCHIATRIC_HOSPITAL = "psychiatric_hospital"
    HOSPITAL = "hospital"
    PUNISHMENT_CELL = "punishment_cell"
    POLICE_STATION = "police_station"
    HOUSE_ARREST = "house_arrest"
    NIGHT_CURFEW = "night_curfew"
    ILLEGAL_PRISON = "illegal_prison"
    FOREIGN_DETENTION = "foreign_detention"
    ABROAD = "abroad"
    AT_LIBERTY = "at_liberty"
    TRANSFER = "transfer"
    UNKNOWN = "unknown"
