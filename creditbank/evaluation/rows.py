"""From a raw row to a draft of what it reports, or to findings: everything that needs no database.

:class:`RowChecker` is used once for each file, because it also finds an achievement that stands in the file twice.
Every finding of a row is given, not only the first.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from creditbank.errors import InvalidInput
from creditbank.evaluation import canonical
from creditbank.evaluation.cell_readings import Reading
from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.digest_tables import DigestTable
from creditbank.evaluation.findings import ROW, Finding
from creditbank.evaluation.raw_rows import NUMBER, NUMBER_1904, RawRow
from creditbank.evaluation.stray_numbers import has_stray
from creditbank.people.identity_documents import Document, Kind, parse_document

_NUMBERS: Final = frozenset((NUMBER, NUMBER_1904))
_EARNED_ON: Final = INDEX_OF["earned_on"]
_SKILL_KEYS: Final = ("skill_subject", "skill_level", "issuer", "certificate_number")
_HONOUR_KEYS: Final = ("level", "place", "issuer")
# What is kept of a row as it was typed.
_KEPT_KEYS: Final = ("achievement_number", "title", "issuer", "certificate_number", "evidence", "remark")


class RowDraft(NamedTuple):
    """What a row reports, in canonical values; whether it is true of anybody is checked elsewhere.

    ``amount_hundredths`` in hundredths of a credit; ``domain`` and ``stage`` as in the ledger; ``level`` a key of
    ``canonical.LEVELS`` or empty; ``skill_subject`` a policy code or empty. ``repr`` shows no personal value.
    """

    row: int
    name: str
    document: Document | None
    card_number: str | None
    achievement_number: str
    activity_code: str
    title: str
    domain: int
    stage: int
    level: str
    place: int | None
    earned_on: date
    amount_hundredths: int
    skill_subject: str
    skill_level: int | None
    issuer: str
    certificate_number: str
    evidence: str
    remark: str

    def __repr__(self) -> str:
        return f"RowDraft({self.row})"

    @property
    def is_skill(self) -> bool:
        """Whether the row also reports a skill certificate."""
        return bool(self.skill_subject)

    @property
    def is_honour(self) -> bool:
        """Whether the row also reports a place in a contest."""
        return self.place is not None


class CheckedRow(NamedTuple):
    """What came of a row: a draft if no finding is an error, and all findings."""

    row: int
    draft: RowDraft | None
    findings: tuple[Finding, ...]


class RowChecker:
    """Checks the rows of one file in their order.

    ``today`` bounds dates; ``skill_levels`` gives the top level of each skill subject, from the law.
    """

    def __init__(self, today: date, skill_levels: Mapping[str, int] | None = None) -> None:
        self._today = today
        self._skill_levels = skill_levels or {}
        self._first_rows = DigestTable(small=True)

    def check_row(self, raw: RawRow) -> CheckedRow:
        """The draft of one row, or why there is none. Never raises for what stands in the row."""
        reading = Reading(raw)
        draft = self._draft(raw, reading)
        findings = tuple(reading.findings)
        if findings and any(finding.severity == "error" for finding in findings):
            draft = None
        return CheckedRow(raw.number, draft, findings)

    def _draft(self, raw: RawRow, reading: Reading) -> RowDraft | None:
        reading.check_cells()
        name = reading.name()
        document = self._document(reading)
        card = reading.value("card_number", canonical.parse_card_number)
        number = reading.value("achievement_number", canonical.parse_code)
        activity = reading.value("activity_code", canonical.parse_code)
        domain = reading.value("domain", canonical.parse_domain)
        stage = reading.value("stage", canonical.parse_stage)
        level = reading.value("level", canonical.parse_level) or ""
        place = reading.value("place", canonical.parse_place)
        earned_on = self._earned_on(reading)
        amount = reading.value("credits", canonical.parse_credits)
        subject = reading.value("skill_subject", canonical.parse_subject) or ""
        skill_level = reading.value("skill_level", canonical.parse_skill_level)
        certificate = reading.value("certificate_number", canonical.parse_code) or ""
        reading.check_identity()
        self._check_skill(reading, subject, skill_level)
        _check_honour(reading)
        for key in _KEPT_KEYS:
            if has_stray(reading.text(key)):
                reading.add(key, "personal-number")
        person = document.comparison_key if document else card
        if person is not None and number is not None:
            self._check_duplicate(reading, f"{person}\n{number}")
        if not (name and number and activity and domain and stage and earned_on and amount):
            needed = {
                "name": name,
                "achievement_number": number,
                "activity_code": activity,
                "domain": domain,
                "stage": stage,
                "earned_on": earned_on,
                "credits": amount,
            }
            # A cell of invisible characters alone is not blank to Excel, and says nothing.
            reading.note_missing(key for key, value in needed.items() if not value)
            return None
        return RowDraft(
            raw.number,
            name,
            document,
            card,
            number,
            activity,
            reading.plain("title"),
            domain,
            stage,
            level,
            place,
            earned_on,
            amount,
            subject,
            skill_level,
            reading.plain("issuer"),
            certificate,
            reading.plain("evidence"),
            reading.plain("remark"),
        )

    def _document(self, reading: Reading) -> Document | None:
        text = reading.text("document_number")
        if not text or reading.is_bad("document_number"):
            return None
        try:
            kind = reading.text("document_kind").strip() or Kind.RESIDENT_ID
            return parse_document(kind, text.lstrip("'"), on=self._today)
        except InvalidInput as problem:
            code = problem.reason
            reading.add("document_kind" if code == "document-kind" else "document_number", code)
            return None

    def _earned_on(self, reading: Reading) -> date | None:
        kind = reading.raw.types.get(_EARNED_ON)
        if kind in _NUMBERS:
            epoch_1904 = kind == NUMBER_1904
            found = reading.value("earned_on", lambda text: canonical.parse_date_number(text, epoch_1904))
        else:
            found = reading.value("earned_on", canonical.parse_date)
        if found is not None and found > self._today:
            reading.add("earned_on", "date-future")
            return None
        return found

    def _check_skill(self, reading: Reading, subject: str, level: int | None) -> None:
        if not (reading.text("skill_subject") or reading.text("skill_level")):
            return
        if not (subject or level or reading.is_bad("skill_subject") or reading.is_bad("skill_level")):
            return
        for key in _SKILL_KEYS:
            if not reading.text(key):
                reading.add(key, "skill-incomplete")
        top = self._skill_levels.get(subject)
        if level is not None and top is not None and level > top:
            reading.add("skill_level", "skill-level-range", top=str(top))
        if reading.is_given("place", canonical.parse_place):
            reading.add(ROW, "skill-and-place")

    def _check_duplicate(self, reading: Reading, key: str) -> None:
        first = self._first_rows.first(key.encode("utf-8", "surrogatepass"), reading.raw.number)
        if first:
            reading.add("achievement_number", "duplicate-in-file", first=str(first))


def _check_honour(reading: Reading) -> None:
    if not reading.is_given("place", canonical.parse_place):
        return
    for key in _HONOUR_KEYS:
        if not reading.text(key):
            reading.add(key, "honour-incomplete")
