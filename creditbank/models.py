"""Re-exports of every part's models, for Django alone."""
