"""The second half of a check: rows that read well, against the bank — student, scheme, caps, levels, earlier credits.

Works in pages, with a handful of queries for each, and writes nothing. What earlier rows of the file would be credited
counts for later ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from creditbank.evaluation.columns import COLUMN_BY_KEY
from creditbank.evaluation.digest_tables import DigestTable
from creditbank.evaluation.findings import Finding, shown_value
from creditbank.evaluation.identities import match_drafts
from creditbank.evaluation.known import Key, Past, pasts_of
from creditbank.evaluation.rows import CheckedRow, RowDraft
from creditbank.evaluation.scheme_rules import SchemeRules
from creditbank.evaluation.standings import Standings
from creditbank.institutions.models import Institution
from creditbank.institutions.scheme_book import Item, SchemeBook
from creditbank.ledger.lines import Line
from creditbank.ledger.source import normalised
from creditbank.people.matching import Match, Outcome
from creditbank.policy.law import Law

_IDENTITY: Final = {
    Outcome.UNKNOWN: ("name", "student-unknown"),
    Outcome.NAME_DIFFERS: ("name", "name-differs"),
    Outcome.CARD_DIFFERS: ("card_number", "card-differs"),
    Outcome.FROZEN: ("row", "account-not-open"),
    Outcome.CLOSED: ("row", "account-not-open"),
}
_KEPT_TEXTS: Final = ("title", "issuer", "certificate_number", "evidence", "remark")
_SHORT: Final = min(COLUMN_BY_KEY[key].max_chars for key in (*_KEPT_TEXTS, "achievement_number"))
_FACTS: Final = (
    ("amount", "amount_hundredths", "credits"),
    ("domain", "domain", "domain"),
    ("stage", "stage", "stage"),
    ("occurred_on", "earned_on", "earned_on"),
)


class Creditable(NamedTuple):
    """A row that stands: whose it is, which item decides, and under which source it would be posted."""

    draft: RowDraft
    number: str
    account_id: int
    holder_id: UUID
    item: Item
    source: UUID
    revision: int
    term: int
    levels_mask: int


class Judged(NamedTuple):
    """What came of a row: creditable, or findings (of which some may be mere notices)."""

    row: int
    creditable: Creditable | None
    findings: tuple[Finding, ...]


class BankChecker:
    """Checks the rows of one file of one institution, page by page, in their order."""

    def __init__(
        self, institution: Institution, book: SchemeBook, law: Law, *, on: date, except_return_id: int | None = None
    ) -> None:
        self._institution_id = institution.pk
        self._on = on
        self._except = except_return_id
        self._standings = Standings(except_return_id)
        self._rules = SchemeRules(book, law, self._standings, on=on)
        self._first_rows = DigestTable(small=True)

    def judge(self, page: Sequence[CheckedRow]) -> Iterator[Judged]:
        """What comes of each row of a page, in order."""
        drafts = [row.draft for row in page if row.draft is not None]
        matches = match_drafts(drafts, on=self._on)
        owned = [
            (match.holder_id, normalised(draft.achievement_number))
            for draft, match in zip(drafts, matches, strict=True)
            if match.holder_id is not None
        ]
        self._standings.load(key[0] for key in owned)
        pasts: Mapping[Key, Past] = pasts_of(owned, self._institution_id, self._except) if owned else {}
        answers = iter(matches)
        for row in page:
            if row.draft is None:
                yield Judged(row.row, None, row.findings)
            else:
                yield self._judge(row, row.draft, next(answers), pasts)

    def _judge(self, row: CheckedRow, draft: RowDraft, match: Match, pasts: Mapping[Key, Past]) -> Judged:
        ruled = self._rules.judge(draft, match.holder_id)
        findings = [*row.findings, *_identity_findings(draft, match)]
        if match.holder_id is None or match.account_id is None:
            return Judged(row.row, None, (*findings, *ruled.findings))
        number = normalised(draft.achievement_number)
        past = pasts[match.holder_id, number]
        findings += self._repeated(draft, match.holder_id, number)
        findings += _past_findings(draft, past)
        if past.credited is not None:
            # Its own credit fills the caps and levels: what the scheme says now would only confuse.
            return Judged(row.row, None, tuple(findings))
        findings += ruled.findings
        findings += _too_long(draft, number)
        if ruled.item is None or any(finding.severity == "error" for finding in findings):
            return Judged(row.row, None, tuple(findings))
        self._standings.count(
            match.holder_id,
            ruled.item,
            term=ruled.term,
            amount_hundredths=draft.amount_hundredths,
            levels_mask=ruled.levels_mask,
        )
        creditable = Creditable(
            draft=draft,
            number=number,
            account_id=match.account_id,
            holder_id=match.holder_id,
            item=ruled.item,
            source=past.source,
            revision=past.revision,
            term=ruled.term,
            levels_mask=ruled.levels_mask,
        )
        return Judged(row.row, creditable, tuple(findings))

    def _repeated(self, draft: RowDraft, holder_id: UUID, number: str) -> Iterator[Finding]:
        """The same student may stand in one row by document and in another by card: here she is one."""
        first = self._first_rows.first(holder_id.bytes + number.encode("utf-8", "surrogatepass"), draft.row)
        if first:
            value = shown_value("achievement_number", number)
            yield Finding(draft.row, "achievement_number", "duplicate-in-file", value, {"first": str(first)})


def _identity_findings(draft: RowDraft, match: Match) -> Iterator[Finding]:
    if match.outcome is Outcome.INVALID_DOCUMENT:
        reason = match.error.reason if match.error is not None else "document-format"
        yield Finding(draft.row, "document_number", reason)
    elif match.outcome in _IDENTITY:
        column, code = _IDENTITY[match.outcome]
        text = {"name": draft.name, "card_number": draft.card_number or ""}.get(column, "")
        yield Finding(draft.row, column, code, shown_value(column, text))


def _too_long(draft: RowDraft, number: str) -> Iterator[Finding]:
    """Bringing a text into its canonical form can make it longer than what stood in the cell."""
    if (
        len("".join((draft.title, draft.issuer, draft.certificate_number, draft.evidence, draft.remark, number)))
        <= _SHORT
    ):
        return
    texts = {**{key: getattr(draft, key) for key in _KEPT_TEXTS}, "achievement_number": number}
    for key, text in texts.items():
        limit = COLUMN_BY_KEY[key].max_chars
        if len(text) > limit:
            yield Finding(draft.row, key, "too-long", shown_value(key, text), {"limit": str(limit)})


def _past_findings(draft: RowDraft, past: Past) -> Iterator[Finding]:
    if past.credited is None and not past.open_return and past.revision == 1:
        return
    value = shown_value("achievement_number", draft.achievement_number)
    if past.credited is not None:
        field = _differing_column(draft, past.credited)
        if field is None:
            yield Finding(draft.row, "achievement_number", "already-credited", value)
        else:
            name = COLUMN_BY_KEY[field].name
            yield Finding(draft.row, field, "credited-differently", value, {"field": name})
    elif past.open_return:
        params = {"number": past.open_return}
        yield Finding(draft.row, "achievement_number", "in-another-return", value, params)
    elif past.revision > 1:
        params = {"revision": str(past.revision)}
        yield Finding(draft.row, "achievement_number", "corrected-again", value, params)


def _differing_column(draft: RowDraft, line: Line) -> str | None:
    return next((column for posted, own, column in _FACTS if getattr(line, posted) != getattr(draft, own)), None)
