"""Numbers of identity documents: one canonical form, and exact checks on it. Pure: no Django, no clock, no I/O.

Sources: GB 11643-1999 (citizen number, check digit by ISO 7064 MOD 11-2); the residence permit of Hong Kong, Macao and
Taiwan residents (810000, 820000, 830000); passes of Hong Kong and Macao (compared on 9 characters) and Taiwan residents
(on 8), whose further characters only count the renewals; the foreign permanent resident's card, old (three letters and
twelve digits, check digit by weights 7-3-1 as in ICAO 9303) and new (18 digits that begin with 9); passports;
the 学籍号 (G or L and a citizen number, or a province's own number).

An error names a reason and says what is wrong; it never repeats the number, nor any part of it.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from creditbank.errors import InvalidInput


class Kind(StrEnum):
    """The kinds of document that are accepted."""

    RESIDENT_ID = "resident-id"
    RESIDENCE_PERMIT_HMT = "residence-permit-hmt"
    HMT_PASS = "hmt-pass"  # noqa: S105 (a travel document)
    TAIWAN_PASS = "taiwan-pass"  # noqa: S105 (a travel document)
    FOREIGN_PERMANENT_ID = "foreign-permanent-id"
    PASSPORT = "passport"
    STUDENT_NUMBER = "student-number"


class Group(StrEnum):
    """Kinds that share one space of numbers: two documents are the same when group and comparison key are."""

    CITIZEN_NUMBER = "citizen-number"
    HMT_PASS = "hmt-pass"  # noqa: S105 (a travel document)
    TAIWAN_PASS = "taiwan-pass"  # noqa: S105 (a travel document)
    FOREIGN_ID_OLD = "foreign-id-old"
    PASSPORT = "passport"
    STUDENT_NUMBER = "student-number"


@dataclass(frozen=True, slots=True)
class Document:
    """A checked document. ``repr`` shows neither the number nor what is read from it."""

    kind: Kind
    group: Group
    canonical: str = field(repr=False)
    comparison_key: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)


NAMES_OF_KINDS: Final[dict[str, Kind]] = {
    "居民身份证": Kind.RESIDENT_ID,
    "身份证": Kind.RESIDENT_ID,
    "港澳台居民居住证": Kind.RESIDENCE_PERMIT_HMT,
    "居住证": Kind.RESIDENCE_PERMIT_HMT,
    "港澳居民来往内地通行证": Kind.HMT_PASS,
    "回乡证": Kind.HMT_PASS,
    "台湾居民来往大陆通行证": Kind.TAIWAN_PASS,
    "台胞证": Kind.TAIWAN_PASS,
    "外国人永久居留身份证": Kind.FOREIGN_PERMANENT_ID,
    "外国人永久居留证": Kind.FOREIGN_PERMANENT_ID,
    "护照": Kind.PASSPORT,
    "学籍号": Kind.STUDENT_NUMBER,
    "学籍编号": Kind.STUDENT_NUMBER,
}

# GB/T 2260, first two digits: the provinces whose residents hold a resident ID.
_PROVINCES: Final = frozenset(
    f"{province}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65))
    for province in range(first, last + 1)
)
_PERMIT_REGIONS: Final = frozenset({"810000", "820000", "830000"})
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_FIRST_YEAR: Final = 1900
_IGNORED: Final = re.compile(r"[\s\-‐‑–—·.()\u200b\u200c\u200d\u2060\ufeff]")
_TYPED: Final = re.compile(r"[0-9A-Z]+")
_CITIZEN: Final = re.compile(r"\d{17}[0-9X]")


def parse_kind(text: str) -> Kind:
    """The kind that a code (``resident-id``) or a Chinese name (居民身份证) means; InvalidInput when none."""
    name = unicodedata.normalize("NFKC", text).strip()
    try:
        return NAMES_OF_KINDS.get(name) or Kind(name)
    except ValueError:
        raise _refused("document-kind", "证件类型不在可接受的范围内。") from None


def parse_document(kind: Kind | str, text: str, *, on: date) -> Document:
    """Check what was typed as the number of a document of this kind, as of the day ``on``.

    Full-width characters, spaces, dashes and small letters are accepted; a 15-digit resident ID becomes its 18-digit
    form. InvalidInput with one of the reasons ``document-kind``, ``-empty``, ``-characters``, ``-length``, ``-format``,
    ``-region``, ``-birth-date``, ``-check-digit``, ``-kind-mismatch``.
    """
    which = parse_kind(kind)
    number = canonical_text(text)
    if not number:
        raise _refused("document-empty", "证件号码没有填写。")
    if not _TYPED.fullmatch(number):
        raise _refused("document-characters", "证件号码只能由数字和拉丁字母组成。")
    return _READERS[which](number, on)


def canonical_text(text: str) -> str:
    """Half-width, upper case, without spaces, dashes and brackets."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper()


def mask(number: str) -> str:
    """What may be shown of a number: its first two and last two characters, one each when it is short."""
    shown = 2 if len(number) >= 15 else 1
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[-shown:]


def citizen_check_digit(body: str) -> str:
    """The check digit (0–9 or X) of the 17 digits ``body`` by ISO 7064 MOD 11-2."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def travel_check_digit(body: str) -> str:
    """The check digit of letters and digits by weights 7-3-1 (ICAO 9303; A = 10 … Z = 35)."""
    return str(sum(int(character, 36) * (7, 3, 1)[place % 3] for place, character in enumerate(body)) % 10)


def resident_id(county: str, birth: date, sequence: int) -> str:
    """A number with a right check digit, for test identities: six digits of county, a birth date, 1–999."""
    body = f"{county}{birth:%Y%m%d}{sequence:03d}"
    return body + citizen_check_digit(body)


def _refused(reason: str, words: str) -> InvalidInput:
    return InvalidInput(words, code=reason, field="document_number")


def _read_resident_id(number: str, on: date) -> Document:
    if len(number) == 15 and number.isdigit():
        body = number[:6] + "19" + number[6:]
        number = body + citizen_check_digit(body)
    if number[:6] in _PERMIT_REGIONS or number[:1] == "9":
        raise _refused("document-kind-mismatch", "这个号码属于另一种证件，请更正证件类型。")
    _require_citizen_form(number, "居民身份证号码应为 18 位（旧证 15 位）。")
    if number[:2] not in _PROVINCES:
        raise _refused("document-region", "证件号码前六位不是有效的地区代码。")
    return _citizen_document(Kind.RESIDENT_ID, number, on)


def _read_residence_permit(number: str, on: date) -> Document:
    _require_citizen_form(number, "港澳台居民居住证号码应为 18 位。")
    if number[:6] not in _PERMIT_REGIONS:
        raise _refused("document-region", "港澳台居民居住证号码以 810000、820000 或 830000 开头。")
    return _citizen_document(Kind.RESIDENCE_PERMIT_HMT, number, on)


def _read_foreign_permanent_id(number: str, on: date) -> Document:
    if len(number) == 15:
        return _read_old_foreign_id(number, on)
    _require_citizen_form(number, "外国人永久居留身份证号码应为 18 位（旧证 15 位）。")
    if number[0] != "9" or number[1:3] not in _PROVINCES:
        raise _refused("document-region", "新版外国人永久居留身份证号码以 9 和受理地代码开头。")
    return _citizen_document(Kind.FOREIGN_PERMANENT_ID, number, on)


def _read_old_foreign_id(number: str, on: date) -> Document:
    """Three letters of nationality, four digits of place, YYMMDD, one digit of sequence, the check digit."""
    if not re.fullmatch(r"[A-Z]{3}\d{12}", number):
        raise _refused("document-format", "旧版外国人永久居留证号码应为 3 个字母和 12 位数字。")
    if travel_check_digit(number[:14]) != number[14]:
        raise _refused("document-check-digit", "证件号码的校验位不符，请核对是否输错。")
    births = [_date(century + number[7:13]) for century in ("19", "20")]
    known = [birth for birth in births if birth is not None and birth <= on]
    if not known:
        raise _refused("document-birth-date", "证件号码中的出生日期不存在或晚于今天。")
    birth = known[0] if len(known) == 1 else None
    return Document(Kind.FOREIGN_PERMANENT_ID, Group.FOREIGN_ID_OLD, number, number, birth)


def _read_hmt_pass(number: str, on: date) -> Document:
    if not re.fullmatch(r"[HM]\d{8}(\d{2})?", number):
        raise _refused("document-format", "港澳居民来往内地通行证号码应为字母 H 或 M 加 8 位数字（旧证 10 位）。")
    return Document(Kind.HMT_PASS, Group.HMT_PASS, number, number[:9])


def _read_taiwan_pass(number: str, on: date) -> Document:
    if not re.fullmatch(r"\d{8}((\d{2})?[A-Z]?)", number):
        raise _refused("document-format", "台湾居民来往大陆通行证号码应为 8 位数字（旧证后有签发次数）。")
    return Document(Kind.TAIWAN_PASS, Group.TAIWAN_PASS, number, number[:8])


def _read_passport(number: str, on: date) -> Document:
    if not re.fullmatch(r"(?=.*\d)[A-Z0-9]{6,12}", number):
        raise _refused("document-format", "护照号码应为 6 至 12 位字母和数字。")
    return Document(Kind.PASSPORT, Group.PASSPORT, number, number)


def _read_student_number(number: str, on: date) -> Document:
    if number[0] in "GL":
        inner = number[1:]
        _require_citizen_form(inner, "全国学籍号应为字母 G 或 L 加 18 位身份号码。")
        if inner[:2] not in _PROVINCES and inner[:6] not in _PERMIT_REGIONS:
            raise _refused("document-region", "学籍号中的地区代码无效。")
        found = _citizen_document(Kind.STUDENT_NUMBER, inner, on)
        return Document(found.kind, found.group, number, inner, found.birth_date, found.sex)
    if _CITIZEN.fullmatch(number) and citizen_check_digit(number[:17]) == number[17] and _date(number[6:14]):
        raise _refused("document-kind-mismatch", "这个号码属于另一种证件，请更正证件类型。")
    if not re.fullmatch(r"(?=.*\d)[A-Z0-9]{8,22}", number):
        raise _refused("document-format", "学籍号应为 G 或 L 加 18 位身份号码，或 8 至 22 位的省级学籍号。")
    return Document(Kind.STUDENT_NUMBER, Group.STUDENT_NUMBER, number, number)


def _require_citizen_form(number: str, length_words: str) -> None:
    if len(number) != 18:
        raise _refused("document-length", length_words)
    if not _CITIZEN.fullmatch(number):
        raise _refused("document-format", "证件号码前 17 位应为数字，最后一位应为数字或 X。")


def _citizen_document(kind: Kind, number: str, on: date) -> Document:
    birth = _date(number[6:14])
    if birth is None or birth.year < _FIRST_YEAR or birth > on:
        raise _refused("document-birth-date", "证件号码中的出生日期不存在或晚于今天。")
    if citizen_check_digit(number[:17]) != number[17]:
        raise _refused("document-check-digit", "证件号码的校验位不符，请核对是否输错。")
    sex = "male" if int(number[16]) % 2 else "female"
    return Document(kind, Group.CITIZEN_NUMBER, number, number, birth, sex)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


_READERS: Final[dict[Kind, Callable[[str, date], Document]]] = {
    Kind.RESIDENT_ID: _read_resident_id,
    Kind.RESIDENCE_PERMIT_HMT: _read_residence_permit,
    Kind.HMT_PASS: _read_hmt_pass,
    Kind.TAIWAN_PASS: _read_taiwan_pass,
    Kind.FOREIGN_PERMANENT_ID: _read_foreign_permanent_id,
    Kind.PASSPORT: _read_passport,
    Kind.STUDENT_NUMBER: _read_student_number,
}
