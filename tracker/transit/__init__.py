"""How long the post takes, learned from what was logged; and what silence means."""
