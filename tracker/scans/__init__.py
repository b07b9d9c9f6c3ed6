"""Pictures of replies, sealed."""
