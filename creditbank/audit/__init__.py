"""The part `audit`: who did what, when, to what, under which clause; written with the change, never changed.

It must never hold a value (a name typed, a number, a reason's text): ids and the names of fields only. It must never
be the only place where something is remembered that the bank needs for its work.
"""
