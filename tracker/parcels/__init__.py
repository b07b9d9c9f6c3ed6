"""Parcels: what is in them and what they weigh."""
