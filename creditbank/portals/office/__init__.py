"""Management group pages, under /office/."""
