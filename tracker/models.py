"""Gathers every table, for the migrations and for tests. Imports only."""

import tracker.accounts.models
import tracker.assignments.models
import tracker.calendars.models
import tracker.cases.models
import tracker.collective.models
import tracker.dates.models
import tracker.evenings.models
import tracker.exchange.models
import tracker.facilities.models
import tracker.handover.models
import tracker.letters.models
import tracker.parcels.models
import tracker.printing.models
import tracker.prisoners.models
import tracker.quotas.models
import tracker.reminders.models
import tracker.scans.models
import tracker.sealing.models
import tracker.sources.models
import tracker.tasks.models
import tracker.transit.models
import tracker.volunteers.models
import tracker.watchers.models  # noqa: F401
