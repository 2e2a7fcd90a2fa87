"""What the books refuse, as classes of the one error tree; data are numbers and field names, never a name.

::

    NotFound ─── BookMissing, LineMissing
    NotAllowed ─ SamePerson
    InvalidInput AmountOutOfRange, WrongLine, FactMissing
    Conflict ─┬─ BookNotOpen, InsufficientCredits, HolderOwes, RestoreFirst, RevisionOutOfOrder, BatchDiffers
              └─ AlreadyDone ─ AlreadyEnded, SourceClash
"""

from typing import ClassVar

from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed, NotFound


class BookMissing(NotFound):
    """The holder has no book."""

    code: ClassVar[str] = "book-missing"
    default_message: ClassVar[str] = "没有找到这个户口的存折。"


class LineMissing(NotFound):
    """The book has no line of that number."""

    code: ClassVar[str] = "line-missing"
    default_message: ClassVar[str] = "存折里没有这一笔。"


class SamePerson(NotAllowed):
    """Maker and checker are the same person."""

    code: ClassVar[str] = "same-person"
    default_message: ClassVar[str] = "经办人和复核人必须是两个人。"


class AmountOutOfRange(InvalidInput):
    """Amounts are positive and bounded; ``amount_hundredths``."""

    code: ClassVar[str] = "amount-out-of-range"
    default_message: ClassVar[str] = "学分数额超出允许的范围。"


class WrongLine(InvalidInput):
    """The line to end is of another kind or amount; ``field`` says which."""

    code: ClassVar[str] = "wrong-line"
    default_message: ClassVar[str] = "这一笔不能用来结束所指的那一笔。"


class FactMissing(InvalidInput):
    """A line of this kind needs this fact, or may not carry it; ``field``."""

    code: ClassVar[str] = "fact-missing"
    default_message: ClassVar[str] = "记账所需的内容不完整。"


class BookNotOpen(Conflict):
    """The book is frozen or closed; ``state``."""

    code: ClassVar[str] = "book-not-open"
    default_message: ClassVar[str] = "这个户口已冻结或已注销，不能记账。"


class InsufficientCredits(Conflict):
    """Less is available than asked; ``needed_hundredths``, ``available_hundredths``."""

    code: ClassVar[str] = "insufficient-credits"
    default_message: ClassVar[str] = "可用学分不足。"


class HolderOwes(Conflict):
    """The holder owes credits and can neither hold nor let expire; ``owed_hundredths``."""

    code: ClassVar[str] = "holder-owes"
    default_message: ClassVar[str] = "账户有待补学分，补足以后才能兑换。"


class RestoreFirst(Conflict):
    """The earn has expired in part: it is restored, then reversed; ``expired_hundredths``."""

    code: ClassVar[str] = "restore-first"
    default_message: ClassVar[str] = "这笔学分已有部分过期，须先恢复再冲正。"


class RevisionOutOfOrder(Conflict):
    """A later revision is posted only when the one before is reversed; ``revision``."""

    code: ClassVar[str] = "revision-out-of-order"
    default_message: ClassVar[str] = "前一次登记还没有冲正，不能登记更正后的成果。"


class BatchDiffers(Conflict):
    """A batch of that subject exists with other content; ``field`` says what differs."""

    code: ClassVar[str] = "batch-differs"
    default_message: ClassVar[str] = "同一批次已经开始入账，而且内容不同。"


class AlreadyEnded(AlreadyDone):
    """The line was ended before, in another way; ``by_kind`` and ``by_seq`` say how."""

    code: ClassVar[str] = "already-ended"
    default_message: ClassVar[str] = "这一笔已经了结。"


class SourceClash(AlreadyDone):
    """The same source was posted before with other facts; ``field`` names the first that differs, ``seq`` the line."""

    code: ClassVar[str] = "source-clash"
    default_message: ClassVar[str] = "同一来源已经记过账，而且内容不同。"
