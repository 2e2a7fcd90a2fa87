"""Student and guardian pages, under /me/."""
