"""Mail that only its reader can open: OpenPGP keys of volunteers, and encrypting to them."""
