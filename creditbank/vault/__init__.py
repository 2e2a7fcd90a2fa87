"""The part `vault`; see docs/architecture.md."""
