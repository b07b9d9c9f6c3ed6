"""Gathers what every feature calls its values, for pages that show values of several. Imports only."""

import tracker.accounts.words
import tracker.assignments.words
import tracker.cases.credit_words
import tracker.cases.words
import tracker.collective.words
import tracker.dates.words
import tracker.evenings.words
import tracker.facilities.words
import tracker.handover.words
import tracker.letters.words
import tracker.needs.words
import tracker.openpgp.words
import tracker.parcels.words
import tracker.printing.words
import tracker.prisoners.words
import tracker.quotas.words
import tracker.reminders.words
import tracker.tasks.words
import tracker.transit.words  # noqa: F401
