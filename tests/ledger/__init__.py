"""The part `ledger`, tested."""
