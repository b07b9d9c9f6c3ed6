"""Who writes: handle, languages, capacity, and when mail should reach them."""
