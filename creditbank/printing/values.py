"""What documents are made of: kinds of text with their limits, and the facts of the site on every footer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

Language = Literal["zh", "en"]
LANGUAGE_CODES: Final[Mapping[Language, str]] = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class TextRule:
    """How long a text may be, in characters; whether what can't be printed is spelled out instead of refused;
    whether it may have several lines; whether it is also drawn as a QR code."""

    limit: int
    spelled: bool = False
    lines: bool = False
    qr: bool = False


Line = Annotated[str, TextRule(120)]
"""One short exact text: a name, a number, a title. A character that can't be drawn refuses the document."""
ShortLine = Annotated[str, TextRule(60)]
"""An exact text for a narrow place: a name on a card or a slip."""
Address = Annotated[str, TextRule(300)]
"""A web address or a signature: exact, longer."""
Passage = Annotated[str, TextRule(3000, lines=True)]
"""An exact longer text by the office: a wording, a consent text."""
Wording = Annotated[str, TextRule(600, lines=True)]
"""The statement that an output must carry."""
ShortText = Annotated[str, TextRule(300, spelled=True)]
"""What people typed, for a cell of a table or a box of a form; unprintable characters are spelled as in free text."""
FreeText = Annotated[str, TextRule(3000, spelled=True, lines=True)]
"""What people typed (a reason, a file name): unprintable characters appear as <U+1F600>, nothing is hidden."""

QrText = Annotated[str, TextRule(300, qr=True)]
"""An exact text that the document also shows as a QR code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Who to turn to, printed on every page (M-13 … M-16)."""

    name: Line
    website: Line
    address: Line
    email: Line
    postcode: Line
    hotline: Line


ALLIANCE: Final = SiteFacts(
    name="全国学校联盟学分银行管理小组",
    website="www.cqesa.com",
    address="北京市东城区磁器库胡同3号",
    email="office@cqesa.com",
    postcode="100006",
    hotline="95130211",
)
"""The facts as the regulation prints them; an installation hands its own to each document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every document has. ``printed_at`` (aware) is also the PDF's own date, so equal values give equal bytes."""

    printed_at: datetime
    lang: Language = "zh"
    site: SiteFacts = ALLIANCE
