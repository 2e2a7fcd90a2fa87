"""Returns (申报单): read, check, submit, approve, review, post. The one road by which credits come in (M-4).

Three persons stand between a file and a credit: the clerk who submits, the institution's approver, the office's
reviewer. Checking leaves the books untouched; posting is resumable and never credits an achievement twice.
"""
