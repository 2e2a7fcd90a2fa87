"""The part `records`; see docs/architecture.md."""
