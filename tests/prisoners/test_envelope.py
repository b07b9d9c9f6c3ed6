"""What stands on the envelope."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.facilities.rules import WhoMayWrite
from tracker.partial_date import PartialDate
from tracker.prisoners.envelope import Blocked, Doubt, EnvelopeFacts, Missing, envelope
from tracker.prisoners.rules import PlacementKind, Whereabouts

YEGOR = EnvelopeFacts(
    name="Yegor Listopad",
    name_local="Листопад Егор Кириллович",
    birth=PartialDate.parse("1996-02-29"),
    placement=PlacementKind.SIZO,
    whereabouts=Whereabouts.IN_CUSTODY,
    facility_name="SIZO-9 Vladivostok",
    facility_name_local="ФКУ СИЗО-9",
    address="690000, г. Владивосток,\nПортовая ул., 28-б",
    address_latin="Portovaya ul. 28-b\n690000 Vladivostok",
    country="RU",
)


def test_the_name_with_the_year_of_birth_comes_first_then_the_institution_and_the_address():
    whole = envelope(YEGOR)
    assert whole.local == (
        "Листопад Егор Кириллович, 1996 г. р.",
        "ФКУ СИЗО-9",
        "690000, г. Владивосток,",
        "Портовая ул., 28-б",
    )
    assert whole.latin == (
        "Yegor Listopad, born 1996",
        "SIZO-9 Vladivostok",
        "Portovaya ul. 28-b",
        "690000 Vladivostok",
        "Russia",
    )
    assert (whole.missing, whole.blocked, whole.doubts) == ((), None, ())


def test_an_institution_that_its_address_names_already_is_not_written_twice():
    facts = replace(
        YEGOR, address="ФКУ СИЗО-9 ГУФСИН\n690000, г. Владивосток", address_latin="SIZO-9 Vladivostok\nRUSSIA"
    )
    assert envelope(facts).local[1:] == ("ФКУ СИЗО-9 ГУФСИН", "690000, г. Владивосток")
    assert envelope(facts).latin == ("Yegor Listopad, born 1996", "SIZO-9 Vladivostok", "RUSSIA")


def test_what_must_stand_there_besides_the_name_follows_it():
    assert envelope(replace(YEGOR, envelope_line="отряд 5")).local[:2] == (
        "Листопад Егор Кириллович, 1996 г. р.",
        "отряд 5",
    )


def test_without_a_year_of_birth_it_is_asked_for_and_never_guessed():
    facts = replace(YEGOR, birth=PartialDate.parse("--02-29"))
    assert envelope(facts).local[0] == "Листопад Егор Кириллович"
    assert envelope(facts).missing == (Missing.BIRTH_YEAR,)


def test_elsewhere_no_year_of_birth_is_written_nor_asked_for():
    facts = replace(YEGOR, country="DE", address_latin="Musterweg 1\n12345 Berlin\nGermany", birth=None)
    assert envelope(facts).latin[0] == "Yegor Listopad"
    assert envelope(facts).missing == ()


def test_a_name_missing_in_the_local_script_is_said_and_the_latin_one_stands_in():
    facts = replace(YEGOR, name_local=None)
    assert envelope(facts).local[0] == "Yegor Listopad, 1996 г. р."
    assert envelope(facts).missing == (Missing.LOCAL_NAME,)


def test_an_address_in_one_script_only_gives_one_block():
    facts = replace(YEGOR, address="  \n", address_latin="Portovaya ul. 28-b")
    assert envelope(replace(facts, address=None)).local == ()
    assert envelope(facts).local == ()
    assert envelope(replace(YEGOR, address_latin=None)).missing == (Missing.LATIN_ADDRESS,)


def test_without_a_facility_only_that_is_missing():
    nowhere = EnvelopeFacts(name="Yegor Listopad", placement=PlacementKind.UNKNOWN)
    assert envelope(nowhere).missing == (Missing.FACILITY,)
    assert envelope(nowhere).local == envelope(nowhere).latin == ()


@pytest.mark.parametrize(
    "change, why",
    [
        ({"mail_forbidden": True}, Blocked.MAIL_FORBIDDEN),
        ({"placement": PlacementKind.TRANSFER}, Blocked.ON_TRANSFER),
        ({"placement": PlacementKind.AT_LIBERTY}, Blocked.AT_LIBERTY),
        ({"placement": PlacementKind.HOUSE_ARREST}, Blocked.AT_HOME),
        ({"placement": None, "whereabouts": Whereabouts.AT_LIBERTY}, Blocked.AT_LIBERTY),
        ({"placement": None, "whereabouts": Whereabouts.RESTRICTED}, Blocked.AT_HOME),
        ({"placement": None, "whereabouts": Whereabouts.WANTED}, Blocked.IN_HIDING),
    ],
)
def test_where_post_is_blocked_there_is_nothing_to_copy(change, why):
    blocked = envelope(replace(YEGOR, **change))
    assert blocked.blocked is why
    assert blocked.local == blocked.latin == ()


def test_a_ban_on_mail_counts_before_everything_else():
    assert envelope(replace(YEGOR, mail_forbidden=True, placement=PlacementKind.TRANSFER)).blocked is (
        Blocked.MAIL_FORBIDDEN
    )


def test_a_punishment_cell_and_an_implied_place_are_doubts_and_not_bans():
    facts = replace(YEGOR, placement=PlacementKind.PUNISHMENT_CELL, whereabouts=Whereabouts.SERVING, place_implied=True)
    assert envelope(facts).doubts == (Doubt.PUNISHMENT_CELL, Doubt.PLACE_IMPLIED)
    assert envelope(facts).local


def test_in_the_cell_of_a_remand_prison_nobody_is_sure_of_letters():
    facts = replace(YEGOR, placement=PlacementKind.PUNISHMENT_CELL, whereabouts=Whereabouts.IN_CUSTODY)
    assert envelope(facts).doubts == (Doubt.PUNISHMENT_CELL, Doubt.CELL_IN_REMAND)
    assert envelope(facts).local


def test_in_a_locked_cell_letters_go_on():
    facts = replace(YEGOR, placement=PlacementKind.LOCKED_CELL, whereabouts=Whereabouts.SERVING)
    assert envelope(facts).doubts == (Doubt.LOCKED_CELL,)
    assert envelope(facts).local


def test_a_facility_says_more_about_the_year_of_birth_than_the_habit_of_its_country():
    assert envelope(replace(YEGOR, needs_birth_year=False)).local[0] == "Листопад Егор Кириллович"
    assert envelope(replace(YEGOR, needs_birth_year=False, birth=None)).missing == ()
    german = replace(
        YEGOR, country="DE", name_local=None, facility_name_local=None, address="Lindenhof 1\n10365 Berlin"
    )
    assert envelope(german).local[0] == "Yegor Listopad"
    assert envelope(replace(german, needs_birth_year=True)).local[0] == "Yegor Listopad, born 1996"
    assert Missing.BIRTH_YEAR in envelope(replace(german, needs_birth_year=True, birth=None)).missing


@pytest.mark.parametrize(
    "country, needs_number, line, is_missing",
    [
        ("US", None, None, True),
        ("GB", None, "cell block west", True),
        ("GB", None, "A1234BC", False),
        ("US", False, None, False),
        ("RU", None, None, False),
        ("RU", True, "отряд", True),
        ("RU", True, "отряд 5", False),
    ],
)
def test_a_number_that_must_stand_there_is_asked_for(country, needs_number, line, is_missing):
    facts = replace(YEGOR, country=country, needs_number=needs_number, envelope_line=line)
    assert (Missing.NUMBER in envelope(facts).missing) is is_missing


def test_one_address_is_enough_where_the_script_is_latin():
    facts = replace(YEGOR, country="GB", name_local=None, facility_name_local=None, envelope_line="A1234BC")
    assert envelope(replace(facts, address=None)).missing == ()
    assert envelope(replace(facts, address_latin=None)).local == (
        "Yegor Listopad",
        "A1234BC",
        "SIZO-9 Vladivostok",
        "690000, г. Владивосток,",
        "Портовая ул., 28-б",
    )
    assert envelope(replace(facts, address=None, address_latin=None)).missing == (Missing.LATIN_ADDRESS,)


def test_who_may_not_simply_write_is_told_so_and_so_is_who_needs_a_sender():
    assert envelope(replace(YEGOR, who_may_write=WhoMayWrite.ANYONE)).doubts == ()
    assert envelope(replace(YEGOR, who_may_write=WhoMayWrite.RELATIVES)).doubts == (Doubt.RELATIVES_ONLY,)
    assert envelope(replace(YEGOR, who_may_write=WhoMayWrite.LISTED)).doubts == (Doubt.LISTED_ONLY,)
    assert envelope(replace(YEGOR, country="DE")).doubts == (Doubt.SENDER_NEEDED,)
