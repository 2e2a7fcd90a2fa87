"""Counts and marks that every process of a deployment shares: how often, and whether already."""
