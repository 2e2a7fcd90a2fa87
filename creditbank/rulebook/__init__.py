"""Policy versions as the bank keeps them: which version of the law is in force on a date, and since when.

The law itself is a value of the part ``policy``; here it is published, dated and found again. Nothing here decides.
"""
