"""Days as calendars: feeds that programs subscribe to, and single entries to download."""
