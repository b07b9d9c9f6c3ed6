"""One writer stops, another goes on: what she has to know, and no letter texts."""
