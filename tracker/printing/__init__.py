"""Everything that is printed: labels, envelopes, a sheet for each person, the birthdays of a month."""
