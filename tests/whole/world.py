"""A small world in which every kind of record exists, and everybody who could ask for one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import make_evening, make_scan, make_watch, make_watch_link, make_watcher
from tests.support.client import FormClient
from tracker import clock
from tracker.accounts.actions import NewAccount, create_account, hash_of, start_session
from tracker.accounts.invitation_actions import invite
from tracker.accounts.models import SignInSession
from tracker.accounts.passphrases import Passphrases
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.calendars.actions import hash_of as secret_hash_of
from tracker.calendars.models import CalendarFeed
from tracker.cases.models import CasePerson, ConcernedBy, Measure
from tracker.collective.actions import decide
from tracker.collective.rules import CollectiveSettings
from tracker.dates.models import Deadline, HearingPrisoner, ParcelWindow
from tracker.demo.actions import load_demo
from tracker.evenings.models import Tally, TallyBatch
from tracker.facilities.models import Facility, FacilityChannel
from tracker.handover.models import Handover
from tracker.letters.models import Direction, Letter, LetterKind, PreparedLetter
from tracker.letters.rules import Channel
from tracker.parcels.models import Parcel, ParcelItem
from tracker.printing.models import PrintJob, PrintKind, PrintState
from tracker.prisoners.models import Need, NeedKind, Placement, Prisoner
from tracker.quotas.models import FacilityRule, FamilyLink, ParcelClaim
from tracker.reminders.beats import PLANNER, SENDER, beat
from tracker.reminders.links import Links
from tracker.reminders.models import Outbox, Snooze
from tracker.reminders.rules import MailKind, MailState, MailTopic, Reason
from tracker.scans.files import ScanFolder
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

SIGNED_IN = ("vera", "sam", "frida", "cleo", "ada", "cora")
"""Vera writes to Yelisey. Sam writes to nobody. Frida used to write to Yelisey. Cleo coordinates. Ada is an admin and
nothing else. Cora is both."""

ACTORS = ("nobody", "dora", "late", *SIGNED_IN)
"""Nobody is not signed in. Dora's account is closed. Late's session has ended."""

RELATIONS = ("own", "other", "missing")
"""Records of Yelisey (Vera's), of Svetlana (somebody else's), and ids that do not exist."""

KEPT_APART = {("letters.edit_reply", "letter_id"): "reply_id", ("letters.update_reply", "letter_id"): "reply_id"}
KEPT_APART |= {
    (f"scans.{view}", "letter_id"): "reply_id"
    for view in ("index", "upload", "ask_to_remove_all", "remove_all", "hold", "let_go")
}
KEPT_APART |= {(f"family.{view}", "token"): "family_token" for view in ("show", "claim", "release")}
KEPT_APART |= {(f"answers.{view}", "answer_token"): "later_token" for view in ("later", "put_it_off")}
KEPT_APART |= {("family.release", "claim_id"): "family_claim_id"}
"""Where a parameter means another kind of record than elsewhere."""

CHOOSES_A_VOLUNTEER = {"assignments.new", "assignments.create"}
"""Whom to assign stands in the query."""


@dataclass
class World:
    """Ids of records by the name of the route parameter and the relation."""

    app: Flask
    session: Session
    accounts: dict[str, Volunteer] = field(default_factory=dict)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> FormClient:
        """That person at a browser."""
        self.app.test_client_class = FormClient
        made = self.app.test_client()
        assert isinstance(made, FormClient)
        # An open session would keep the application from writing on SQLite.
        made.before_each = self.let_go
        self.let_go()
        if actor != "nobody":
            with made.session_transaction() as cookie:
                cookie["token"] = self.tokens[actor]
        return made

    def let_go(self) -> None:
        """Commit what was arranged, and forget what was read."""
        self.session.commit()
        self.session.expire_all()

    def address(self, rule: Rule, relation: str) -> str:
        """The address of a route with the ids of one relation."""
        values = {name: self.ids[KEPT_APART.get((rule.endpoint, name), name)][relation] for name in rule.arguments}
        with self.app.test_request_context():
            built = self.app.url_map.bind("localhost").build(rule.endpoint, values)
        query = f"?volunteer={self.accounts['sam'].id}" if rule.endpoint in CHOOSES_A_VOLUNTEER else ""
        return f"{built}{query}"


def build(app: Flask, session: Session, now: datetime | None = None) -> World:
    """The demo's people and post, the cast, and one record of every kind on either side."""
    world = World(app, session)
    now = now or clock.now()
    load_demo(session, Passphrases(8), with_people=True, now=now, today=now.date())
    for handle in ("sam", "frida", "cleo", "ada", "dora", "late"):
        new = NewAccount(handle=handle, passphrase_hash=Passphrases(8).hash(f"linden street {handle}"))
        create_account(session, new, email=f"{handle}@example.org", now=now)
    session.flush()
    world.accounts = {each.handle: each for each in session.scalars(select(Volunteer))}
    world.accounts["cleo"].is_coordinator = True
    world.accounts["ada"].is_admin = True
    for handle, account in world.accounts.items():
        account.is_demo = False
        lasts = timedelta(hours=-1) if handle == "late" else timedelta(hours=8)
        world.tokens[handle] = start_session(session, account.id, lasts=lasts, now=now)
    world.accounts["dora"].disabled_at = now
    for name in (PLANNER, SENDER):
        beat(session, name, now)
    _find_ids(world, now)
    session.commit()
    return world


def _find_ids(world: World, now: datetime) -> None:
    session, accounts = world.session, world.accounts
    prisoners = {each.name: each for each in session.scalars(select(Prisoner))}
    own, other = prisoners["Yelisey Rakushkin"], prisoners["Svetlana Chudo-Yudo"]
    day = date(2026, 1, 1)
    session.add(
        Assignment(
            prisoner_id=own.id,
            volunteer_id=accounts["frida"].id,
            since=day,
            until=day,
            end_reason=EndReason.OTHER,
            created_at=now,
        )
    )
    _add_missing_kinds(world, own, other, now)
    session.flush()
    sides = {"own": own.id, "other": other.id}
    world.ids["prisoner_id"] = dict(sides)
    for name, model in {
        "parcel_id": Parcel,
        "task_id": Task,
        "prepared_id": PreparedLetter,
        "need_id": Need,
        "placement_id": Placement,
        "measure_id": Measure,
        "assignment_id": Assignment,
    }.items():
        world.ids[name] = {side: _first(session, model, prisoner_id) for side, prisoner_id in sides.items()}
    for name, direction in (("letter_id", Direction.OUT), ("reply_id", Direction.REPLY)):
        world.ids[name] = {
            side: session.scalar(
                select(Letter.id).where(Letter.prisoner_id == prisoner_id, Letter.direction == direction)
            )
            for side, prisoner_id in sides.items()
        }
    world.ids["scan_id"] = {side: _scan(world, world.ids["reply_id"][side], now) for side in sides}
    world.ids["charge_id"] = {
        side: session.scalar(select(ConcernedBy.subject_id).where(ConcernedBy.prisoner_id == prisoner_id))
        for side, prisoner_id in sides.items()
    }
    world.ids["hearing_id"] = {
        side: session.scalar(select(HearingPrisoner.hearing_id).where(HearingPrisoner.prisoner_id == prisoner_id))
        for side, prisoner_id in sides.items()
    }
    world.ids["case_id"] = {
        side: session.scalar(select(CasePerson.case_id).where(CasePerson.prisoner_id == prisoner_id))
        for side, prisoner_id in sides.items()
    }
    facility = session.scalar(select(Facility.id).order_by(Facility.name))
    world.ids["facility_id"] = {"own": facility, "other": facility}
    world.ids["thread_id"] = {
        side: session.scalar(
            select(Assignment.id).where(
                Assignment.prisoner_id == prisoner_id,
                Assignment.volunteer_id == accounts["vera" if side == "own" else "tomek"].id,
                Assignment.part == Part.WRITER,
                Assignment.until.is_(None),
            )
        )
        for side, prisoner_id in sides.items()
    }
    world.ids["volunteer_id"] = {"own": accounts["vera"].id, "other": accounts["tomek"].id}
    world.ids["channel_id"] = dict.fromkeys(("own", "other"), _channel(session, facility))
    world.ids["other_id"] = dict.fromkeys(("own", "other"), _second_entry(session, facility))
    world.ids["handover_id"] = {
        side: _handover(session, sides[side], thread_id, now) for side, thread_id in world.ids["thread_id"].items()
    }
    _evenings(world, own, other, now)
    _terms(world, sides, now)
    for name in world.ids:
        world.ids[name]["missing"] = uuid4()
    # A word of an address; there is a ladder for each kind of day.
    world.ids["topic"] = {"own": "hearing", "other": "birthday", "missing": "trial"}
    _accounts_ids(world, now)
    _watchers(world, sides)


def _watchers(world: World, sides: dict[str, UUID]) -> None:
    """An address handed out for either side, somebody who confirmed and somebody who has not yet."""
    session, ids = world.session, world.ids
    links = Links(world.app.extensions["tracker"].settings.secret_key.encode())
    for name in ("secret", "watch_link_id", "watch_id", "watch_token", "confirm_token"):
        ids[name] = {"missing": uuid4()}
    for side, prisoner_id in sides.items():
        link = make_watch_link(session, world.accounts["cora"], f"watch-{side}", prisoner_id=prisoner_id)
        facts = {"prisoner_id": prisoner_id, "link_id": link.id}
        watcher = make_watcher(session, f"watcher-{side}@example.org")
        asks = make_watcher(session, f"asks-{side}@example.org", confirmed_at=None)
        ids["secret"][side], ids["watch_link_id"][side] = f"watch-{side}", link.id
        ids["watch_id"][side] = make_watch(session, watcher, **facts).id
        ids["watch_token"][side] = links.watcher(watcher.id, 0)
        reader = world.ids["volunteer_id"][side]
        ids.setdefault("mail_token", {"missing": "no-token"})[side] = links.unsubscribe(reader, MailTopic.BIRTHDAY)
        nag, snooze_id = _asked(world, side, reader)
        ids.setdefault("answer_token", {"missing": "no-token"})[side] = links.answer(nag, "written")
        ids.setdefault("later_token", {"missing": "no-token"})[side] = links.answer(nag, "snooze")
        ids.setdefault("snooze_id", {"missing": uuid4()})[side] = snooze_id
        ids["confirm_token"][side] = links.watch(make_watch(session, asks, **facts).id, 0)


def _asked(world: World, side: str, reader: UUID) -> tuple[UUID, UUID]:
    """A mail that asked a writer for a letter and was put off: the ids of both."""
    now = clock.now()
    mail = Outbox(
        recipient_id=reader,
        kind=MailKind.NAG,
        subject_id=world.ids["thread_id"][side],
        prisoner_id=world.ids["prisoner_id"][side],
        occurrence_key="2026-10-01 1",
        rule="no_letter",
        due_at=now,
        next_at=now,
        expires_at=now + timedelta(days=14),
        state=MailState.SENT,
        reason=Reason.NOT_WRITTEN_SINCE,
        message_id=f"nag-{side}",
        dedupe_key=f"nag-{side}",
        created_at=now,
    )
    snooze = Snooze(recipient_id=reader, mail_key=mail.dedupe_key, until_at=now + timedelta(days=3), made_at=now)
    world.session.add_all([mail, snooze])
    world.session.flush()
    return mail.id, snooze.id


def _terms(world: World, sides: dict[str, UUID], now: datetime) -> None:
    """A term to be kept for each of the two, and a chance to send a parcel that comes back."""
    by = world.accounts["cora"].id
    for side, prisoner_id in sides.items():
        known = {"prisoner_id": prisoner_id, "entered_by_id": by, "changed_at": now, "form_id": uuid4()}
        term = Deadline(kind="appeal", on=now.date(), zone="Europe/Moscow", entered_at=now, **known)
        window = ParcelWindow(counted_from=now.date(), every_months=2, **known)
        world.session.add_all([term, window])
        world.session.flush()
        world.ids.setdefault("deadline_id", {})[side] = term.id
        world.ids.setdefault("window_id", {})[side] = window.id


def _scan(world: World, reply_id: UUID, now: datetime) -> UUID:
    """A page of a reply, in a collective that keeps some."""
    decide(world.session, CollectiveSettings(scans_allowed=True))
    scan = make_scan(world.session, reply_id, uploaded_by_id=world.accounts["vera"].id, uploaded_at=now)
    folder = world.app.extensions["tracker"].settings.scans_path
    picture = io.BytesIO()
    Image.new("L", (20, 30), 255).save(picture, "PNG")
    ScanFolder(folder).keep(scan.id, picture.getvalue())
    return scan.id


def _evenings(world: World, own: Prisoner, other: Prisoner, now: datetime) -> None:
    """An evening with letters counted after it, and one print of each coordinator."""
    session, ids = world.session, world.ids
    ids["evening_id"], ids["batch_id"], ids["print_id"] = {}, {}, {}
    for side, person, asker in (("own", own, "cleo"), ("other", other, "cora")):
        by = world.accounts[asker].id
        evening = make_evening(session, world.accounts[asker], [person], on=now.date())
        batch = TallyBatch(evening_id=evening.id, entered_by_id=by, entered_at=now)
        facts = {"people": [str(person.id)], "evening": str(evening.id)}
        job = PrintJob(kind=PrintKind.SHEETS, facts=facts, state=PrintState.READY, asked_by_id=by, asked_at=now)
        session.add_all([batch, job])
        session.flush()
        session.add(Tally(batch_id=batch.id, prisoner_id=person.id, on=evening.on, letters=2))
        ids["evening_id"][side], ids["batch_id"][side], ids["print_id"][side] = evening.id, batch.id, job.id


def _channel(session: Session, facility_id: UUID | None) -> UUID:
    made = FacilityChannel(facility_id=facility_id, channel=Channel.POST)
    session.add(made)
    session.flush()
    return made.id


def _second_entry(session: Session, facility_id: UUID | None) -> UUID:
    """Another entry of the same place, to be merged with it."""
    first = session.get_one(Facility, facility_id)
    made = Facility(name=first.name, name_folded=first.name_folded, kind=first.kind, created_at=first.created_at)
    made.zone = first.zone
    session.add(made)
    session.flush()
    return made.id


def _handover(session: Session, prisoner_id: UUID, thread_id: UUID, now: datetime) -> UUID:
    made = Handover(prisoner_id=prisoner_id, from_assignment_id=thread_id, begun_at=now, created_at=now)
    made.interests = "Pond life"
    session.add(made)
    session.flush()
    return made.id


def _first(session: Session, model: Any, prisoner_id: UUID) -> UUID:
    found = session.scalar(select(model.id).where(model.prisoner_id == prisoner_id).order_by(model.id))
    assert found is not None, model
    return found


def _add_missing_kinds(world: World, own: Prisoner, other: Prisoner, now: datetime) -> None:
    """The demo has no parcel for either of the two, and no measure, reply or undelivered mail for the other."""
    world.session.add(
        Letter(
            prisoner_id=other.id,
            volunteer_id=world.accounts["tomek"].id,
            direction=Direction.REPLY,
            kind=LetterKind.LETTER,
            dated_on=now.date(),
            logged_by_id=world.accounts["tomek"].id,
            logged_at=now,
            form_id=uuid4(),
        )
    )
    for prisoner, handle in ((own, "vera"), (other, "tomek")):
        volunteer = world.accounts[handle].id
        world.session.add(
            PreparedLetter(
                prisoner_id=prisoner.id,
                volunteer_id=volunteer,
                kind=LetterKind.LETTER,
                planned_on=date(2026, 1, 2),
                created_by_id=volunteer,
                created_at=now,
                form_id=uuid4(),
            )
        )
        world.session.add(
            Task(
                prisoner_id=prisoner.id,
                volunteer_id=volunteer,
                kind=TaskKind.WRITE_AGAIN,
                key=f"write-again-{handle}",
                created_at=now,
            )
        )
        parcel = Parcel(
            prisoner_id=prisoner.id,
            volunteer_id=volunteer,
            posted_on=date(2026, 1, 2),
            logged_by_id=volunteer,
            logged_at=now,
            form_id=uuid4(),
        )
        world.session.add(parcel)
        world.session.flush()
        world.session.add(ParcelItem(parcel_id=parcel.id, position=0, what="Socks"))
        world.session.add(
            Need(prisoner_id=prisoner.id, kind=NeedKind.PARCEL, text="Soap", entered_by_id=volunteer, created_at=now)
        )
    world.session.add(Measure(prisoner_id=other.id, kind="custody", zone="Europe/Moscow", changed_at=now))
    for side, prisoner, handle in (("own", own, "vera"), ("other", other, "tomek")):
        _add_quotas(world, side, prisoner, world.accounts[handle].id, now)


def _add_quotas(world: World, side: str, prisoner: Prisoner, volunteer: UUID, now: datetime) -> None:
    """A link for the family, a claim by it and one by a volunteer, and a rule of a facility."""
    link = FamilyLink(
        prisoner_id=prisoner.id,
        token_hash=hash_of(f"family-{side}").hex(),
        created_by_id=volunteer,
        created_at=now,
        expires_at=now + timedelta(days=9),
    )
    world.session.add(link)
    world.session.flush()
    facts = {"kind": "parcel", "planned_on": now.date(), "claimed_at": now, "lapses_at": now + timedelta(days=8)}
    claims = {
        "claim_id": ParcelClaim(prisoner_id=prisoner.id, claimed_by_id=volunteer, answered=[], **facts),
        "family_claim_id": ParcelClaim(prisoner_id=prisoner.id, family_link_id=link.id, answered=[], **facts),
    }
    rule = FacilityRule(
        facility_id=world.session.scalar(select(Facility.id).order_by(Facility.name)),
        pool="parcels",
        unit="pieces",
        counts="both",
        source="told at the window",
        confidence="single_source",
        entered_by_id=volunteer,
        created_at=now,
    )
    world.session.add_all([*claims.values(), rule])
    world.session.flush()
    made = {"link_id": link.id, "rule_id": rule.id, **{name: claim.id for name, claim in claims.items()}}
    for name, made_id in made.items():
        world.ids.setdefault(name, {})[side] = made_id
    world.ids["family_token"] = {side: f"family-{side}" for side in RELATIONS}


def _accounts_ids(world: World, now: datetime) -> None:
    session = world.session
    invitations = {
        side: invite(
            session,
            world.accounts[handle],
            form_id=uuid4(),
            email=f"{side}@example.org",
            as_coordinator=False,
            as_admin=False,
            lasts=timedelta(days=1),
            now=now,
        )
        for side, handle in (("own", "cleo"), ("other", "cora"))
    }
    world.ids["mail_id"] = {
        side: _undelivered(world, handle, now) for side, handle in (("own", "vera"), ("other", "tomek"))
    }
    world.ids["mail_id"]["missing"] = uuid4()
    made = {side: each for side, each in invitations.items() if each is not None}
    world.ids["invitation_id"] = {**{side: each.id for side, each in made.items()}, "missing": uuid4()}
    world.ids["token"] = {side: f"token-{side}" for side in RELATIONS}
    for side, each in made.items():
        each.token_hash = hash_of(f"token-{side}")
    vera, tomek = (
        session.scalar(select(SignInSession.id).where(SignInSession.volunteer_id == world.accounts[handle].id))
        for handle in ("vera", "tomek")
    )
    _calendars(world, now)
    world.ids["session_id"] = {"own": vera, "other": tomek, "missing": uuid4()}


def _calendars(world: World, now: datetime) -> None:
    """One of Vera's, one of somebody else's."""
    world.ids["feed_id"] = {"missing": uuid4()}
    world.ids["feed_secret"] = {side: f"secret-{side}" for side in RELATIONS}
    for side, handle in (("own", "vera"), ("other", "tomek")):
        feed = CalendarFeed(
            volunteer_id=world.accounts[handle].id,
            name="On the phone",
            secret_hash=secret_hash_of(f"secret-{side}"),
            created_at=now,
        )
        world.session.add(feed)
        world.ids["feed_id"][side] = feed.id


def _undelivered(world: World, handle: str, now: datetime) -> UUID:
    """A mail to somebody that nobody would take."""
    mail = Outbox(
        recipient_id=world.accounts[handle].id,
        kind=MailKind.ASSIGNED,
        due_at=now,
        expires_at=now + timedelta(days=3),
        state=MailState.FAILED,
        reason=Reason.ADDRESS_REFUSED,
        next_at=now,
        message_id=f"undelivered-{handle}",
        dedupe_key=f"undelivered-{handle}",
        created_at=now,
    )
    world.session.add(mail)
    world.session.flush()
    return mail.id


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with every method that it declares, except those that answer by themselves and the style sheet."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.endpoint):
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method
