"""The catalogue of Article 11: items that the office added (等), dated price schedules, seats, budgets (I-8).

It knows prices and what is left of a scarce thing, never who asks: a taker is an opaque reference. Certificates have no
price here; theirs stands in the Rules.
"""
