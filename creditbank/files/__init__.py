"""Stored files: content kept encrypted, outside the web root, found by hash. Knows nothing of what they mean."""
