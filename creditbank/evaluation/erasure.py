"""What returns forget with a person: her name in the words of the rows that are about her, and in names of files.

Titles, days and credits stay, by account. The sealed file of a return holds other people's rows too; it goes when its
own term ends. A signed receipt stays as it was signed.
"""

from creditbank.evaluation.models import (
    CreditReturn,
    Honour,
    ReturnFinding,
    ReturnRow,
    RowReversal,
    SkillCertificate,
)
from creditbank.files.models import StoredFile
from creditbank.people.account_hooks import Erasure, blank_name


def erase_from_returns(erasure: Erasure) -> None:
    """Blank the erased name in rows, attainments, corrections and returns that concern the account."""
    rows = ReturnRow.objects.filter(account=erasure.account)
    blank_name(rows, erasure, "title", "issuer", "certificate_number", "evidence", "remark")
    blank_name(SkillCertificate.objects.filter(account=erasure.account), erasure, "issuer", "certificate_number")
    blank_name(Honour.objects.filter(account=erasure.account), erasure, "event", "issuer", "certificate_number")
    blank_name(RowReversal.objects.filter(row__account=erasure.account), erasure, "note", "decision_note")
    returns = CreditReturn.objects.filter(pk__in=rows.values("credit_return"))
    blank_name(returns, erasure, "file_name", "reason")
    blank_name(StoredFile.objects.filter(pk__in=returns.values("file")), erasure, "name")
    blank_name(ReturnFinding.objects.filter(credit_return__in=returns.values("pk")), erasure, "value")
