"""dates and reminders

Revision: 0003; follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HAS_READER = (
    "recipient_id IS NOT NULL OR watcher_id IS NOT NULL OR to_address_sealed IS NOT NULL"
    " OR state NOT IN ('queued', 'sending')"
)
_HAD_READER = "recipient_id IS NOT NULL OR to_address_sealed IS NOT NULL OR state NOT IN ('queued', 'sending')"
_KINDS_BEFORE = (
    "reminder",
    "late_notice",
    "change_notice",
    "date_needed",
    "nag",
    "escalation",
    "digest",
    "invitation",
    "assigned",
)
_STATES_BEFORE = ("queued", "sending", "sent", "failed", "missed", "superseded", "suppressed", "collapsed", "held")
_REASONS_BEFORE = (
    "ladder",
    "entered_late",
    "caught_up",
    "told_otherwise",
    "no_day_known",
    "asked_for",
    "same_instant",
    "covered",
    "nearer_rule",
    "soon_told",
    "day_changed",
    "not_assigned",
    "disabled",
    "no_address",
    "address_refused",
    "too_late",
    "content_refused",
    "unclear_too_often",
    "cannot_be_written",
    "told_by_phone",
    "retried",
)
_CHANGES_BEFORE = (
    "postponed",
    "brought_forward",
    "postponed_no_date",
    "date_set",
    "time_set",
    "time_changed",
    "place_changed",
    "cancelled",
    "reinstated",
)


def upgrade() -> None:
    op.create_table(
        "mail_tally",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tally")),
        sa.UniqueConstraint("month", "kind", "state", name=op.f("uq_mail_tally_month_kind_state")),
    )
    op.create_table(
        "recheck",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("stray", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_at"), ["at"], unique=False)

    op.create_table(
        "watcher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("address_state", sa.String(32), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("remind_at", sa.Time(), nullable=False),
        sa.Column("former_habits", sa.JSON(), nullable=False),
        sa.Column("disclosure", sa.String(32), nullable=True),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watcher")),
        sa.UniqueConstraint("address_key", name=op.f("uq_watcher_address_key")),
    )
    op.create_table(
        "address_reveal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("watcher_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_address_reveal_volunteer_id_volunteer")
        ),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watcher.id"], name=op.f("fk_address_reveal_watcher_id_watcher"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_reveal")),
    )
    with op.batch_alter_table("address_reveal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_reveal_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_reveal_watcher_id"), ["watcher_id"], unique=False)

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("disclosure", sa.String(32), nullable=False),
        sa.Column("with_alarms", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("content_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_calendar_feed_volunteer_id_volunteer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["legal_case.id"], name=op.f("fk_deadline_case_id_legal_case")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["volunteer.id"], name=op.f("fk_deadline_entered_by_id_volunteer")),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_deadline_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint("form_id", name=op.f("uq_deadline_form_id")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_prisoner_id"), ["prisoner_id"], unique=False)
        batch_op.create_index("ix_deadline_status_on", ["status", "on"], unique=False)

    op.create_table(
        "muted",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("watcher_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(volunteer_id IS NULL) <> (watcher_id IS NULL)", name=op.f("ck_muted_one_person")),
        sa.ForeignKeyConstraint(
            ["prisoner_id"], ["prisoner.id"], name=op.f("fk_muted_prisoner_id_prisoner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_muted_volunteer_id_volunteer")),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watcher.id"], name=op.f("fk_muted_watcher_id_watcher"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_muted")),
        sa.UniqueConstraint(
            "volunteer_id", "topic", "prisoner_id", name=op.f("uq_muted_volunteer_id_topic_prisoner_id")
        ),
    )
    with op.batch_alter_table("muted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_muted_prisoner_id"), ["prisoner_id"], unique=False)
        batch_op.create_index("ix_muted_watcher_id", ["watcher_id"], unique=False)

    op.create_table(
        "own_ladder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("prisoner_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("prisoner_id IS NULL OR volunteer_id IS NULL", name=op.f("ck_own_ladder_for_one")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["volunteer.id"], name=op.f("fk_own_ladder_changed_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(
            ["prisoner_id"], ["prisoner.id"], name=op.f("fk_own_ladder_prisoner_id_prisoner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_own_ladder_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_ladder")),
    )
    with op.batch_alter_table("own_ladder", schema=None) as batch_op:
        batch_op.create_index("ix_own_ladder_prisoner_id", ["prisoner_id"], unique=False)
        batch_op.create_index("ix_own_ladder_volunteer_id", ["volunteer_id"], unique=False)

    op.create_table(
        "parcel_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["volunteer.id"], name=op.f("fk_parcel_window_entered_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_parcel_window_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_window")),
        sa.UniqueConstraint("form_id", name=op.f("uq_parcel_window_form_id")),
    )
    with op.batch_alter_table("parcel_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_window_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_window_prisoner_id"), ["prisoner_id"], unique=False)

    op.create_table(
        "snooze",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("mail_key", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["volunteer.id"], name=op.f("fk_snooze_recipient_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sa.UniqueConstraint("mail_key", name=op.f("uq_snooze_mail_key")),
    )
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snooze_recipient_id"), ["recipient_id"], unique=False)

    op.create_table(
        "watch_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("prisoner_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(case_id IS NULL) <> (prisoner_id IS NULL)", name=op.f("ck_watch_link_one_thing")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["legal_case.id"], name=op.f("fk_watch_link_case_id_legal_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["volunteer.id"], name=op.f("fk_watch_link_made_by_id_volunteer")),
        sa.ForeignKeyConstraint(
            ["prisoner_id"], ["prisoner.id"], name=op.f("fk_watch_link_prisoner_id_prisoner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_watch_link_token_hash")),
    )
    with op.batch_alter_table("watch_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_link_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_link_prisoner_id"), ["prisoner_id"], unique=False)

    op.create_table(
        "watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("watcher_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("prisoner_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(case_id IS NULL) <> (prisoner_id IS NULL)", name=op.f("ck_watch_one_thing")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["legal_case.id"], name=op.f("fk_watch_case_id_legal_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["watch_link.id"], name=op.f("fk_watch_link_id_watch_link")),
        sa.ForeignKeyConstraint(
            ["prisoner_id"], ["prisoner.id"], name=op.f("fk_watch_prisoner_id_prisoner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watcher.id"], name=op.f("fk_watch_watcher_id_watcher"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_confirmed_at"), ["confirmed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_link_id"), ["link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_prisoner_id"), ["prisoner_id"], unique=False)
        batch_op.create_index(
            "ix_watch_unconfirmed",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_watch_watcher_id_case_id",
            ["watcher_id", "case_id"],
            unique=True,
            sqlite_where=sa.text("case_id IS NOT NULL"),
            postgresql_where=sa.text("case_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_watch_watcher_id_prisoner_id",
            ["watcher_id", "prisoner_id"],
            unique=True,
            sqlite_where=sa.text("prisoner_id IS NOT NULL"),
            postgresql_where=sa.text("prisoner_id IS NOT NULL"),
        )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("watcher_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(volunteer_id IS NULL) <> (watcher_id IS NULL)", name=op.f("ck_attendance_one_person")),
        sa.ForeignKeyConstraint(
            ["hearing_id"], ["hearing.id"], name=op.f("fk_attendance_hearing_id_hearing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_attendance_volunteer_id_volunteer")),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watcher.id"], name=op.f("fk_attendance_watcher_id_watcher"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("hearing_id", "volunteer_id", name=op.f("uq_attendance_hearing_id_volunteer_id")),
        sa.UniqueConstraint("hearing_id", "watcher_id", name=op.f("uq_attendance_hearing_id_watcher_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_volunteer_id"), ["volunteer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_watcher_id"), ["watcher_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hearing_id"], ["hearing.id"], name=op.f("fk_sitting_hearing_id_hearing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index("ix_sitting_on", ["on"], unique=False)
        batch_op.create_index("uq_sitting_hearing_id_on_at", ["hearing_id", "on", "at"], unique=True)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "ix_assignment_running_letters",
            ["last_letter_on", "since", "last_reply_on", "rhythm_days", "part"],
            unique=False,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    with op.batch_alter_table("case_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("detained_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_person_detained_changed_at"), ["detained_changed_at"], unique=False)

    with op.batch_alter_table("collective", schema=None) as batch_op:
        batch_op.add_column(sa.Column("most_disclosure", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("mails_kept_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reply_to_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("ping_url_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("roughly", sa.String(10), nullable=True))
        batch_op.add_column(sa.Column("latest_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("outcome_note_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("outcome_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome_effects", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("follows_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_hearing_changed_at", ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hearing_follows_id"), ["follows_id"], unique=False)
        batch_op.create_index(
            "ix_hearing_without_outcome",
            ["on"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_hearing_outcome_by_id_volunteer"), "volunteer", ["outcome_by_id"], ["id"]
        )
        batch_op.create_check_constraint("either_day_or_roughly", '"on" IS NULL OR roughly IS NULL')
        batch_op.create_check_constraint("window_goes_forward", 'latest_on IS NULL OR latest_on > "on"')
        batch_op.create_foreign_key(batch_op.f("fk_hearing_follows_id_hearing"), "hearing", ["follows_id"], ["id"])

    with op.batch_alter_table("hearing_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("roughly", sa.String(10), nullable=True))
        batch_op.add_column(sa.Column("latest_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("sittings", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))

    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_changed_at"), ["changed_at"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint("has_reader", type_="check")
        batch_op.add_column(sa.Column("watcher_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("digest_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_outbox_digest_id", ["digest_id"], unique=False)
        batch_op.create_index("ix_outbox_expires_at", ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_handled_at"), ["handled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_tried_at"), ["tried_at"], unique=False)
        batch_op.create_index("ix_outbox_watcher_id_due_at", ["watcher_id", "due_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_digest_id_outbox"), "outbox", ["digest_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint("has_reader", _HAS_READER)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_watcher_id_watcher"), "watcher", ["watcher_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("prisoner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("birth_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("keeps_leap_day_on", sa.String(32), nullable=False, server_default="feb28"))
        batch_op.add_column(sa.Column("release_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("release_revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_prisoner_birth_changed_at"), ["birth_changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_prisoner_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_prisoner_release_changed_at"), ["release_changed_at"], unique=False)

    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("former_habits", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("quiet_from", sa.Time(), nullable=False, server_default="22:00:00.000000"))
        batch_op.add_column(sa.Column("quiet_until", sa.Time(), nullable=False, server_default="07:00:00.000000"))
        batch_op.add_column(sa.Column("mail_mode", sa.String(32), nullable=False, server_default="each"))
        batch_op.add_column(sa.Column("digest_at", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("digest_takes_all", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("disclosure", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("pgp_key_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("pgp_fingerprint_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("pgp_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("pgp_state", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("bounces", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    _forget_what_was_not_known_before()
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.drop_column("bounces")
        batch_op.drop_column("pgp_state")
        batch_op.drop_column("pgp_expires_at")
        batch_op.drop_column("pgp_fingerprint_sealed")
        batch_op.drop_column("pgp_key_sealed")
        batch_op.drop_column("disclosure")
        batch_op.drop_column("digest_takes_all")
        batch_op.drop_column("digest_at")
        batch_op.drop_column("mail_mode")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("former_habits")

    with op.batch_alter_table("prisoner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prisoner_release_changed_at"))
        batch_op.drop_index(batch_op.f("ix_prisoner_created_at"))
        batch_op.drop_index(batch_op.f("ix_prisoner_birth_changed_at"))
        batch_op.drop_column("release_revision")
        batch_op.drop_column("release_changed_at")
        batch_op.drop_column("keeps_leap_day_on")
        batch_op.drop_column("birth_changed_at")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint("has_reader", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_outbox_watcher_id_watcher"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_outbox_digest_id_outbox"), type_="foreignkey")
        batch_op.drop_index("ix_outbox_watcher_id_due_at")
        batch_op.drop_index(batch_op.f("ix_outbox_tried_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_handled_at"))
        batch_op.drop_index("ix_outbox_expires_at")
        batch_op.drop_index("ix_outbox_digest_id")
        batch_op.drop_column("digest_id")
        batch_op.drop_column("watcher_id")
        batch_op.create_check_constraint("has_reader", _HAD_READER)

    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_changed_at"))

    with op.batch_alter_table("hearing_change", schema=None) as batch_op:
        batch_op.drop_column("sittings")
        batch_op.drop_column("latest_on")
        batch_op.drop_column("roughly")

    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.drop_constraint("either_day_or_roughly", type_="check")
        batch_op.drop_constraint("window_goes_forward", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_hearing_follows_id_hearing"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_hearing_outcome_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_index(
            "ix_hearing_without_outcome",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_hearing_follows_id"))
        batch_op.drop_index("ix_hearing_changed_at")
        batch_op.drop_column("follows_id")
        batch_op.drop_column("outcome_effects")
        batch_op.drop_column("outcome_at")
        batch_op.drop_column("outcome_by_id")
        batch_op.drop_column("outcome_note_sealed")
        batch_op.drop_column("outcome")
        batch_op.drop_column("latest_on")
        batch_op.drop_column("roughly")

    with op.batch_alter_table("collective", schema=None) as batch_op:
        batch_op.drop_column("ping_url_sealed")
        batch_op.drop_column("reply_to_sealed")
        batch_op.drop_column("mails_kept_days")
        batch_op.drop_column("most_disclosure")

    with op.batch_alter_table("case_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_person_detained_changed_at"))
        batch_op.drop_column("detained_changed_at")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_assignment_running_letters",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_assignment_created_at"))

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index("uq_sitting_hearing_id_on_at")
        batch_op.drop_index("ix_sitting_on")

    op.drop_table("sitting")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_watcher_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_volunteer_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_watch_watcher_id_prisoner_id",
            sqlite_where=sa.text("prisoner_id IS NOT NULL"),
            postgresql_where=sa.text("prisoner_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_watch_watcher_id_case_id",
            sqlite_where=sa.text("case_id IS NOT NULL"),
            postgresql_where=sa.text("case_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_watch_unconfirmed",
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_watch_prisoner_id"))
        batch_op.drop_index(batch_op.f("ix_watch_link_id"))
        batch_op.drop_index(batch_op.f("ix_watch_confirmed_at"))
        batch_op.drop_index(batch_op.f("ix_watch_case_id"))

    op.drop_table("watch")
    with op.batch_alter_table("watch_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_link_prisoner_id"))
        batch_op.drop_index(batch_op.f("ix_watch_link_case_id"))

    op.drop_table("watch_link")
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snooze_recipient_id"))

    op.drop_table("snooze")
    with op.batch_alter_table("parcel_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_window_prisoner_id"))
        batch_op.drop_index(batch_op.f("ix_parcel_window_changed_at"))

    op.drop_table("parcel_window")
    with op.batch_alter_table("own_ladder", schema=None) as batch_op:
        batch_op.drop_index("ix_own_ladder_volunteer_id")
        batch_op.drop_index("ix_own_ladder_prisoner_id")

    op.drop_table("own_ladder")
    with op.batch_alter_table("muted", schema=None) as batch_op:
        batch_op.drop_index("ix_muted_watcher_id")
        batch_op.drop_index(batch_op.f("ix_muted_prisoner_id"))

    op.drop_table("muted")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_deadline_status_on")
        batch_op.drop_index(batch_op.f("ix_deadline_prisoner_id"))
        batch_op.drop_index(batch_op.f("ix_deadline_changed_at"))
        batch_op.drop_index(batch_op.f("ix_deadline_case_id"))

    op.drop_table("deadline")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_volunteer_id"))

    op.drop_table("calendar_feed")
    with op.batch_alter_table("address_reveal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_reveal_watcher_id"))
        batch_op.drop_index(batch_op.f("ix_address_reveal_at"))

    op.drop_table("address_reveal")
    op.drop_table("watcher")
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_at"))

    op.drop_table("recheck")
    op.drop_table("mail_tally")


def _forget_what_was_not_known_before() -> None:
    """Mails of kinds and states that did not exist go; hearings of a month only become such without a date."""
    outbox = sa.table(
        "outbox",
        sa.column("kind", sa.String(32)),
        sa.column("state", sa.String(32)),
        sa.column("reason", sa.String(32)),
        sa.column("recipient_id", sa.Uuid()),
        sa.column("watcher_id", sa.Uuid()),
        sa.column("change", sa.String(32)),
        sa.column("digest_id", sa.Uuid()),
    )
    op.execute(sa.update(outbox).values(digest_id=None))
    op.execute(
        sa.delete(outbox).where(
            sa.or_(
                outbox.c.kind.not_in(_KINDS_BEFORE),
                outbox.c.state.not_in(_STATES_BEFORE),
                outbox.c.reason.not_in(_REASONS_BEFORE),
                sa.and_(outbox.c.change.is_not(None), outbox.c.change.not_in(_CHANGES_BEFORE)),
                outbox.c.watcher_id.is_not(None),
            )
        )
    )
    attempt = sa.table("attempt", sa.column("outbox_id", sa.Uuid()))
    kept = sa.table("outbox", sa.column("id", sa.Uuid()))
    op.execute(sa.delete(attempt).where(attempt.c.outbox_id.not_in(sa.select(kept.c.id))))
    hearing = sa.table("hearing", sa.column("on", sa.Date()), sa.column("status", sa.String(32)))
    op.execute(
        sa.update(hearing).where(hearing.c.on.is_(None), hearing.c.status == "scheduled").values(status="sine_die")
    )
