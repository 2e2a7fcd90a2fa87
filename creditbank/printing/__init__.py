"""Documents on paper: a typed value in, the bytes of a PDF out.

Printing knows no model, no rule and no clock: :mod:`documents` and :mod:`forms` are the values, and
:func:`rendering.render` sets them with typst. Data reach the templates in ``sheets/`` as JSON, never as source, so no
text of a person can become markup. Each PDF is tagged (PDF/A-2a and PDF/UA-1) and the same value gives the same bytes.
A character that no shipped font can draw is an error, never a box.
"""
