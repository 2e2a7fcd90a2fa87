"""Examinations (R-x.1). For now: results that the office records; sittings come later. Never shows an answer key."""
