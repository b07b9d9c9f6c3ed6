"""Days that matter: hearings, custody that runs out, release, birthdays, anniversaries."""
