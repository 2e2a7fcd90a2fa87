"""How a question did: the share that answered it right, and how well it tells strong from weak (R-x.1).

Both are given from 30 answers on; below, chance says more than the question. The point-biserial correlation is
corrected: a question is compared with the rest of the paper, not with a total that holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Final

ENOUGH_ANSWERS: Final = 30


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """``share_right`` from 0 to 1, ``discrimination`` from -1 to 1; ``None`` where too few answers or no spread."""

    answers: int
    share_right: float | None
    discrimination: float | None


def item_statistics(answers: Sequence[tuple[float, float]]) -> ItemStatistics:
    """From (share of this question's points, points of the whole paper without it), one pair a sitting."""
    count = len(answers)
    if count < ENOUGH_ANSWERS:
        return ItemStatistics(count, None, None)
    own = [each for each, _rest in answers]
    return ItemStatistics(count, fsum(own) / count, _correlation(own, [rest for _each, rest in answers]))


def _correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's correlation; with a question that is right or wrong it is the point-biserial one."""
    count = len(left)
    mean_left, mean_right = fsum(left) / count, fsum(right) / count
    spread_left = fsum((each - mean_left) ** 2 for each in left)
    spread_right = fsum((each - mean_right) ** 2 for each in right)
    if not spread_left or not spread_right:
        return None
    shared = fsum((a - mean_left) * (b - mean_right) for a, b in zip(left, right, strict=True))
    return max(-1.0, min(1.0, shared / sqrt(spread_left * spread_right)))
