"""Corrections of accounts (户口更正): two accounts of one person become one, a shared one two; an identity is erased.

Two persons of the office stand behind each, and neither it concerns. Credits are replayed by the ledger, never moved by
hand; what hangs on the lines follows them here. What is undone is shown before it is done.
"""
