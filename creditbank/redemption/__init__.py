"""The part `redemption`; see docs/architecture.md."""
