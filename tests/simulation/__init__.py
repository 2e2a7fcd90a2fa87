"""Seeded simulations of the books under failure."""
