"""A paper is drawn from the bank by a blueprint and a seed: the same three always give the same paper (R-x.1)."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from creditbank.errors import Unavailable
from creditbank.examinations.questions import Question, QuestionKind

FULL_MARK: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """How many questions of a kind, from which difficulties (both included), about which clause; points for each."""

    kind: QuestionKind
    count: int
    points: int
    easiest: int = 1
    hardest: int = 5
    clause: str = ""

    def fits(self, question: Question) -> bool:
        """Whether the question may stand in this part."""
        return (
            question.kind is self.kind
            and self.easiest <= question.difficulty <= self.hardest
            and self.clause in {"", question.clause}
        )


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A question of a paper: its key, the order in which its choices are shown, its points."""

    key: str
    order: tuple[int, ...]
    points: int


def draw_paper(bank: Mapping[str, Question], parts: Sequence[Part], seed: int) -> tuple[PaperItem, ...]:
    """The paper of a seed; no question stands in it twice, and choices are shuffled (not of true-false questions).

    Raises ``Unavailable`` when the bank has too few questions for a part.
    """
    chance = random.Random(seed)  # noqa: S311  (a seed has to give the same paper again; the seed itself is drawn safely)
    used: set[str] = set()
    items: list[PaperItem] = []
    # The parts that fewest questions fit draw first, so that a wider part never takes their last ones.
    fitting = {place: sorted(key for key in bank if part.fits(bank[key])) for place, part in enumerate(parts)}
    drawn: dict[int, list[str]] = {}
    for place in sorted(fitting, key=lambda each: (len(fitting[each]), each)):
        free = [key for key in fitting[place] if key not in used]
        if len(free) < parts[place].count:
            raise Unavailable("题库里的题不够组成一份试卷，请联系管理小组。", code="bank-too-small", part=place + 1)
        drawn[place] = chance.sample(free, parts[place].count)
        used.update(drawn[place])
    for place, part in enumerate(parts):
        items.extend(PaperItem(key, _shuffled(bank[key], chance), part.points) for key in drawn[place])
    return tuple(items)


def full_mark(parts: Sequence[Part]) -> int:
    """The points of the whole paper."""
    return sum(part.count * part.points for part in parts)


def points_for(question: Question, chosen: frozenset[int], points: int, *, partial: bool) -> int:
    """The points for what was chosen (places in the question, not as shown).

    Exactly the right choices give all. With ``partial`` a multiple question gives half, rounded down, for a part of
    the right ones and nothing wrong; anything else gives none.
    """
    right = frozenset(question.right)
    if chosen == right:
        return points
    if partial and question.kind is QuestionKind.MULTIPLE and chosen and chosen < right:
        return points // 2
    return 0


def _shuffled(question: Question, chance: random.Random) -> tuple[int, ...]:
    order = list(range(len(question.choices)))
    if question.kind is not QuestionKind.TRUE_FALSE:
        chance.shuffle(order)
    return tuple(order)
