"""What every page stands on: session, forms, access, lookup, headers, errors, filters."""
