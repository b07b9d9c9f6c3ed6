"""Becoming a court watcher: an address is typed, a mail asks, a button confirms. Nobody learns who is one already."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.factories import make_watch_link
from tests.support.client import FormClient, forms
from tests.watchers.conftest import ADDRESS, questions
from tests.whole.contents import fingerprint
from tracker import clock
from tracker.cases.models import Case
from tracker.collective.actions import decide
from tracker.collective.rules import CollectiveSettings
from tracker.dates.models import Hearing
from tracker.prisoners.models import Prisoner
from tracker.reminders.links import Links
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState
from tracker.volunteers.models import AddressState, Volunteer
from tracker.volunteers.rules import Disclosure
from tracker.watchers.models import Watch, Watcher, WatchLink
from tracker.watchers.rules import MOST_MAILS_PER_LINK, MOST_MAILS_PER_WATCH

ASK = "/watch/secret-of-case"


def _ask(visitor: FormClient, address: str = ADDRESS, page: str = ASK, **typed: str) -> Any:
    return visitor.post_form(page, {"email": address, **typed})


def _bare(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def _sent(session: Session) -> None:
    """The sender has done its work."""
    session.execute(update(Outbox).values(state=MailState.SENT, to_address_sealed=None, payload_sealed=None))


def test_a_visitor_is_told_what_she_gets_and_no_name(visitor: FormClient, link: WatchLink, hearing: Hearing) -> None:
    answer = visitor.get(ASK)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "A mail before each hearing" in page
    assert "Слушания в Лукоморье." in page
    for secret in ("Ракушкин", "Фёкла", "маяке", "Court of Lukomorsk", "cora"):
        assert secret not in page
    assert re.search(r'<option selected value="Asia/Vladivostok"', page), "the clock of the court, until she chooses"
    assert re.search(r'<option selected value="discreet"', page)


def test_without_own_words_the_page_says_as_little_as_can_be(
    visitor: FormClient, session: Session, cora: Volunteer, yelisey: Prisoner
) -> None:
    make_watch_link(session, cora, "wordless", prisoner_id=yelisey.id)
    page = visitor.get("/watch/wordless").get_data(as_text=True)
    assert "Hearings of one case." in page
    assert "Елисей" not in page
    assert re.search(r'<option selected value="UTC"', page), "no hearing is known: the clock of the collective"


def test_from_the_visit_to_her_own_page(
    visitor: FormClient, session: Session, link: WatchLink, hearing: Hearing
) -> None:
    answer = _ask(visitor, zone="Europe/Berlin", says="full")
    assert answer.status_code == 200
    assert "Now look into your mail" in answer.get_data(as_text=True)
    [(to, facts)] = questions(session)
    assert to == ADDRESS
    watcher = session.scalars(select(Watcher)).one()
    assert watcher.confirmed_at is None
    question = visitor.get(facts["path"]).get_data(as_text=True)
    assert "Do you want a mail before each hearing?" in question
    assert "Berlin" in question
    assert "Everything, with name and court" in question
    confirmed = visitor.post_form(facts["path"])
    assert confirmed.status_code == 302
    own = visitor.get(confirmed.headers["Location"]).get_data(as_text=True)
    assert "Елисей Ракушкин" in own
    session.refresh(watcher)
    assert watcher.confirmed_at is not None
    assert (watcher.zone, watcher.disclosure) == ("Europe/Berlin", Disclosure.FULL)
    watch = session.scalars(select(Watch)).one()
    assert watch.confirmed_at is not None
    assert watch.link_id == link.id


def test_confirming_twice_is_confirming_once(visitor: FormClient, session: Session, link: WatchLink) -> None:
    _ask(visitor)
    path = questions(session)[0][1]["path"]
    first = visitor.post_form(path)
    since = session.scalars(select(Watch)).one().confirmed_at
    assert "You get these mails already" in visitor.get(path).get_data(as_text=True)
    assert visitor.post_form(path).headers["Location"] == first.headers["Location"]
    assert session.scalars(select(Watch)).one().confirmed_at == since


def test_whatever_only_opens_links_changes_nothing(
    visitor: FormClient, session: Session, engine: Engine, link: WatchLink
) -> None:
    _ask(visitor)
    path = questions(session)[0][1]["path"]
    session.commit()
    before = fingerprint(engine)
    for page in (path, ASK):
        assert visitor.get(page).status_code == 200
        assert visitor.head(page).status_code == 200
        assert visitor.put(page).status_code in (400, 405)
    assert fingerprint(engine) == before


def test_nobody_learns_whether_an_address_is_known(
    visitor: FormClient, session: Session, olga: Watcher, count_statements: Any
) -> None:
    """Known and confirmed, new, asked for again: one answer, and as much work."""
    pages, costs = [], []
    for address in (ADDRESS, "nobody-knows@example.org", "nobody-knows@example.org", "OLGA@example.ORG"):
        form = forms(visitor.get(ASK).get_data(as_text=True))[0]
        with count_statements() as asked:
            answer = visitor.post(ASK, data=dict(form.filled({"email": address})))
        pages.append((answer.status_code, _bare(answer.get_data(as_text=True)), sorted(answer.headers.keys())))
        costs.append(len(asked))
    assert all(page == pages[0] for page in pages)
    assert max(costs) - min(costs) <= 2, costs
    assert max(costs) <= 10


def test_whoever_types_a_known_address_changes_nothing_of_hers(
    visitor: FormClient, session: Session, olga: Watcher, links: Links
) -> None:
    _ask(visitor, "Olga@Example.org", zone="Asia/Tokyo", says="full")
    session.refresh(olga)
    assert (olga.zone, olga.disclosure, olga.email) == ("Europe/Berlin", None, ADDRESS)
    assert len(session.scalars(select(Watcher)).all()) == 1
    [(to, facts)] = questions(session)
    assert to == ADDRESS, "the mail goes where it always went"
    assert facts["is_known"]
    assert facts["path"] == f"/watching/{links.watcher(olga.id, 0)}"


def test_the_same_address_is_one_watcher_of_several_cases(
    visitor: FormClient, session: Session, olga: Watcher, cora: Volunteer, yelisey: Prisoner
) -> None:
    make_watch_link(session, cora, "secret-of-yelisey", prisoner_id=yelisey.id)
    _ask(visitor, page="/watch/secret-of-yelisey")
    [(_, facts)] = questions(session)
    assert not facts["is_known"], "these hearings she has to confirm"
    assert visitor.post_form(facts["path"]).status_code == 302
    assert len(session.scalars(select(Watcher)).all()) == 1
    assert len(session.scalars(select(Watch).where(Watch.watcher_id == olga.id)).all()) == 2


def test_an_address_gets_a_few_mails_a_day_and_no_more(visitor: FormClient, session: Session, link: WatchLink) -> None:
    first = _bare(_ask(visitor).get_data(as_text=True))
    for _number in range(6):
        _sent(session)
        assert _bare(_ask(visitor).get_data(as_text=True)) == first
    assert len(questions(session)) == MOST_MAILS_PER_WATCH
    _sent(session)
    session.execute(update(Outbox).values(created_at=clock.now() - timedelta(hours=25)))
    _ask(visitor)
    assert len(questions(session)) == MOST_MAILS_PER_WATCH + 1


def test_a_double_tap_sends_one_mail(visitor: FormClient, session: Session, link: WatchLink) -> None:
    form = forms(visitor.get(ASK).get_data(as_text=True))[0]
    for _number in range(2):
        assert visitor.post(ASK, data=dict(form.filled({"email": ADDRESS}))).status_code == 200
    assert len(questions(session)) == 1


def test_a_link_that_is_asked_too_often_says_so_to_everybody(
    visitor: FormClient, session: Session, olga: Watcher, link: WatchLink
) -> None:
    _ask(visitor, "first@example.org")
    mail, watch = session.scalars(select(Outbox)).one(), session.scalars(select(Watch).where(Watch.link_id == link.id))
    watch_id = watch.all()[-1].id
    for number in range(MOST_MAILS_PER_LINK - 1):
        facts = {name: getattr(mail, name) for name in ("kind", "due_at", "next_at", "expires_at", "reason")}
        session.add(
            Outbox(
                **facts, subject_id=mail.subject_id or watch_id, created_at=clock.now(), state=MailState.SENT,
                message_id=f"m{number}", dedupe_key=f"d{number}",
            )
        )  # fmt: skip
    for address in (ADDRESS, "new@example.org"):
        answer = _ask(visitor, address)
        assert answer.status_code == 422
        assert "So many have asked here today" in answer.get_data(as_text=True)
    assert session.scalar(select(Watcher).where(Watcher.email_sealed.is_(None))) is None
    assert len(session.scalars(select(Watcher)).all()) == 2, "nothing of the new address is kept"


@pytest.mark.parametrize(
    "address, sentence",
    [
        ("", "Type your e-mail address."),
        ("ольга@example.org", "What stands before the @ must be in Latin letters"),
        ("olga@example.org\r\nBcc: all@example.org", "There is a character in it that cannot be kept."),
        ("olga\n@example.org", "This is not an e-mail address."),
        ("olga", "This is not an e-mail address."),
        ("olga@" + "a" * 300 + ".org", "At most 200 characters, please."),
    ],
)
def test_what_is_no_address_is_refused_in_words_and_kept(
    visitor: FormClient, session: Session, link: WatchLink, address: str, sentence: str
) -> None:
    answer = _ask(visitor, address, zone="Asia/Tokyo")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert re.search(r'<option selected value="Asia/Tokyo"', page)
    assert questions(session) == []


def test_a_domain_in_cyrillic_is_fine(visitor: FormClient, session: Session, link: WatchLink) -> None:
    _ask(visitor, "olga@лукоморье.рф")
    _ask(visitor, "olga@xn--e1ajcfjbot0g.xn--p1ai")
    [(to, _)] = questions(session)
    assert to == "olga@xn--e1ajcfjbot0g.xn--p1ai"
    assert len(session.scalars(select(Watcher)).all()) == 1


def test_a_zone_that_is_none_is_refused(visitor: FormClient, session: Session, link: WatchLink) -> None:
    answer = _ask(visitor, zone="Mars/Olympus_Mons")
    assert answer.status_code == 422
    assert questions(session) == []


def test_mails_cannot_be_asked_to_say_more_than_the_collective_allows(
    visitor: FormClient, session: Session, link: WatchLink
) -> None:
    decide(session, CollectiveSettings(most_disclosure=Disclosure.MINIMAL))
    page = visitor.get(ASK).get_data(as_text=True)
    assert 'value="minimal"' in page
    assert 'value="discreet"' not in page
    assert _ask(visitor, says="full").status_code == 422


def test_what_is_ended_unknown_or_damaged_looks_like_a_missing_page(
    visitor: FormClient, session: Session, link: WatchLink, case: Case
) -> None:
    missing = _bare(visitor.get("/there-is-no-such-page").get_data(as_text=True))
    _ask(visitor)
    path = questions(session)[0][1]["path"]
    link.ended_at = clock.now()
    addresses = [ASK, path, "/watch/unknown", "/watch/%FF%00", "/watch/" + "я" * 500, "/watch/confirm/nothing",
                 path[:-2], "/watching/nothing", "/watching/%F0%9F", "/watching/" + path.rpartition("/")[2],
                 "/watch/confirm/" + "a." * 40]  # fmt: skip
    for address in addresses:
        answer = visitor.get(address)
        assert answer.status_code == 404, address
        assert _bare(answer.get_data(as_text=True)) == missing, address
    link.ended_at = None
    case.closed_at = clock.now()
    assert visitor.get(ASK).status_code == 404, "nothing is left to follow"


def test_a_link_for_confirming_ends_with_the_week_and_with_her_newer_address(
    visitor: FormClient, session: Session, link: WatchLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(visitor)
    path = questions(session)[0][1]["path"]
    later = clock.now() + timedelta(days=7, minutes=1)
    with monkeypatch.context() as moved:
        moved.setattr("itsdangerous.timed.time.time", later.timestamp)
        assert visitor.get(path).status_code == 404
    assert visitor.get(path).status_code == 200
    session.scalars(select(Watcher)).one().link_number = 1
    assert visitor.get(path).status_code == 404


def test_confirming_makes_an_address_that_had_been_refused_work_again(
    visitor: FormClient, session: Session, olga: Watcher, cora: Volunteer, yelisey: Prisoner
) -> None:
    olga.address_state, olga.bounces = AddressState.REFUSED, 3
    make_watch_link(session, cora, "secret-of-yelisey", prisoner_id=yelisey.id)
    _ask(visitor, page="/watch/secret-of-yelisey")
    visitor.post_form(questions(session)[0][1]["path"])
    session.refresh(olga)
    assert (olga.address_state, olga.bounces) == (AddressState.FINE, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_database_holds_no_address_in_the_clear(
    visitor: FormClient, session: Session, link: WatchLink, olga: Watcher, database_url: str, app: Flask
) -> None:
    _ask(visitor, "secretly@example.org")
    visitor.post_form(questions(session)[0][1]["path"])
    session.close()
    raw = b""
    for path in Path(urlsplit(database_url).path[1:]).parent.glob("*.db*"):
        raw += path.read_bytes()
    assert len(raw) > 10_000
    for trace in (b"secretly", b"olga@", b"example.org", b"secret-of-case", b"olga%40"):
        assert trace not in raw, trace
