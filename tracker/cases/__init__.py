"""Cases, charges, measures and sentences, as in court."""
