"""The part `printing`; see docs/architecture.md."""
