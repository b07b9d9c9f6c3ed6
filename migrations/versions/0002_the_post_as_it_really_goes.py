"""the post as it really goes

Revision: 0002; follows: 0001
"""

from __future__ import annotations

from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collective",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scans_allowed", sa.Boolean(), nullable=False),
        sa.Column("scans_kept_days", sa.Integer(), nullable=True),
        sa.Column("stale_after_days", sa.Integer(), nullable=True),
        sa.Column("claim_days", sa.Integer(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collective")),
    )
    op.create_table(
        "evening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("most_letters", sa.Integer(), nullable=True),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("numbered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["volunteer.id"], name=op.f("fk_evening_created_by_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evening")),
    )
    with op.batch_alter_table("evening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evening_on"), ["on"], unique=False)

    op.create_table(
        "family_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("label_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["volunteer.id"], name=op.f("fk_family_link_created_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_family_link_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_family_link_token_hash")),
    )
    with op.batch_alter_table("family_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_link_prisoner_id"), ["prisoner_id"], unique=False)

    op.create_table(
        "print_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["volunteer.id"], name=op.f("fk_print_job_asked_by_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_job_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_job_asked_by_id"), ["asked_by_id"], unique=False)

    op.create_table(
        "evening_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evening_id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evening_id"], ["evening.id"], name=op.f("fk_evening_person_evening_id_evening"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_evening_person_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evening_person")),
        sa.UniqueConstraint("evening_id", "prisoner_id", name=op.f("uq_evening_person_evening_id_prisoner_id")),
    )
    with op.batch_alter_table("evening_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evening_person_prisoner_id"), ["prisoner_id"], unique=False)

    op.create_table(
        "facility_channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("works", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_from", sa.String(32), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_facility_channel_facility_id_facility"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_channel")),
    )
    with op.batch_alter_table("facility_channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facility_channel_facility_id"), ["facility_id"], unique=False)

    op.create_table(
        "facility_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("limit", sa.String(32), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("window", sa.String(32), nullable=True),
        sa.Column("spacing_days", sa.Integer(), nullable=True),
        sa.Column("counts", sa.String(32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("confidence", sa.String(32), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["volunteer.id"], name=op.f("fk_facility_rule_entered_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_facility_rule_facility_id_facility"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_rule")),
    )
    with op.batch_alter_table("facility_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facility_rule_facility_id"), ["facility_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("from_assignment_id", sa.Uuid(), nullable=False),
        sa.Column("to_assignment_id", sa.Uuid(), nullable=True),
        sa.Column("interests_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("promises_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("questions_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("signed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("rhythm_days", sa.Integer(), nullable=True),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_assignment_id"], ["assignment.id"], name=op.f("fk_handover_from_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_handover_prisoner_id_prisoner")),
        sa.ForeignKeyConstraint(
            ["to_assignment_id"], ["assignment.id"], name=op.f("fk_handover_to_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["volunteer.id"], name=op.f("fk_handover_written_by_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("from_assignment_id", name=op.f("uq_handover_from_assignment_id")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(
            "ix_handover_open",
            ["begun_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_handover_prisoner_id"), ["prisoner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_to_assignment_id"), ["to_assignment_id"], unique=False)

    op.create_table(
        "tally_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evening_id", sa.Uuid(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["volunteer.id"], name=op.f("fk_tally_batch_entered_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(["evening_id"], ["evening.id"], name=op.f("fk_tally_batch_evening_id_evening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_batch")),
    )
    with op.batch_alter_table("tally_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tally_batch_evening_id"), ["evening_id"], unique=False)

    op.create_table(
        "transit_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("leg", sa.String(32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_transit_count_facility_id_facility"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transit_count")),
        sa.UniqueConstraint(
            "facility_id", "channel", "leg", "days", name=op.f("uq_transit_count_facility_id_channel_leg_days")
        ),
    )
    op.create_table(
        "transit_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("leg", sa.String(32), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("low_days", sa.Integer(), nullable=False),
        sa.Column("median_days", sa.Integer(), nullable=False),
        sa.Column("high_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_transit_time_facility_id_facility"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transit_time")),
        sa.UniqueConstraint("facility_id", "channel", "leg", name=op.f("uq_transit_time_facility_id_channel_leg")),
    )
    op.create_table(
        "tally",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["tally_batch.id"], name=op.f("fk_tally_batch_id_tally_batch")),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_tally_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint("batch_id", "prisoner_id", name=op.f("uq_tally_batch_id_prisoner_id")),
    )
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.create_index("ix_tally_prisoner_id_on", ["prisoner_id", "on"], unique=False)

    op.create_table(
        "parcel_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=True),
        sa.Column("answered", sa.JSON(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("claimed_by_id", sa.Uuid(), nullable=True),
        sa.Column("family_link_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["volunteer.id"], name=op.f("fk_parcel_claim_claimed_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(
            ["family_link_id"], ["family_link.id"], name=op.f("fk_parcel_claim_family_link_id_family_link")
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_claim_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_parcel_claim_prisoner_id_prisoner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_claim")),
    )
    with op.batch_alter_table("parcel_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_claim_claimed_by_id"), ["claimed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_claim_lapses_at"), ["lapses_at"], unique=False)
        batch_op.create_index("ix_parcel_claim_prisoner_id_planned_on", ["prisoner_id", "planned_on"], unique=False)

    op.create_table(
        "parcel_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("how_many", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_item_parcel_id_parcel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_item")),
    )
    with op.batch_alter_table("parcel_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_item_parcel_id"), ["parcel_id"], unique=False)
        batch_op.create_index(
            "ix_parcel_item_refused",
            ["parcel_id"],
            unique=False,
            sqlite_where=sa.text("is_refused"),
            postgresql_where=sa.text("is_refused"),
        )

    op.create_table(
        "prepared_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("translated_on", sa.Date(), nullable=True),
        sa.Column("translated_by_id", sa.Uuid(), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["volunteer.id"], name=op.f("fk_prepared_letter_created_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_prepared_letter_letter_id_letter")),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_prepared_letter_prisoner_id_prisoner")),
        sa.ForeignKeyConstraint(
            ["translated_by_id"], ["volunteer.id"], name=op.f("fk_prepared_letter_translated_by_id_volunteer")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_prepared_letter_volunteer_id_volunteer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_letter")),
        sa.UniqueConstraint("form_id", name=op.f("uq_prepared_letter_form_id")),
    )
    with op.batch_alter_table("prepared_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prepared_letter_is_waiting"), ["is_waiting"], unique=False)
        batch_op.create_index(batch_op.f("ix_prepared_letter_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index("ix_prepared_letter_prisoner_id_letter_id", ["prisoner_id", "letter_id"], unique=False)
        batch_op.create_index("ix_prepared_letter_volunteer_id_letter_id", ["volunteer_id", "letter_id"], unique=False)

    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_scan_letter_id_letter")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["volunteer.id"], name=op.f("fk_scan_uploaded_by_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_delete_on"), ["delete_on"], unique=False)
        batch_op.create_index("ix_scan_letter_id_position", ["letter_id", "position"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prisoner_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("settled_from", sa.Date(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_task_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["volunteer.id"], name=op.f("fk_task_closed_by_id_volunteer")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_task_letter_id_letter")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_task_placement_id_placement")),
        sa.ForeignKeyConstraint(["prisoner_id"], ["prisoner.id"], name=op.f("fk_task_prisoner_id_prisoner")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["placement.id"], name=op.f("fk_task_superseded_by_id_placement")
        ),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_task_volunteer_id_volunteer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("key", name=op.f("uq_task_key")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_assignment_id"), ["assignment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(
            "ix_task_open",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_task_placement_id"), ["placement_id"], unique=False)
        batch_op.create_index("ix_task_prisoner_id_closed_at", ["prisoner_id", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_superseded_by_id"), ["superseded_by_id"], unique=False)
        batch_op.create_index("ix_task_volunteer_id_closed_at", ["volunteer_id", "closed_at"], unique=False)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pen_name_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("rhythm_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("stands_in_for_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("last_reply_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waiting_since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waiting_by", sa.String(32), nullable=True))
        batch_op.create_index(batch_op.f("ix_assignment_stands_in_for_id"), ["stands_in_for_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_stands_in_for_id_assignment"), "assignment", ["stands_in_for_id"], ["id"]
        )

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.add_column(sa.Column("located_at", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("located_at_latin", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("needs_birth_year", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("needs_number", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("number_label", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("letter_languages", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("most_pages", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("most_photos", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("who_may_write", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("refused_things", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("regime", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("verified_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("verified_from", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("verified_note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_facility_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_facility_verified_by_id_volunteer"), "volunteer", ["verified_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_facility_merged_into_id_facility"), "facility", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(32), nullable=False, server_default="post"))
        batch_op.add_column(sa.Column("service", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("pages", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("language", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("is_translated", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("translated_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("cost_minor", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("currency", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("delivered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("stopped_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("given_up_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reply_form", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("reply_form_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("arrived_opened", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("arrived_blackened", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("arrived_incomplete", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            "ix_letter_came_back",
            ["placement_id"],
            unique=False,
            sqlite_where=sa.text("returned_on IS NOT NULL"),
            postgresql_where=sa.text("returned_on IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_letter_translated_by_id_volunteer"), "volunteer", ["translated_by_id"], ["id"]
        )

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("letter_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("promised_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("promised_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("done_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("parcel_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("entered_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_need_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(
            "ix_need_open",
            ["promised_until"],
            unique=False,
            sqlite_where=sa.text("done_on IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("done_on IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_need_parcel_id"), ["parcel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_promised_by_id"), ["promised_by_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_need_parcel_id_parcel"), "parcel", ["parcel_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_need_promised_by_id_volunteer"), "volunteer", ["promised_by_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_need_letter_id_letter"), "letter", ["letter_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_need_done_by_id_volunteer"), "volunteer", ["done_by_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_need_entered_by_id_volunteer"), "volunteer", ["entered_by_id"], ["id"]
        )

    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(32), nullable=False, server_default="parcel"))
        batch_op.add_column(sa.Column("category", sa.String(32), nullable=False, server_default="ordinary"))
        batch_op.add_column(sa.Column("sent_by", sa.String(32), nullable=False, server_default="ours"))
        batch_op.add_column(sa.Column("placement_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("postage_minor", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("goods_minor", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("currency", sa.Text(), nullable=True))
        batch_op.create_index("ix_parcel_posted_on", ["posted_on"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_parcel_placement_id_placement"), "placement", ["placement_id"], ["id"]
        )

    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("regime", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("conditions", sa.String(32), nullable=True))

    with op.batch_alter_table("prisoner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sex", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("waiting_since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waiting_by", sa.String(32), nullable=True))
        batch_op.create_index(batch_op.f("ix_prisoner_waiting_since"), ["waiting_since"], unique=False)

    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_from", sa.Date(), nullable=True))

    _contents_to_lines()
    _channel_follows_kind()
    _e_letters_to_ways()
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_column("contents")

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_column("accepts_e_letters")


def downgrade() -> None:
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contents", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accepts_e_letters", sa.Boolean(), nullable=True))

    _lines_to_contents()
    _ways_to_e_letters()
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.drop_column("away_from")

    with op.batch_alter_table("prisoner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prisoner_waiting_since"))
        batch_op.drop_column("waiting_by")
        batch_op.drop_column("waiting_since")
        batch_op.drop_column("sex")

    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_column("conditions")
        batch_op.drop_column("regime")

    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_parcel_placement_id_placement"), type_="foreignkey")
        batch_op.drop_index("ix_parcel_posted_on")
        batch_op.drop_column("currency")
        batch_op.drop_column("goods_minor")
        batch_op.drop_column("postage_minor")
        batch_op.drop_column("placement_id")
        batch_op.drop_column("sent_by")
        batch_op.drop_column("category")
        batch_op.drop_column("kind")

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_need_entered_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_need_done_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_need_letter_id_letter"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_need_promised_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_need_parcel_id_parcel"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_need_promised_by_id"))
        batch_op.drop_index(batch_op.f("ix_need_parcel_id"))
        batch_op.drop_index(
            "ix_need_open",
            sqlite_where=sa.text("done_on IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("done_on IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_need_letter_id"))
        batch_op.drop_column("created_at")
        batch_op.drop_column("entered_by_id")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("parcel_id")
        batch_op.drop_column("done_by_id")
        batch_op.drop_column("done_on")
        batch_op.drop_column("promised_until")
        batch_op.drop_column("promised_by_id")
        batch_op.drop_column("letter_id")
        batch_op.drop_column("asked_on")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_letter_translated_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_index(
            "ix_letter_came_back",
            sqlite_where=sa.text("returned_on IS NOT NULL"),
            postgresql_where=sa.text("returned_on IS NOT NULL"),
        )
        batch_op.drop_column("arrived_incomplete")
        batch_op.drop_column("arrived_blackened")
        batch_op.drop_column("arrived_opened")
        batch_op.drop_column("reply_form_on")
        batch_op.drop_column("reply_form")
        batch_op.drop_column("given_up_on")
        batch_op.drop_column("stopped_on")
        batch_op.drop_column("delivered_on")
        batch_op.drop_column("currency")
        batch_op.drop_column("cost_minor")
        batch_op.drop_column("translated_by_id")
        batch_op.drop_column("is_translated")
        batch_op.drop_column("language")
        batch_op.drop_column("pages")
        batch_op.drop_column("number")
        batch_op.drop_column("service")
        batch_op.drop_column("channel")

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_facility_merged_into_id_facility"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_facility_verified_by_id_volunteer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_facility_merged_into_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("verified_note")
        batch_op.drop_column("verified_from")
        batch_op.drop_column("verified_by_id")
        batch_op.drop_column("regime")
        batch_op.drop_column("refused_things")
        batch_op.drop_column("who_may_write")
        batch_op.drop_column("most_photos")
        batch_op.drop_column("most_pages")
        batch_op.drop_column("letter_languages")
        batch_op.drop_column("number_label")
        batch_op.drop_column("needs_number")
        batch_op.drop_column("needs_birth_year")
        batch_op.drop_column("located_at_latin")
        batch_op.drop_column("located_at")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_assignment_stands_in_for_id_assignment"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_assignment_stands_in_for_id"))
        batch_op.drop_column("waiting_by")
        batch_op.drop_column("waiting_since")
        batch_op.drop_column("last_reply_on")
        batch_op.drop_column("stands_in_for_id")
        batch_op.drop_column("rhythm_days")
        batch_op.drop_column("pen_name_sealed")

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_volunteer_id_closed_at")
        batch_op.drop_index(batch_op.f("ix_task_superseded_by_id"))
        batch_op.drop_index("ix_task_prisoner_id_closed_at")
        batch_op.drop_index(batch_op.f("ix_task_placement_id"))
        batch_op.drop_index(
            "ix_task_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_task_letter_id"))
        batch_op.drop_index(batch_op.f("ix_task_assignment_id"))

    op.drop_table("task")
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_letter_id_position")
        batch_op.drop_index(batch_op.f("ix_scan_delete_on"))

    op.drop_table("scan")
    with op.batch_alter_table("prepared_letter", schema=None) as batch_op:
        batch_op.drop_index("ix_prepared_letter_volunteer_id_letter_id")
        batch_op.drop_index("ix_prepared_letter_prisoner_id_letter_id")
        batch_op.drop_index(batch_op.f("ix_prepared_letter_letter_id"))
        batch_op.drop_index(batch_op.f("ix_prepared_letter_is_waiting"))

    op.drop_table("prepared_letter")
    with op.batch_alter_table("parcel_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_parcel_item_refused", sqlite_where=sa.text("is_refused"), postgresql_where=sa.text("is_refused")
        )
        batch_op.drop_index(batch_op.f("ix_parcel_item_parcel_id"))

    op.drop_table("parcel_item")
    with op.batch_alter_table("parcel_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_claim_prisoner_id_planned_on")
        batch_op.drop_index(batch_op.f("ix_parcel_claim_lapses_at"))
        batch_op.drop_index(batch_op.f("ix_parcel_claim_claimed_by_id"))

    op.drop_table("parcel_claim")
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_prisoner_id_on")

    op.drop_table("tally")
    op.drop_table("transit_time")
    op.drop_table("transit_count")
    with op.batch_alter_table("tally_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tally_batch_evening_id"))

    op.drop_table("tally_batch")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_to_assignment_id"))
        batch_op.drop_index(batch_op.f("ix_handover_prisoner_id"))
        batch_op.drop_index(
            "ix_handover_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )

    op.drop_table("handover")
    with op.batch_alter_table("facility_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facility_rule_facility_id"))

    op.drop_table("facility_rule")
    with op.batch_alter_table("facility_channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facility_channel_facility_id"))

    op.drop_table("facility_channel")
    with op.batch_alter_table("evening_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evening_person_prisoner_id"))

    op.drop_table("evening_person")
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_job_asked_by_id"))
        batch_op.drop_index(batch_op.f("ix_print_job_asked_at"))

    op.drop_table("print_job")
    with op.batch_alter_table("family_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_link_prisoner_id"))

    op.drop_table("family_link")
    with op.batch_alter_table("evening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evening_on"))

    op.drop_table("evening")
    op.drop_table("collective")


def _contents_to_lines() -> None:
    """What was one text, one thing a line, becomes rows."""
    connection = op.get_bind()
    parcel = sa.table("parcel", sa.column("id", sa.Uuid()), sa.column("contents", sa.Text()))
    item = sa.table(
        "parcel_item",
        sa.column("id", sa.Uuid()),
        sa.column("parcel_id", sa.Uuid()),
        sa.column("position", sa.Integer()),
        sa.column("what", sa.Text()),
        sa.column("how_many", sa.Integer()),
        sa.column("is_refused", sa.Boolean()),
    )
    lines = [
        {"id": uuid4(), "parcel_id": row.id, "position": position, "what": line, "how_many": 1, "is_refused": False}
        for row in connection.execute(sa.select(parcel.c.id, parcel.c.contents))
        for position, line in enumerate(row.contents.splitlines())
    ]
    if lines:
        connection.execute(sa.insert(item), lines)


def _lines_to_contents() -> None:
    connection = op.get_bind()
    parcel = sa.table("parcel", sa.column("id", sa.Uuid()), sa.column("contents", sa.Text()))
    item = sa.table(
        "parcel_item",
        sa.column("parcel_id", sa.Uuid()),
        sa.column("position", sa.Integer()),
        sa.column("what", sa.Text()),
    )
    found: dict[UUID, list[str]] = {}
    for row in connection.execute(sa.select(item.c.parcel_id, item.c.what).order_by(item.c.parcel_id, item.c.position)):
        found.setdefault(row.parcel_id, []).append(row.what)
    for parcel_id, lines in found.items():
        connection.execute(sa.update(parcel).where(parcel.c.id == parcel_id).values(contents="\n".join(lines)))


def _channel_follows_kind() -> None:
    """Letters logged before channels were asked for."""
    letter = sa.table("letter", sa.column("kind", sa.String(32)), sa.column("channel", sa.String(32)))
    for kind in ("e_letter", "telegram"):
        op.get_bind().execute(sa.update(letter).where(letter.c.kind == kind).values(channel=kind))


def _e_letters_to_ways() -> None:
    """Whether e-letters are taken was a word of the facility, and is one of its ways now."""
    connection = op.get_bind()
    facility = sa.table(
        "facility",
        sa.column("id", sa.Uuid()),
        sa.column("accepts_e_letters", sa.Boolean()),
        sa.column("verified_on", sa.Date()),
    )
    way = _ways()
    known = connection.execute(sa.select(facility).where(facility.c.accepts_e_letters.is_not(None)))
    rows = [
        {
            "id": uuid4(),
            "facility_id": row.id,
            "channel": "e_letter",
            "works": row.accepts_e_letters,
            "verified_on": row.verified_on,
            "position": 0,
        }
        for row in known
    ]
    if rows:
        connection.execute(sa.insert(way), rows)


def _ways_to_e_letters() -> None:
    connection = op.get_bind()
    facility = sa.table("facility", sa.column("id", sa.Uuid()), sa.column("accepts_e_letters", sa.Boolean()))
    way = _ways()
    for row in connection.execute(sa.select(way.c.facility_id, way.c.works).where(way.c.channel == "e_letter")):
        connection.execute(
            sa.update(facility).where(facility.c.id == row.facility_id).values(accepts_e_letters=row.works)
        )


def _ways() -> sa.TableClause:
    return sa.table(
        "facility_channel",
        sa.column("id", sa.Uuid()),
        sa.column("facility_id", sa.Uuid()),
        sa.column("channel", sa.String(32)),
        sa.column("works", sa.Boolean()),
        sa.column("verified_on", sa.Date()),
        sa.column("position", sa.Integer()),
    )
