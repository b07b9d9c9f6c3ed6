"""Where facts come from, and claims that contradict one another."""
