"""Places with an address and rules; a court is one too."""
