"""From a document's value to the bytes of its PDF.

The value is checked (lengths, characters), turned into JSON with its words in the asked and the other language, and
given to the typst template of its kind. Each template is compiled with the same two fonts and nothing from the machine.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Final, TypeAlias, get_args, get_type_hints

import segno
import typst
from django.utils import translation

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import InvalidInput, Unavailable
from creditbank.printing.documents import (
    CardFace,
    CertificateSheet,
    OpeningSlip,
    OpeningSlips,
    PassbookStatement,
    ReturnReceipt,
    StatementLine,
    StudentCards,
)
from creditbank.printing.forms import (
    ConsentPart,
    FormField,
    FormSection,
    OpeningForm,
    RedemptionForm,
    RequirementRow,
)
from creditbank.printing.glyphs import FAMILIES, font_files, printable, spelled
from creditbank.printing.values import LANGUAGE_CODES, Language, Sheet, SiteFacts, TextRule
from creditbank.printing.words import WORDS

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

SHEETS: Final = Path(__file__).parent / "sheets"
ROWS_LIMIT: Final = 2_000
_NO_TEXT: Final = TextRule(limit=10)  # a Literal or a number
_OTHER: Final[Mapping[Language, Language]] = {"zh": "en", "en": "zh"}
_TEMPLATES: Final[Mapping[type[Sheet], tuple[str, str]]] = {
    CertificateSheet: ("certificate", "certificate"),
    ReturnReceipt: ("receipt", "receipt"),
    OpeningSlips: ("slips", "slips"),
    StudentCards: ("cards", "cards"),
    PassbookStatement: ("statement", "statement"),
    OpeningForm: ("opening", "opening_form"),
    RedemptionForm: ("redemption", "redemption_form"),
}


def render(document: Sheet) -> bytes:
    """The PDF of ``document``: tagged, PDF/A-2a and PDF/UA-1, the same bytes for the same value.

    Raises :class:`InvalidInput` for a text that is too long or too many rows, :class:`UnprintableCharacter` for a
    character in an exact text that can't be drawn, :class:`Unavailable` when fonts are missing or setting fails.
    """
    template, title = _TEMPLATES[type(document)]
    return _compile(template, json.dumps(_payload(document, title), ensure_ascii=False), document.printed_at)


def _payload(document: Sheet, title: str) -> Json:
    words = _words(document.lang)
    return {
        "document": _fields(document, words),
        "lang": document.lang,
        "words": {**words},
        "second": {**_words(_OTHER[document.lang])},
        "title": words[title],
        "fonts": list(FAMILIES),
    }


def _compile(template: str, payload: str, printed_at: datetime) -> bytes:
    try:
        return typst.compile(
            SHEETS / f"{template}.typ",
            root=SHEETS,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"payload": payload},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(printed_at.timestamp()),
        )
    except typst.TypstError:
        # The engine's own message may quote the document, and with it a person: only the template is named.
        raise Unavailable("文件排版没有成功（%(template)s）。", template=template) from None


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[path.parent for path in font_files()]
    )


def _words(lang: Language) -> dict[str, str]:
    with translation.override(LANGUAGE_CODES[lang]):
        return {key: str(word) for key, word in WORDS.items()}


def _fields(value: object, words: Mapping[str, str]) -> dict[str, Json]:
    """The fields of a dataclass value as JSON, each text checked by its rule."""
    return {name: _json(getattr(value, name), name, rule, words) for name, rule in _RULES[type(value)].items()}


def _json(value: object, name: str, rule: TextRule, words: Mapping[str, str]) -> Json:
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value, name, rule)
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{name}: a moment without a time zone")
            moment = f"{value.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M:%S}"
            return words["moment_form"] % {"moment": moment}
        case date():
            return words["date_form"] % {"year": value.year, "month": value.month, "day": value.day}
        case tuple():
            if len(value) > ROWS_LIMIT:
                raise InvalidInput("“%(field)s”最多 %(limit)d 行。", field=name, limit=ROWS_LIMIT)
            return [_json(item, name, rule, words) for item in value]
        case _:
            return _fields(value, words)


def _text(text: str, name: str, rule: TextRule) -> Json:
    if len(text) > rule.limit:
        raise InvalidInput("“%(field)s”最多 %(limit)d 个字。", field=name, limit=rule.limit)
    check = spelled if rule.spelled else partial(printable, field=name)
    shown = "\n".join(check(line) for line in (text.splitlines() if rule.lines else [text]))
    return {"text": shown, "svg": _qr(text)} if rule.qr else shown


def _qr(text: str) -> str:
    """``text`` as a QR code (error correction M, at least) in SVG, one unit per module, with the quiet zone of 4."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=1, border=4, dark="#1c2426", light="#ffffff")


def _rule_of(hint: object) -> TextRule:
    for candidate in (hint, *get_args(hint)):
        for extra in getattr(candidate, "__metadata__", ()):
            if isinstance(extra, TextRule):
                return extra
    return _NO_TEXT


_RULES: Final[Mapping[type[object], Mapping[str, TextRule]]] = {
    kind: {name: _rule_of(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}
    for kind in (
        *_TEMPLATES,
        SiteFacts,
        OpeningSlip,
        CardFace,
        StatementLine,
        FormSection,
        FormField,
        ConsentPart,
        RequirementRow,
    )
}
"""The rule of each field of each class, from its annotations; for a field without text it says nothing."""
