"""Packing from the wish list, rows of fields, one parcel's own page, and the list for coordinators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_need, make_parcel, make_placement, make_prisoner
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.collective.models import Collective
from tracker.facilities.models import Facility
from tracker.parcels.models import Parcel, ParcelItem
from tracker.parcels.rules import ItemCategory, ParcelCategory, ParcelKind, SentBy
from tracker.prisoners.models import Need, NeedKind, Placement, Prisoner
from tracker.quotas.models import ParcelClaim
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def new_parcel(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/parcels/new"


def only_parcel(session: Session) -> Parcel:
    session.rollback()
    return session.scalars(select(Parcel)).one()


def lines(session: Session) -> list[ParcelItem]:
    session.rollback()
    return list(session.scalars(select(ParcelItem).order_by(ParcelItem.position)))


@pytest.fixture
def parcel(session: Session, dunya: Prisoner, vera: Volunteer) -> Parcel:
    """Vera's, of ten days ago, to where Dunya is: socks and tea."""
    placement = session.scalars(select(Placement).where(Placement.prisoner_id == dunya.id)).one()
    return make_parcel(session, dunya, vera, ago(10), placement_id=placement.id, things=("Носки", "Чай"))


# Rows


def test_more_rows_keep_everything_that_was_typed(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    wish = make_need(session, dunya, "Тетрадь в клетку")
    typed = {"items-0-what": "Чай", "items-0-grams": "сто", "items-2-what": "Мыло", "grams": "1200"}
    answer = as_vera.post_form(new_parcel(dunya), {**typed, "needs": [wish.id], "more": "1"})
    assert answer.status_code == 200
    (form,) = [form for form in forms(answer.text) if "items-0-what" in form.names]
    fields = dict(form.fields)
    assert {name: fields[name] for name in typed} == typed
    assert fields["needs"] == str(wish.id)
    assert "items-7-what" in form.names
    assert "items-8-what" not in form.names
    assert answer.text.count("autofocus") == 1
    assert session.scalars(select(Parcel)).all() == []


def test_a_parcel_has_at_most_sixty_lines(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    many = {f"items-{number}-what": "Чай" for number in range(70)}
    answer = as_vera.post_form(new_parcel(dunya), {**many, "more": "1"})
    assert answer.text.count("Чай") == 60
    assert as_vera.post_form(new_parcel(dunya), many).status_code == 302
    assert len(lines(session)) == 60


def test_the_fields_of_a_row_are_kept_as_they_are_typed(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    row = {"items-0-what": "Чай, 3", "items-0-how_many": "1", "items-0-category": "food"}
    as_vera.post_form(new_parcel(dunya), {**row, "items-1-what": "мыло, 3", "items-4-what": "3 × носки, 150 г"})
    found = [(line.position, line.what, line.how_many, line.grams, line.category) for line in lines(session)]
    assert found == [
        (0, "Чай, 3", 1, None, ItemCategory.FOOD),
        (1, "мыло", 3, None, None),
        (2, "носки", 3, 150, None),
    ]
    page = f"/parcels/{only_parcel(session).id}/edit"
    assert as_vera.post_form(page).status_code == 302
    assert [(line.what, line.how_many) for line in lines(session)] == [("Чай, 3", 1), ("мыло", 3), ("носки", 3)]


def test_the_whole_weighs_what_the_lines_weigh_unless_it_was_weighed_itself(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    tea = {"items-0-what": "Чай, 250 г", "items-1-what": "Мыло, 100 г"}
    as_vera.post_form(new_parcel(dunya), tea)
    parcel = only_parcel(session)
    assert parcel.grams == 350
    page = f"/parcels/{parcel.id}/edit"
    as_vera.post_form(page, {"items-1-grams": "150"})
    assert only_parcel(session).grams == 400
    lighter = as_vera.post_form(page, {"grams": "300"})
    assert lighter.status_code == 422
    assert "The lines together weigh more than the whole parcel." in lighter.text
    assert as_vera.post_form(page, {"grams": "300", "sure": ["lines_weigh_more"]}).status_code == 302
    assert only_parcel(session).grams == 300


def test_rows_of_another_parcel_are_not_touched(
    as_vera: FormClient, session: Session, parcel: Parcel, dunya: Prisoner, vera: Volunteer
) -> None:
    other = make_parcel(session, dunya, vera, ago(3), things=("Книга",))
    theirs = session.scalars(select(ParcelItem.id).where(ParcelItem.parcel_id == other.id)).one()
    as_vera.post_form(f"/parcels/{parcel.id}/edit", {"items-0-item_id": theirs, "items-0-what": "Украдено"})
    session.rollback()
    assert session.get_one(ParcelItem, theirs).what == "Книга"


def test_what_the_post_knows_of_it_is_kept_with_what_it_cost(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    session.add(Collective(currency="RUB"))
    typed = {
        "items-0-what": "Витамины",
        "kind": "packet",
        "category": "medical",
        "tracking": "eb 000 717 618 hk",
        "postage": "412,50",
        "goods": "1 200",
        "sure": ["unknown_rule"],
    }
    as_vera.post_form(new_parcel(dunya), typed)
    parcel = only_parcel(session)
    assert (parcel.kind, parcel.category, parcel.sent_by) == (ParcelKind.PACKET, ParcelCategory.MEDICAL, SentBy.OURS)
    assert (parcel.tracking, parcel.postage_minor, parcel.goods_minor) == ("EB000717618HK", 41250, 120000)
    assert parcel.currency == "RUB"
    placement = session.scalars(select(Placement).where(Placement.prisoner_id == dunya.id)).one()
    assert parcel.placement_id == placement.id
    shown = as_vera.get(f"/parcels/{parcel.id}").text
    for words in ("small packet", "412.50", "1,200.00", "EB000717618HK", "Витамины", "SIZO-9"):
        assert words in shown, words


@pytest.mark.parametrize("number, question", [("EB000717594HK", "tracking_mistyped"), ("8011001234567", "number_odd")])
def test_a_number_that_cannot_be_one_is_asked_back(
    as_vera: FormClient, session: Session, dunya: Prisoner, number: str, question: str
) -> None:
    typed = {"items-0-what": "Чай", "tracking": number}
    assert as_vera.post_form(new_parcel(dunya), typed).status_code == 422
    assert as_vera.post_form(new_parcel(dunya), {**typed, "sure": [question]}).status_code == 302


def test_a_parcel_of_the_family_is_entered_though_nobody_knows_what_was_in_it(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    assert as_vera.post_form(new_parcel(dunya), {}).status_code == 422
    assert as_vera.post_form(new_parcel(dunya), {"sent_by": "family"}).status_code == 302
    parcel = only_parcel(session)
    assert parcel.sent_by is SentBy.FAMILY
    shown = as_vera.get(f"/parcels/{parcel.id}").text
    assert "Nobody has told what is in it." in shown
    assert "the family; entered by vera" in shown


# The quota


def test_a_parcel_heavier_than_what_is_left_this_month_is_asked_back_and_kept_as_typed(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_parcel(session, dunya, vera, today(), grams=28_000)
    typed = {"items-0-what": "Чай, 5 кг", "tracking": "80110012345678"}
    answer = as_vera.post_form(new_parcel(dunya), typed)
    assert answer.status_code == 422
    assert "3 kg more than is left" in answer.text
    assert "80110012345678" in answer.text
    assert as_vera.post_form(new_parcel(dunya), {**typed, "sure": ["over_weight"]}).status_code == 302


def test_a_parcel_heavier_than_any_post_takes_is_refused_in_words(as_vera: FormClient, dunya: Prisoner) -> None:
    answer = as_vera.post_form(new_parcel(dunya), {"items-0-what": "Чай", "grams": "100001"})
    assert answer.status_code == 422
    assert "Between 1 and 100000 grams, please: no post takes more." in answer.text


def test_a_parcel_where_no_rule_is_known_is_asked_back(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    session.scalars(select(Facility)).one().country = "ZZ"
    typed = {"items-0-what": "Чай"}
    assert "We do not know what is allowed there." in as_vera.post_form(new_parcel(dunya), typed).text
    assert as_vera.post_form(new_parcel(dunya), {**typed, "sure": ["unknown_rule"]}).status_code == 302


def test_a_correction_that_changes_nothing_for_the_quota_asks_nothing(
    as_vera: FormClient, session: Session, parcel: Parcel
) -> None:
    session.scalars(select(Facility)).one().country = "ZZ"
    page = f"/parcels/{parcel.id}/edit"
    assert as_vera.post_form(page, {"note": "Синяя коробка"}).status_code == 302
    assert as_vera.post_form(page, {"kind": "packet"}).status_code == 422


def test_the_slot_that_was_claimed_for_it_becomes_this_parcel(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    now = clock.now()
    claim = ParcelClaim(
        prisoner_id=dunya.id,
        kind=ParcelKind.PARCEL,
        planned_on=today(),
        claimed_by_id=vera.id,
        claimed_at=now,
        lapses_at=now + timedelta(days=7),
    )
    session.add(claim)
    session.flush()
    as_vera.post_form(new_parcel(dunya), {"items-0-what": "Чай"})
    parcel = only_parcel(session)
    assert session.get_one(ParcelClaim, claim.id).parcel_id == parcel.id

    # Removed, it leaves the slot claimed, so that nobody else takes it; taken back, it has it again.
    as_vera.post_form(f"/parcels/{parcel.id}/remove", page=f"/parcels/{parcel.id}/edit")
    assert session.get_one(ParcelClaim, claim.id, populate_existing=True).parcel_id is None
    as_vera.post_form(f"/parcels/{parcel.id}/restore", page="/")
    assert session.get_one(ParcelClaim, claim.id, populate_existing=True).parcel_id == parcel.id


# The wish list


def test_what_is_ticked_on_the_wish_list_goes_in_and_is_done(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    socks = make_need(session, dunya, "2 × носки, 44\nМыло", position=0)
    pills = make_need(session, dunya, "Аскорбинка", kind=NeedKind.MEDICINE, position=1)
    make_need(session, dunya, "Письма от учеников", kind=NeedKind.LETTER)
    theirs = make_need(session, make_prisoner(session, "Фома Опоздалый"), "Чужое")
    offered = as_vera.get(new_parcel(dunya)).text
    assert "2 × носки, 44, Мыло" in offered
    assert "Письма от учеников" not in offered
    as_vera.post_form(new_parcel(dunya), {"needs": [socks.id, pills.id, theirs.id, "nonsense"]})
    parcel = only_parcel(session)
    assert [(line.what, line.how_many, line.category) for line in lines(session)] == [
        ("носки, 44", 2, None),
        ("Мыло", 1, None),
        ("Аскорбинка", 1, ItemCategory.MEDICINE),
    ]
    needs = {need.text: need for need in session.scalars(select(Need))}
    assert needs["Аскорбинка"].done_on == parcel.posted_on
    assert (needs["Аскорбинка"].parcel_id, needs["Аскорбинка"].done_by_id) == (parcel.id, vera.id)
    assert needs["Чужое"].done_on is None
    assert "Аскорбинка" in as_vera.get(f"/parcels/{parcel.id}").text


def test_a_parcel_that_is_removed_or_comes_back_leaves_the_wish_open(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    wish = make_need(session, dunya, "Мыло")
    as_vera.post_form(new_parcel(dunya), {"needs": [wish.id]})
    parcel = only_parcel(session)

    def is_done() -> bool:
        session.rollback()
        session.expire_all()
        return session.get_one(Need, wish.id).done_on == parcel.posted_on

    assert is_done()
    as_vera.post_form(f"/parcels/{parcel.id}/remove?back=page", page=f"/parcels/{parcel.id}/edit")
    assert not is_done()
    (undo,) = [form for form in forms(as_vera.get(f"/prisoners/{dunya.id}/needs").text) if "restore" in form.action]
    as_vera.post(undo.action, data=dict(undo.fields))
    assert is_done()
    as_vera.post_form(f"/parcels/{parcel.id}/returned", {"reason": "refused"})
    assert not is_done()
    as_vera.post_form(f"/parcels/{parcel.id}/on-its-way", page=f"/parcels/{parcel.id}")
    assert is_done()


# What became of it


def test_a_parcel_arrives_without_what_was_not_let_in(as_vera: FormClient, session: Session, parcel: Parcel) -> None:
    page = f"/parcels/{parcel.id}/arrived"
    refused = {"refused-1-is_refused": "y", "refused-1-because": "Чай только в пакетиках"}
    assert as_vera.post_form(page, {"arrived_on": ago(2), **refused}).status_code == 302
    assert [(line.what, line.is_refused, line.refused_because) for line in lines(session)] == [
        ("Носки", False, None),
        ("Чай", True, "Чай только в пакетиках"),
    ]
    shown = as_vera.get(f"/parcels/{parcel.id}").text
    assert "not let in" in shown
    assert "Чай только в пакетиках" in shown
    as_vera.post_form(f"/parcels/{parcel.id}/edit", {"note": "Проверено"})
    assert [line.is_refused for line in lines(session)] == [False, True], "a correction leaves it"
    as_vera.post_form(page, {"refused-1-is_refused": None, "refused-1-because": ""})
    assert [line.is_refused for line in lines(session)] == [False, False]


def test_it_is_said_who_will_read_why_something_was_refused(as_vera: FormClient, parcel: Parcel) -> None:
    assert "so write no names there" in as_vera.get(f"/parcels/{parcel.id}/arrived").text


def test_a_refused_form_of_an_arrival_keeps_what_was_ticked(as_vera: FormClient, parcel: Parcel) -> None:
    typed = {"arrived_on": ago(-3), "refused-0-is_refused": "y", "refused-0-because": "Шерсть"}
    answer = as_vera.post_form(f"/parcels/{parcel.id}/arrived", typed)
    assert answer.status_code == 422
    fields = [field for form in forms(answer.text) for field in form.fields]
    assert ("refused-0-is_refused", "y") in fields
    assert ("refused-0-because", "Шерсть") in fields


def test_lines_of_another_parcel_are_not_refused(
    as_vera: FormClient, session: Session, parcel: Parcel, dunya: Prisoner, vera: Volunteer
) -> None:
    other = make_parcel(session, dunya, vera, ago(3), things=("Книга",))
    theirs = session.scalars(select(ParcelItem.id).where(ParcelItem.parcel_id == other.id)).one()
    typed = {"arrived_on": ago(2), "refused-0-item_id": theirs, "refused-0-is_refused": "y"}
    as_vera.post_form(f"/parcels/{parcel.id}/arrived", typed)
    assert not any(line.is_refused for line in lines(session))


def test_who_packs_is_told_what_the_place_refuses_and_what_it_refused_before(
    as_vera: FormClient,
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    parcel: Parcel,
) -> None:
    facility = session.scalars(select(Facility)).one()
    facility.refused_things = "Книги в твёрдой обложке\n\nСкотч"
    foma, marfa = make_prisoner(session, "Фома Опоздалый"), make_prisoner(session, "Марфа Дальняя")
    for prisoner, place, thing in (
        (foma, facility, "Какао"),
        (foma, facility, "какао"),
        (marfa, make_facility(session, name="IK-3"), "Мёд"),
    ):
        stay = make_placement(session, prisoner, place, is_current=False, position=9)
        made = make_parcel(session, prisoner, vera, ago(90), placement_id=stay.id, things=())
        session.add(ParcelItem(parcel_id=made.id, position=0, what=thing, is_refused=True, refused_because="нельзя"))
    session.commit()
    shown = as_vera.get(new_parcel(dunya)).text
    assert "Книги в твёрдой обложке; Скотч" in shown
    assert "1 thing was refused there before" in shown
    assert "Мёд" not in shown
    assert "Фома" not in shown
    assert "нельзя" not in shown, "why is for coordinators: it is what somebody wrote about another prisoner's parcel"
    assert "нельзя" in as_cora.get(new_parcel(dunya)).text


# The list


def test_coordinators_find_parcels_by_what_became_of_them_sender_and_year(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    foma = make_prisoner(session, "Фома Опоздалый")
    last_year = date(today().year - 1, 2, 3)
    make_parcel(session, dunya, vera, last_year, arrived_on=last_year, postage_minor=1000, currency="EUR")
    make_parcel(session, foma, vera, today(), sent_by=SentBy.FAMILY, postage_minor=99900, currency="EUR")
    make_parcel(session, foma, vera, today(), postage_minor=41250, goods_minor=100000, currency="RUB")
    make_parcel(session, foma, vera, today(), removed_at=clock.now(), postage_minor=5, currency="RUB")

    def found(query: str) -> int:
        return as_cora.get(f"/parcels{query}").text.count('<th scope="row">')

    assert found("") == 3
    assert found("?fate=arrived") == 1
    assert found("?fate=under_way") == 2
    assert found("?by=family") == 1
    assert found(f"?year={last_year.year}") == 1
    assert found("?year=0001&fate=x&by=y") == 3
    assert "No parcel fits." in as_cora.get("/parcels?fate=returned").text
    shown = as_cora.get("/parcels").text
    assert "412.50" in shown
    assert "1,412.50" in shown
    assert "999" not in shown, "what the family paid is not our cost"


def test_the_list_and_the_pages_of_a_parcel_are_not_for_others(
    as_vera: FormClient, as_olga: FormClient, as_sam: FormClient, parcel: Parcel
) -> None:
    assert as_vera.get("/parcels").status_code == 404
    for browser in (as_olga, as_sam):
        assert browser.get(f"/parcels/{parcel.id}").status_code == 404


def test_pages_take_the_same_few_statements_however_much_there_is(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, count_statements: Any
) -> None:
    def count(browser: FormClient, page: str, most: int) -> None:
        browser.get("/sign-in")
        with count_statements() as asked:
            answer = browser.get(page)
        assert answer.status_code == 200
        assert len(asked) <= most, str(asked)
        assert len(answer.data) <= 25_000, len(answer.data)

    placement = session.scalars(select(Placement).where(Placement.prisoner_id == dunya.id)).one()
    for amount in (1, 50):
        for index in range(amount):
            things = [f"Вещь {number}" for number in range(amount)]
            made = make_parcel(
                session, dunya, vera, ago(index), placement_id=placement.id, things=things if index == 0 else ()
            )
            make_need(session, dunya, f"Тетрадь {index}")
        page = f"/parcels/{made.id}"
        count(as_vera, page, 5)
        count(as_vera, f"{page}/arrived", 3)
        count(as_vera, new_parcel(dunya), 6)
        count(as_cora, new_parcel(dunya), 7)
        count(as_cora, "/parcels", 5)


def test_an_unknown_parcel_is_missing(as_cora: FormClient) -> None:
    assert as_cora.get(f"/parcels/{uuid4()}").status_code == 404
