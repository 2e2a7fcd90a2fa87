"""The part `evaluation`; see docs/architecture.md."""
