"""How many parcels are allowed, by rules that are data; who has claimed a slot."""
