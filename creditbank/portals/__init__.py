"""The part `portals`; see docs/architecture.md."""
