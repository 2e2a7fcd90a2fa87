"""The part `messages`; see docs/architecture.md."""
