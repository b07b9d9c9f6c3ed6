"""Encryption of what would hurt someone, with a key that is not in the database."""
