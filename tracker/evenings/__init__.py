"""People writing together, on paper: packs to print, tallies to enter."""
