"""The part `people`; see docs/architecture.md."""
