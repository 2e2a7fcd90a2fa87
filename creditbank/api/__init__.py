"""The part `api`; see docs/architecture.md."""
