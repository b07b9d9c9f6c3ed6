"""What a collective has decided for itself."""
