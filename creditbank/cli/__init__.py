"""The part `cli`; see docs/architecture.md."""
