"""Sign-in, sessions, invitations."""
