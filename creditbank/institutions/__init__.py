"""The part `institutions`; see docs/architecture.md."""
