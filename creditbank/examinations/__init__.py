"""The part `examinations`; see docs/architecture.md."""
