"""The part `messages`: the in-app inbox of each person.

A message is a template and plain facts (numbers of returns, counts, credits); it must never carry a name, the number
of an identity document or a telephone number, and it never moves or decides anything.
"""
