"""The part `certificates`; see docs/architecture.md."""
