"""Public notices (公示) of what was redeemed and of what will change, objections to them, and freezes (M-12, R-P).

Subjects are opaque: a kind and a reference. It never moves a credit and never decides what an objection is about;
whoever owns the subject asks :func:`creditbank.notices.freezing.causes_of` before going on.
"""
