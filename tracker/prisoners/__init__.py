"""Who is inside, and where."""
