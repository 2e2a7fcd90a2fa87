"""The part `rulebook`; see docs/architecture.md."""
