"""Certificates of the alliance (R-1 … R-4): the ladder a student stands on, issue, public check, revocation.

A certificate is issued only for a settled redemption. It never claims to be a state grade, title or qualification.
"""
