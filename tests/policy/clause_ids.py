"""The clauses of the two texts, in their order: 管理办法 (M) and 细则 (R)."""

MEASURES = (
    *("M-P", "M-1", "M-2", "M-3", "M-4", "M-5", "M-6", "M-7", "M-8", "M-9", "M-10"),
    *("M-11.0", "M-11.1", "M-11.2.1", "M-11.2.2", "M-11.2.3", "M-11.2.4", "M-11.2.5", "M-11.2.6"),
    *("M-12", "M-13", "M-14", "M-15", "M-16", "M-17"),
)
RULES = (
    *("R-0", "R-1.1", "R-1.2", "R-1.3", "R-2.1", "R-2.2", "R-2.3", "R-3.1", "R-3.2", "R-3.3"),
    *("R-4.1", "R-4.2", "R-4.3", "R-4.4", "R-x.1", "R-P"),
)
INTERPRETATIONS = tuple(f"I-{number}" for number in range(1, 18))
