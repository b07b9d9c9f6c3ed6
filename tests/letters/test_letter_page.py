"""A letter's own page: what is known, what became of it, and the forms that tell more about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_letter, make_prisoner, make_volunteer
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.collective.models import Collective
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, LetterKind, ReplyFormState, ReturnReason
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture
def letter(session: Session, dunya: Prisoner, vera: Volunteer) -> Letter:
    return make_letter(session, dunya, vera, ago(40))


def new_letter(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/letters/new"


def of(letter: Letter, page: str = "") -> str:
    return f"/letters/{letter.id}{page}"


def only_letter(session: Session) -> Letter:
    session.rollback()
    return session.scalars(select(Letter)).one()


def again(session: Session, letter: Letter) -> Letter:
    session.rollback()
    session.refresh(letter)
    return letter


def test_a_letter_of_which_nothing_is_heard_is_as_it_should_be(as_vera: FormClient, letter: Letter) -> None:
    page = as_vera.get(of(letter)).text
    assert "For most letters that is all one ever knows" in page
    assert "Dunya Ogurtsova" in page
    assert "SIZO-9" not in page, "where it went was not known"
    title = re.search("<title>(.*?)</title>", page)
    assert title
    assert "Dunya" not in title[1]


def test_the_page_is_for_the_writer_and_coordinators(
    as_vera: FormClient, as_cora: FormClient, as_olga: FormClient, as_sam: FormClient, letter: Letter
) -> None:
    assert as_vera.get(of(letter)).status_code == as_cora.get(of(letter)).status_code == 200
    for other in (as_olga, as_sam):
        for page in ("", "/delivered", "/stopped", "/returned", "/reply-form"):
            assert other.get(of(letter, page)).status_code == 404


def test_delivered_stopped_and_given_up_each_with_an_undo(
    as_vera: FormClient, session: Session, letter: Letter
) -> None:
    shown = as_vera.post_form(of(letter, "/delivered?back=letter"), {"on": ago(30)}, follow_redirects=True)
    assert shown.request.path == of(letter)
    assert "delivered" in shown.text
    assert again(session, letter).delivered_on == ago(30)
    as_vera.post_form(of(letter, "/not-delivered"), page=of(letter))
    assert again(session, letter).delivered_on is None

    as_vera.post_form(of(letter, "/stopped?back=letter"), {"on": ago(20)})
    assert "The censor keeps it" in as_vera.get(of(letter)).text
    as_vera.post_form(of(letter, "/not-stopped"), page=of(letter))
    assert again(session, letter).stopped_on is None

    as_vera.post_form(of(letter, "/given-up"), page=of(letter))
    assert again(session, letter).given_up_on == today()
    assert "nothing is expected any more" in as_vera.get(of(letter)).text
    as_vera.post_form(of(letter, "/expected"), page=of(letter))
    assert again(session, letter).given_up_on is None


def test_contradictions_are_refused_in_words_with_what_was_typed(
    as_vera: FormClient, session: Session, letter: Letter
) -> None:
    letter.delivered_on = ago(30)
    refused = as_vera.post_form(of(letter, "/stopped"), {"on": ago(20)})
    assert refused.status_code == 422
    assert "It was delivered, so that cannot be." in refused.text
    assert str(ago(20)) in refused.text
    early = as_vera.post_form(of(letter, "/delivered"), {"on": ago(41)})
    assert early.status_code == 422
    assert "Something became of it before that day." in early.text
    assert as_vera.post_form(of(letter, "/delivered"), {"on": today() + timedelta(days=1)}).status_code == 422
    assert as_vera.post_form(of(letter, "/delivered"), {"on": ""}).status_code == 422
    returned = as_vera.post_form(of(letter, "/returned"), {"returned_on": ago(20), "reason": "quota"})
    assert returned.status_code == 422
    same = again(session, letter)
    assert (same.delivered_on, same.stopped_on, same.returned_on) == (ago(30), None, None)


def test_a_known_letter_is_not_given_up(as_vera: FormClient, session: Session, letter: Letter) -> None:
    as_vera.get(of(letter))
    (form,) = [form for form in forms(as_vera.get(of(letter)).text) if form.action.startswith(of(letter, "/given-up"))]
    letter.delivered_on = ago(30)
    answer = as_vera.post(form.action, data=dict(form.fields), follow_redirects=True)
    assert "What became of it is known already." in answer.text
    assert again(session, letter).given_up_on is None


@pytest.mark.parametrize("reason", ["quota", "storage_over", "route_suspended"])
def test_every_reason_of_a_return_can_be_chosen(
    as_vera: FormClient, session: Session, letter: Letter, reason: str
) -> None:
    typed = {"returned_on": ago(1), "reason": reason}
    assert as_vera.post_form(of(letter, "/returned?back=letter"), typed).location == of(letter)
    assert again(session, letter).return_reason is ReturnReason(reason)


def test_a_letter_that_was_never_sent_does_not_come_back(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    early = as_vera.post_form(of(letter, "/returned"), {"returned_on": ago(41), "reason": "moved"})
    assert "It cannot have come back before it was posted." in early.text
    reply = make_letter(session, dunya, vera, ago(3), direction=Direction.REPLY)
    for page in ("/returned", "/delivered", "/stopped", "/reply-form", "/edit"):
        assert as_vera.get(of(reply, page)).status_code == 404


def test_a_blank_form_says_to_tell_the_lawyer(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya), {"kind": "e_letter", "dated_on": ago(30), "with_reply_form": "y"})
    letter = only_letter(session)
    assert (letter.reply_form, letter.reply_form_on, letter.channel) == (
        ReplyFormState.BOUGHT,
        ago(30),
        Channel.E_LETTER,
    )
    assert "Choose what became of it." in as_vera.post_form(of(letter, "/reply-form")).text
    typed = {"state": "blank", "on": ago(2)}
    shown = as_vera.post_form(of(letter, "/reply-form?back=letter"), typed, follow_redirects=True).text
    assert "the letter itself was most likely stopped" in shown
    assert "ell the lawyer" in shown
    assert again(session, letter).reply_form is ReplyFormState.BLANK
    refused = as_vera.post_form(of(letter, "/edit"), {"with_reply_form": None})
    assert refused.status_code == 422
    assert "What became of the form is known" in refused.text
    as_vera.post_form(of(letter, "/reply-form-unknown"), page=of(letter))
    assert (again(session, letter).reply_form, letter.reply_form_on) == (ReplyFormState.BOUGHT, ago(30))


def test_a_reply_stands_on_the_page_of_its_letter_and_leads_back(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    reply = make_letter(
        session,
        dunya,
        vera,
        ago(3),
        direction=Direction.REPLY,
        answers_id=letter.id,
        arrived_blackened=True,
        note="Пишет о саде",
    )
    page = as_vera.get(of(letter)).text
    assert "answered" in page
    assert of(reply) in page
    assert "The censor keeps it" not in page
    shown = as_vera.get(of(reply)).text
    assert "Lines were blacked out" in shown
    assert "Pages were missing" not in shown
    assert "Пишет о саде" in shown
    assert of(letter) in shown


def test_a_tracking_number_is_there_to_copy_and_nothing_is_linked(
    as_vera: FormClient, session: Session, letter: Letter
) -> None:
    letter.tracking = "rr 000717618 ru"
    page = as_vera.get(of(letter)).text
    assert 'readonly value="RR000717618RU"' in page
    assert 'value="https://www.pochta.ru/tracking?barcode=RR000717618RU"' in page
    assert 'href="https' not in page
    letter.tracking = "EB000717618HK"
    assert "pochta.ru" not in as_vera.get(of(letter)).text


def test_a_mistyped_number_is_asked_back_and_may_be_meant(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    asked = as_vera.post_form(new_letter(dunya), {"tracking": "eb000717594hk"})
    assert asked.status_code == 422
    assert "The tracking number contradicts itself" in asked.text
    assert 'value="eb000717594hk"' in asked.text
    meant = {"tracking": "eb000717594hk", "sure": ["tracking_mistyped"]}
    assert as_vera.post_form(new_letter(dunya), meant).status_code == 302
    letter = only_letter(session)
    assert letter.tracking == "eb000717594hk"
    assert as_vera.post_form(of(letter, "/edit"), {"note": "Чек нашёлся"}).status_code == 302, "asked only once"
    assert as_vera.post_form(of(letter, "/edit"), {"tracking": "EB000717593HK"}).status_code == 422


def test_an_odd_count_of_digits_is_said_and_kept(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    answer = as_vera.post_form(new_letter(dunya), {"tracking": "8008011234567"}, follow_redirects=True)
    assert "have 14 digits" in answer.text
    assert only_letter(session).tracking == "8008011234567"


def test_a_letter_from_somebody_with_a_very_long_name_and_no_place(
    as_cora: FormClient, session: Session, vera: Volunteer
) -> None:
    name = "Ярополк Долгоруко-Переяславский-Залесский " * 4
    prisoner = make_prisoner(session, name.strip())
    letter = make_letter(session, prisoner, vera, date(2024, 2, 29))
    assert "29 February 2024" in as_cora.get(of(letter)).text


def details_of(page: str) -> str:
    """The opening tag of what is folded away under “More about it”."""
    (tag,) = re.findall(r"(<details[^>]*>)\s*<summary>More about it", page)
    return str(tag)


def test_the_new_page_stays_short(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    session.add(Collective(currency="RUB"))
    page = as_vera.get(new_letter(dunya)).text
    assert details_of(page) == "<details>"
    assert page.index("Log it") < page.index("More about it")
    assert 'value="RUB"' in page
    refused = as_vera.post_form(new_letter(dunya), {"pages": "501"})
    assert details_of(refused.text) == "<details open>"


def test_everything_that_can_be_told_is_kept_and_shown(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    typed = {
        "kind": "e_letter",
        "service": "ФСИН-Письмо",
        "number": "13",
        "pages": "2",
        "language": "русский",
        "translated_by": vera.id,
        "with_reply_form": "y",
        "cost": "55,50",
        "currency": "rub",
    }
    as_vera.post_form(new_letter(dunya), typed)
    letter = only_letter(session)
    assert (letter.channel, letter.service, letter.number, letter.pages) == (Channel.E_LETTER, "ФСИН-Письмо", 13, 2)
    assert (letter.language, letter.is_translated, letter.translated_by_id) == ("ru", True, vera.id)
    assert (letter.cost_minor, letter.currency) == (5550, "RUB")
    page = as_vera.get(of(letter)).text
    for words in ("ФСИН-Письмо", "13", "Russian", "vera", "55.50", "by an e-letter service"):
        assert words in page
    assert as_vera.post_form(of(letter, "/edit")).status_code == 302
    same = again(session, letter)
    assert (same.channel, same.service, same.number, same.pages) == (Channel.E_LETTER, "ФСИН-Письмо", 13, 2)
    assert (same.language, same.translated_by_id, same.cost_minor) == ("ru", vera.id, 5550)


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("pages", "0", "from 1 to 500"),
        ("pages", "501", "from 1 to 500"),
        ("pages", "двe", "whole number"),
        ("pages", "٣", "whole number"),
        ("number", "10000", "from 1 to 9999"),
        ("number", "-1", "whole number"),
        ("cost", "1000000.01", "at most a million"),
        ("cost", "-5", "at most a million"),
        ("cost", "1.234", "at most a million"),
        ("cost", "пять", "at most a million"),
        ("cost", "5", "Say in which currency."),
        ("currency", "Р", "three letters"),
        ("language", "Klingonish", "We do not know the language"),
        ("language", "ru, en", "One language, please"),
        ("channel", "pigeon", "error"),
        ("translated_by", "nobody", "error"),
        ("service", "x" * 81, "At most 80 characters"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_comes_back_as_typed(
    as_vera: FormClient, session: Session, dunya: Prisoner, field: str, value: str, says: str
) -> None:
    refused = as_vera.post_form(new_letter(dunya), {field: value, "note": "Не потеряйся"})
    assert refused.status_code == 422
    assert says in refused.text
    assert "Не потеряйся" in refused.text
    if field not in ("channel", "translated_by"):
        assert f'value="{value}"' in refused.text
    assert session.scalar(select(Letter.id)) is None


def test_only_an_e_letter_has_a_service(as_vera: FormClient, dunya: Prisoner) -> None:
    refused = as_vera.post_form(new_letter(dunya), {"service": "ZT", "channel": "post"})
    assert refused.status_code == 422
    assert "Only e-letters have a service." in refused.text


def test_whoever_numbers_her_letters_finds_the_next_number(
    as_vera: FormClient, as_olga: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_letter(session, dunya, vera, ago(20), number=12)
    make_letter(session, dunya, vera, ago(30), number=11)
    make_letter(session, dunya, vera, ago(10), number=40, removed_at=clock.now())
    page = as_vera.get(new_letter(dunya)).text
    assert re.search(r'<input[^>]*name="number"[^>]*value="13"', page)
    assert details_of(page) == "<details open>"
    assert not re.search(r'<input[^>]*name="number"[^>]*value="1', as_olga.get(new_letter(dunya)).text)


def options(page: str) -> list[str]:
    (select_,) = re.findall(r'<select[^>]*name="translated_by".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>(.*?)</option>", select_)


def test_of_other_volunteers_only_coordinators_see_the_handle(
    as_vera: FormClient, as_cora: FormClient, session: Session, letter: Letter
) -> None:
    translator = make_volunteer(session, "polyglot")
    letter.is_translated, letter.translated_by_id = True, translator.id
    assert "polyglot" not in as_vera.get(of(letter)).text
    assert "polyglot" in as_cora.get(of(letter)).text
    assert options(as_vera.get(of(letter, "/edit")).text) == ["nobody, or not told", "vera (yourself)", "somebody else"]
    assert "polyglot" in options(as_cora.get(of(letter, "/edit")).text)
    as_vera.post_form(of(letter, "/edit"), {"note": "Ёлка"})
    assert again(session, letter).translated_by_id == translator.id, "whom she may not see she does not wipe out"
    as_vera.post_form(of(letter, "/edit"), {"translated_by": ""})
    kept = again(session, letter)
    assert (kept.is_translated, kept.translated_by_id) == (False, None)


def test_a_volunteer_cannot_name_another_translator(
    as_vera: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    assert as_vera.post_form(new_letter(dunya), {"translated_by": olga.id}).status_code == 422
    as_vera.post_form(new_letter(dunya), {"translated_by": "somebody"})
    letter = only_letter(session)
    assert (letter.is_translated, letter.translated_by_id) == (True, None)


def test_how_a_reply_arrived_is_kept_and_what_it_asks_for_is_asked(
    as_vera: FormClient, app: Any, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    letter.channel = Channel.E_LETTER
    typed = {
        "kind": "reply_form",
        "answers": letter.id,
        "opened": "y",
        "incomplete": "y",
        "pages": "4",
        "language": "ru",
    }
    answer = as_vera.post_form(f"/prisoners/{dunya.id}/replies/new", typed, follow_redirects=True)
    reply = session.scalars(select(Letter).where(Letter.direction == Direction.REPLY)).one()
    assert (reply.arrived_opened, reply.arrived_blackened, reply.arrived_incomplete) == (True, False, True)
    assert (reply.channel, reply.pages, reply.language) == (Channel.E_LETTER, 4, "ru")
    assert (f"/needs/new?letter_id={reply.id}" in answer.text) == ("needs.new" in app.view_functions)
    page = f"/replies/{reply.id}/edit"
    assert details_of(as_vera.get(page).text) == "<details open>"
    as_vera.post_form(page, {"opened": None, "channel": "hand"})
    same = again(session, reply)
    assert (same.arrived_opened, same.arrived_incomplete, same.channel) == (False, True, Channel.HAND)


def test_a_reply_to_what_came_back_is_refused_at_its_field(
    as_vera: FormClient, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    letter.returned_on, letter.return_reason = ago(10), ReturnReason.MOVED
    refused = as_vera.post_form(f"/prisoners/{dunya.id}/replies/new", {"answers": letter.id})
    assert refused.status_code == 422
    assert "That letter came back or was stopped" in refused.text


def test_the_timeline_leads_to_the_letter_and_says_what_became_of_it(
    as_vera: FormClient, as_olga: FormClient, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    letter.stopped_on = ago(20)
    page = as_vera.get(f"/prisoners/{dunya.id}").text
    assert of(letter) in page
    assert "stopped by the censor" in page
    assert "stopped by the censor" not in as_olga.get(f"/prisoners/{dunya.id}").text


@pytest.mark.parametrize("page", ["", "/edit", "/delivered"])
def test_the_pages_take_few_statements(
    as_vera: FormClient,
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    letter: Letter,
    count_statements: Callable[[], Any],
    page: str,
) -> None:
    def most() -> int:
        counted = []
        for browser in (as_vera, as_cora):
            browser.get("/")
            with count_statements() as asked:
                assert browser.get(of(letter, page)).status_code == 200
            counted.append(len(asked))
        return max(counted)

    first = most()
    assert first <= 7
    for days in range(50):
        make_letter(session, dunya, vera, ago(days % 30), direction=Direction.REPLY, answers_id=letter.id)
        make_volunteer(session, f"translator {days}")
    assert most() == first


def test_removed_from_its_own_page_one_comes_to_the_prisoner(
    as_vera: FormClient, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    gone = as_vera.post_form(of(letter, "/remove?back=letter"), page=of(letter))
    assert gone.location == f"/prisoners/{dunya.id}"
    (undo,) = [form for form in forms(as_vera.get(gone.location).text) if "/restore" in form.action]
    assert as_vera.get(of(letter)).status_code == 404
    assert as_vera.post(undo.action, data=dict(undo.fields)).location == of(letter)


def test_every_kind_of_letter_has_a_page(as_vera: FormClient, session: Session, letter: Letter) -> None:
    for kind in LetterKind:
        letter.kind = kind
        assert as_vera.get(of(letter)).status_code == 200


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_has_come_when_it_has_by_the_clock_of_whoever_tells(
    as_vera: FormClient, session: Session, vera: Volunteer, letter: Letter, zone: str
) -> None:
    vera.zone = zone
    hers = clock.today(zone)
    assert as_vera.post_form(of(letter, "/delivered"), {"on": hers + timedelta(days=1)}).status_code == 422
    assert as_vera.post_form(of(letter, "/delivered")).status_code == 302, "today is offered"
    assert again(session, letter).delivered_on == hers
