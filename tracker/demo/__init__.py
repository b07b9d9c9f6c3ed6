"""The demo collective: invented people, so that a newcomer finds something to look at."""
