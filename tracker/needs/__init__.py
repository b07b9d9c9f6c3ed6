"""What prisoners ask for: promised by whom until when, and what became of it."""
