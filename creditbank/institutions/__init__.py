"""Member institutions (M-10): who they are, who works there, what their keys may do, what their scheme is worth.

An institution reports and serves over its counter; it never posts a credit and never decides a redemption.
"""
