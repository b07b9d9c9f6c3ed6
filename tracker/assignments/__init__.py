"""Who has which part for whom, from when until when."""
