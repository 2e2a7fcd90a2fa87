"""The part `demonstration`; see docs/architecture.md."""
