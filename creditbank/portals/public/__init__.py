"""Pages for everybody, without a login."""
