"""The part `files`; see docs/architecture.md."""
