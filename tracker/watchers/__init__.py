"""Court watchers without an account: they confirm an address once and are told of hearings."""
