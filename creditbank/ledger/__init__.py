"""The books: holders, lines and nothing else; no student, no product, no screen.

A holder has one book. A line is written once, says what happened *and* how the book stands after it, and is never
changed: the balance is the last line. Verbs for one line are in :mod:`posting`, for many in :mod:`bulk`, books
themselves in :mod:`books`; :mod:`verify` proves the whole. This part must never learn who a holder is, never move a
credit in any other way than by a line, and never read the clock.
"""
