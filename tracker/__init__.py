"""Prisoner Support Tracker: who is inside, who writes to whom, and every day that matters."""
