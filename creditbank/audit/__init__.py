"""The part `audit`; see docs/architecture.md."""
