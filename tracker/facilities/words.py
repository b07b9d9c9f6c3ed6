"""What kinds of facilities are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.facilities.rules import FacilityKind
from tracker.web.words import register

KIND_WORDS = {
    FacilityKind.SIZO: _l("remand prison (SIZO)"),
    FacilityKind.COLONY: _l("colony"),
    FacilityKind.PRISON: _l("prison"),
    FacilityKind.EDUCATIONAL_COLONY: _l("educational colony"),
    FacilityKind.PSYCHIATRIC_HOSPITAL: _l("psychiatric hospital"),
    FacilityKind.HOSPITAL: _l("hospital"),
    FacilityKind.POLICE_STATION: _l("police station"),
    FacilityKind.ILLEGAL_PRISON: _l("illegal prison"),
    FacilityKind.FOREIGN_DETENTION: _l("detention abroad"),
    FacilityKind.COURT: _l("court"),
    FacilityKind.OTHER: _l("another place"),
}

register(KIND_WORDS)
