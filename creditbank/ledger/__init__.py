"""The part `ledger`; see docs/architecture.md."""
