"""Gathers every table, for the migrations and for tests. Imports only."""

import tracker.accounts.models
import tracker.assignments.models
import tracker.cases.models
import tracker.dates.models
import tracker.exchange.models
import tracker.facilities.models
import tracker.letters.models
import tracker.parcels.models
import tracker.prisoners.models
import tracker.reminders.models
import tracker.sealing.models
import tracker.sources.models
import tracker.volunteers.models  # noqa: F401
