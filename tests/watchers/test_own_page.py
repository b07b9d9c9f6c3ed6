"""The page of a court watcher: what is ahead, answering, choosing, stopping, leaving. Without account or sign-in."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import make_case, make_prisoner, make_watch, make_watcher
from tests.support.client import FormClient
from tests.watchers.conftest import enter, in_days, questions
from tests.whole.contents import fingerprint
from tracker import clock
from tracker.cases.models import Case
from tracker.dates.attendance_actions import Attendee, answer_attendance
from tracker.dates.models import Answer, Attendance, Hearing, HearingStatus
from tracker.dates.rules import FurtherDay
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.links import Links
from tracker.reminders.models import Muted, Outbox
from tracker.reminders.rules import MailKind, MailState, MailTopic, Reason
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import AddressReveal, Watch, Watcher, WatchLink
from tracker.web.filters import long_day


def _page(visitor: FormClient, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _mail(session: Session, watcher: Watcher, state: MailState, **facts: Any) -> Outbox:
    now = clock.now()
    facts = {"kind": MailKind.REMINDER, "reason": Reason.LADDER} | facts
    mail = Outbox(
        watcher_id=watcher.id, state=state, due_at=now, next_at=now, expires_at=now + timedelta(days=1),
        message_id=f"m-{state}", dedupe_key=f"d-{state}", created_at=now, **facts,
    )  # fmt: skip
    session.add(mail)
    session.flush()
    return mail


def test_she_sees_when_by_both_clocks_where_whom_and_what_is_expected(
    visitor: FormClient, hearing: Hearing, her_page: str
) -> None:
    page = _page(visitor, her_page)
    assert "10:00 in Vladivostok (UTC+10) = " in page
    there = datetime.combine(hearing.on or date.min, time(10), ZoneInfo("Asia/Vladivostok"))
    assert f"{there.astimezone(ZoneInfo('Europe/Berlin')):%H:%M} your time" in page
    for shown in ("Trial hearing", "Лукоморский районный суд", "ул. Дубовая, 1", "Елисей Ракушкин",
                  "Фёкла-Апполинария", "Приходите за полчаса, с паспортом."):  # fmt: skip
        assert shown in page
    days = (in_days(10) - clock.today("Europe/Berlin")).days
    assert f"in {days} days" in page, "by her own calendar"
    assert "cora" not in page
    assert re.search(r"<title>Hearings</title>", page)


def test_whoever_follows_one_person_reads_no_other_name(
    visitor: FormClient, session: Session, hearing: Hearing, olga: Watcher, yelisey: Prisoner, her_page: str
) -> None:
    session.delete(session.scalars(select(Watch)).one())
    session.flush()
    make_watch(session, olga, prisoner_id=yelisey.id)
    page = _page(visitor, her_page)
    assert "Елисей Ракушкин" in page
    assert "Фёкла" not in page
    assert "маяке" not in page
    assert "Приходите за полчаса" not in page, "it is noted of both, and may name the other"


def test_whose_account_is_closed_is_not_counted_among_those_who_come(
    visitor: FormClient, session: Session, hearing: Hearing, her_page: str, cora: Volunteer
) -> None:
    answer_attendance(session, hearing, Attendee(volunteer_id=cora.id), Answer.YES, clock.now())
    assert "1 other person will be there." in _page(visitor, her_page)
    cora.disabled_at = clock.now()
    session.flush()
    assert "Nobody else has said yet" in _page(visitor, her_page)


def test_of_other_cases_she_sees_nothing(
    visitor: FormClient, session: Session, court: Facility, cora: Volunteer, olga: Watcher, her_page: str
) -> None:
    other = make_prisoner(session, "Светлана Чужая")
    theirs = enter(session, court, [other], cora, case=make_case(session, "Чужое дело"))
    page = _page(visitor, her_page)
    assert "No hearing is ahead that is known of." in page
    assert "Светлана" not in page
    assert visitor.post_form(f"{her_page}/settings").status_code == 302
    answer = _answer(visitor, her_page, theirs, "yes", page=f"{her_page}/settings")
    assert answer.status_code == 404
    assert session.scalars(select(Attendance)).all() == []


def _answer(visitor: FormClient, her_page: str, hearing: Hearing, answer: str, page: str | None = None) -> Any:
    shown = visitor.get(page or her_page).get_data(as_text=True)
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"|name="csrf_token" value="([^"]+)"', shown)
    assert token
    data = {"csrf_token": token[1] or token[2], "answer": answer}
    return visitor.post(f"{her_page}/hearings/{hearing.id}", data=data)


def test_a_window_a_month_and_several_days_are_told_as_what_they_are(
    visitor: FormClient,
    session: Session,
    court: Facility,
    case: Case,
    yelisey: Prisoner,
    cora: Volunteer,
    her_page: str,
) -> None:
    first, month = in_days(20), in_days(200)
    enter(session, court, [yelisey], cora, case=case, on=first, at=None, latest_on=first + timedelta(days=3))
    roughly = PartialDate(month.year, month.month)
    enter(session, court, [yelisey], cora, case=case, on=None, at=None, roughly=roughly)
    days = (FurtherDay(in_days(31), time(9, 30)), FurtherDay(in_days(32)))
    enter(session, court, [yelisey], cora, case=case, on=in_days(30), sittings=days)
    page = _page(visitor, her_page)
    assert "Between " in page
    assert "the day is not known yet" in page
    assert f"{long_day(in_days(31))}, 09:30 in Vladivostok" in page
    assert f"{long_day(in_days(32))}; the time is not known yet" in page
    assert page.index("Between ") < page.index("09:30 in Vladivostok") < page.rindex("the day is not known yet")


def test_what_is_over_is_gone_and_what_goes_on_is_not(
    visitor: FormClient,
    session: Session,
    court: Facility,
    case: Case,
    yelisey: Prisoner,
    cora: Volunteer,
    her_page: str,
) -> None:
    enter(session, court, [yelisey], cora, case=case, on=in_days(-2), expected="давно прошло")
    enter(
        session, court, [yelisey], cora, case=case, on=in_days(-2), expected="ещё идёт",
        sittings=(FurtherDay(in_days(2), time(10)),),
    )  # fmt: skip
    page = _page(visitor, her_page)
    assert "давно прошло" not in page
    assert "ещё идёт" in page


def test_a_cancelled_hearing_says_so_for_a_month(
    visitor: FormClient, session: Session, hearing: Hearing, her_page: str
) -> None:
    hearing.status = HearingStatus.CANCELLED
    page = _page(visitor, her_page)
    assert "It does not take place; you need not come." in page
    assert "I will be there" not in page
    hearing.changed_at = clock.now() - timedelta(days=31)
    assert "you need not come" not in _page(visitor, her_page)


@pytest.mark.parametrize("what", ["hearing", "case"])
def test_with_the_case_its_hearings_are_closed(
    visitor: FormClient, session: Session, hearing: Hearing, case: Case, her_page: str, what: str
) -> None:
    if what == "hearing":
        hearing.status = HearingStatus.CLOSED
    else:
        case.closed_at = clock.now()
    page = _page(visitor, her_page)
    assert "No hearing is ahead that is known of." in page
    assert ("This is closed; no more mails come" in page) is (what == "case")


def test_she_says_that_she_will_be_there_and_takes_it_back(
    visitor: FormClient, session: Session, hearing: Hearing, olga: Watcher, her_page: str
) -> None:
    assert "Nobody else has said yet" in _page(visitor, her_page)
    assert _answer(visitor, her_page, hearing, "yes").status_code == 302
    said = session.scalars(select(Attendance)).one()
    assert (said.watcher_id, said.answer, said.revision) == (olga.id, Answer.YES, hearing.revision)
    assert "You will be there" in _page(visitor, her_page)
    _answer(visitor, her_page, hearing, "no")
    assert session.scalars(select(Attendance)).one().answer is Answer.NO
    assert "You cannot be there" in _page(visitor, her_page)
    _answer(visitor, her_page, hearing, "")
    assert session.scalars(select(Attendance)).all() == []


def test_after_a_move_it_has_to_be_said_anew(
    visitor: FormClient, session: Session, hearing: Hearing, her_page: str
) -> None:
    _answer(visitor, her_page, hearing, "yes")
    session.get_one(Hearing, hearing.id).revision += 1
    page = _page(visitor, her_page)
    assert "You will be there" not in page
    assert "I will be there" in page


def test_of_others_she_learns_the_number(
    visitor: FormClient, session: Session, hearing: Hearing, cora: Volunteer, her_page: str
) -> None:
    facts = {"hearing_id": hearing.id, "revision": 0, "answered_at": clock.now()}
    session.add(Attendance(volunteer_id=cora.id, answer=Answer.YES, **facts))
    assert "1 other person will be there." in _page(visitor, her_page)


def test_nobody_attends_what_is_called_off(
    visitor: FormClient, session: Session, hearing: Hearing, her_page: str
) -> None:
    hearing.status = HearingStatus.CANCELLED
    assert _answer(visitor, her_page, hearing, "yes").status_code == 302
    assert "This hearing is called off, or over." in _page(visitor, her_page)
    assert session.scalars(select(Attendance)).all() == []


def test_she_chooses_clock_hour_and_how_much_mails_say(
    visitor: FormClient, session: Session, olga: Watcher, her_page: str
) -> None:
    typed = {"zone": "Asia/Tokyo", "remind_at": "19:00", "says": "minimal"}
    assert visitor.post_form(f"{her_page}/settings", typed).status_code == 302
    session.refresh(olga)
    assert (olga.zone, olga.remind_at, str(olga.disclosure)) == ("Asia/Tokyo", time(19), "minimal")
    assert "By the clock of Tokyo, at 19:00" in _page(visitor, her_page)
    assert re.search(r'<option selected value="Asia/Tokyo"', _page(visitor, f"{her_page}/settings"))


@pytest.mark.parametrize("typed", [{"zone": "Mars/X"}, {"remind_at": "25:00"}, {"says": "shout"}, {"locale": "xx"}])
def test_what_is_no_choice_is_refused(
    visitor: FormClient, session: Session, olga: Watcher, her_page: str, typed: dict[str, str]
) -> None:
    answer = visitor.post_form(f"{her_page}/settings", typed)
    assert answer.status_code == 422
    session.refresh(olga)
    assert (olga.zone, olga.remind_at) == ("Europe/Berlin", time(8))


def test_a_new_address_of_her_page_ends_the_old_ones(
    visitor: FormClient, session: Session, olga: Watcher, links: Links, her_page: str
) -> None:
    answer = visitor.post_form(f"{her_page}/new-address", page=her_page)
    assert answer.headers["Location"] == f"/watching/{links.watcher(olga.id, 1)}"
    assert "older ones open nothing any more" in _page(visitor, answer.headers["Location"])
    assert visitor.get(her_page).status_code == 404


def test_mails_turned_off_in_a_mail_can_be_turned_on_again(
    visitor: FormClient, session: Session, olga: Watcher, her_page: str
) -> None:
    session.add(Muted(watcher_id=olga.id, topic=MailTopic.HEARING, since=clock.now()))
    assert "You have turned mails about hearings off." in _page(visitor, her_page)
    visitor.post_form(f"{her_page}/mails", page=her_page)
    assert "You have turned mails" not in _page(visitor, her_page)
    assert session.scalars(select(Muted)).all() == []


def test_stopping_one_leaves_the_other(
    visitor: FormClient, session: Session, hearing: Hearing, olga: Watcher, her_page: str
) -> None:
    other = make_watch(session, olga, prisoner_id=make_prisoner(session, "Нестор").id)
    _answer(visitor, her_page, hearing, "yes")
    first = session.scalars(select(Watch).where(Watch.id != other.id)).one()
    stop = f"{her_page}/watches/{first.id}/stop"
    assert "About everything else that you follow you are still told." in _page(visitor, stop)
    assert visitor.post_form(stop).status_code == 302
    assert [each.id for each in session.scalars(select(Watch))] == [other.id]
    assert session.scalars(select(Attendance)).all() == [], "it is no business of hers any more"
    assert visitor.get(her_page).status_code == 200


def test_stopping_the_last_is_leaving(visitor: FormClient, session: Session, olga: Watcher, her_page: str) -> None:
    stop = f"{her_page}/watches/{session.scalars(select(Watch.id)).one()}/stop"
    assert "your address is deleted as well" in _page(visitor, stop)
    answer = visitor.post_form(stop)
    assert "You get no more mails" in answer.get_data(as_text=True)
    assert session.scalars(select(Watcher)).all() == []
    assert visitor.get(her_page).status_code == 404


def test_leaving_takes_one_click_and_leaves_no_trace_of_her(
    visitor: FormClient,
    session: Session,
    hearing: Hearing,
    olga: Watcher,
    cora: Volunteer,
    link: WatchLink,
    her_page: str,
) -> None:
    _answer(visitor, her_page, hearing, "yes")
    visitor.post_form("/watch/secret-of-case", {"email": "olga@example.org"})
    session.add(Muted(watcher_id=olga.id, topic=MailTopic.HEARING, since=clock.now()))
    session.add(AddressReveal(watcher_id=olga.id, volunteer_id=cora.id, at=clock.now()))
    lease = {"lease_token": olga.id, "lease_until": clock.now()}
    for state in (MailState.QUEUED, MailState.SENT, MailState.FAILED, MailState.HELD):
        _mail(session, olga, state)
    _mail(session, olga, MailState.SENDING, **lease)
    watcher_id = olga.id
    answer = visitor.post_form(f"{her_page}/leave", page=her_page)
    assert answer.status_code == 200
    assert "Your address is deleted" in answer.get_data(as_text=True)
    for table in (Watcher, Watch, Attendance, Muted):
        assert session.scalars(select(table)).all() == []
    mails = session.scalars(select(Outbox)).all()
    assert len(mails) == 6
    assert {mail.watcher_id for mail in mails} == {None}
    assert {mail.to_address for mail in mails} == {None}
    assert {mail.payload for mail in mails} == {None}
    assert sorted(mail.state for mail in mails) == [MailState.SENT, *[MailState.SUPPRESSED] * 5]
    assert session.scalars(select(AddressReveal)).one().watcher_id is None, "that it was looked at stays"
    assert visitor.get(her_page).status_code == 404
    assert str(watcher_id) not in "".join(str(vars(mail)) for mail in mails)
    assert visitor.post_form("/watch/secret-of-case", {"email": "olga@example.org"}).status_code == 200
    assert not questions(session)[-1][1]["is_known"], "she comes back as somebody new"


def test_looking_changes_nothing(
    visitor: FormClient, session: Session, engine: Engine, hearing: Hearing, olga: Watcher, her_page: str
) -> None:
    watch_id = session.scalars(select(Watch.id)).one()
    session.commit()
    before = fingerprint(engine)
    for page in ("", "/settings", f"/watches/{watch_id}/stop"):
        assert visitor.get(her_page + page).status_code == 200
        assert visitor.head(her_page + page).status_code == 200
    for nothing_to_see in ("/leave", "/new-address", "/mails", f"/hearings/{hearing.id}"):
        assert visitor.get(her_page + nothing_to_see).status_code == 405
        assert visitor.post(her_page + nothing_to_see).status_code == 400, "not without the token of the page"
    assert fingerprint(engine) == before


def test_somebody_elses_watch_is_a_missing_page(
    visitor: FormClient, session: Session, olga: Watcher, yelisey: Prisoner, her_page: str
) -> None:
    theirs = make_watch(session, make_watcher(session, "else@example.org"), prisoner_id=yelisey.id)
    assert visitor.get(f"{her_page}/watches/{theirs.id}/stop").status_code == 404


def test_the_page_costs_the_same_for_one_hearing_and_for_fifty(
    visitor: FormClient, session: Session, court: Facility, case: Case, yelisey: Prisoner, cora: Volunteer,
    hearing: Hearing, her_page: str, count_statements: Any,
) -> None:  # fmt: skip
    with count_statements() as few:
        visitor.get(her_page)
    for number in range(50):
        enter(session, court, [yelisey], cora, case=case, on=in_days(11 + number))
    with count_statements() as many:
        visitor.get(her_page)
    assert len(many) == len(few) <= 6, str(many)
