"""The part `policy`; see docs/architecture.md."""
