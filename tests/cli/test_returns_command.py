"""``creditbank returns``: exit status 0 clean, 1 findings or refused, 2 unreadable; the books untouched by a check."""

import json
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.hashers import make_password

from creditbank.audit.actor import Actor
from creditbank.cli import main
from creditbank.evaluation import checks
from creditbank.evaluation.columns import INDEX_OF
from creditbank.evaluation.models import CreditReturn
from creditbank.evaluation.reader import open_return
from creditbank.ledger.books import balance_of
from creditbank.people.models import User
from creditbank.vault.signing import public_key_pem
from tests.cast import AT, Cast, gather_cast, person_of
from tests.evaluation.returns import Row, csv_file, honour, posted, row, skill, submitted
from tests.printing.reading import page_texts


@pytest.fixture
def cast(db: None) -> Cast:
    everybody = gather_cast()
    for name, someone in (
        ("clerk", everybody.clerk),
        ("approver", everybody.approver),
        ("reviewer", everybody.reviewer),
        ("stranger", everybody.other_clerk),
    ):
        _login(name, someone)
    return everybody


def _login(name: str, someone: Actor) -> None:
    User.objects.create(username=name, person=person_of(someone), password=make_password(None), created_at=AT)


def saved(tmp_path: Path, *rows: Row) -> str:
    path = tmp_path / "申报.csv"
    path.write_bytes(csv_file(*rows).getvalue())
    return str(path)


def test_the_template_can_be_read_back(tmp_path: Path) -> None:
    target = tmp_path / "模板.xlsx"
    assert main(["returns", "template", "-o", str(target)]) == 0
    assert open_return(target, target.name).kind == "xlsx"


def test_a_check_says_clean_faulty_or_unreadable(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = saved(tmp_path, row(cast.student, "A-1"))
    assert main(["returns", "check", clean, "--institution", "SJSX"]) == 0
    assert "2.00" in capsys.readouterr().out
    sheet = tmp_path / "问题.xlsx"
    faulty = saved(tmp_path, row(cast.student, "A-1", credits="1"), row(cast.student, "[red]A-2"))
    assert main(["returns", "check", faulty, "--institution", "SJSX", "--error-sheet", str(sheet)]) == 1
    output = capsys.readouterr().out
    assert "2.00" in output
    assert cast.student.number not in output
    assert len(list(open_return(sheet, sheet.name).rows())) == 1
    assert main(["returns", "check", faulty, "--institution", "SJSX", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["rows_faulty"], found["counts"]) == (2, 1, {"credits-differ": 1})
    (tmp_path / "x.csv").write_bytes(b"\x00\x01")
    assert main(["returns", "check", str(tmp_path / "x.csv"), "--institution", "SJSX"]) == 2
    assert capsys.readouterr().err.startswith("creditbank: ")
    assert not CreditReturn.objects.exists()


def test_the_bad_rows_go_out_and_come_back_mended_by_commands(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, sheet = saved(tmp_path, row(cast.student, "A-1"), row(cast.student, "A-2", credits="1")), tmp_path / "改.xlsx"
    assert main(["returns", "submit", file, "--institution", "SJSX", "--as", "clerk"]) == 1
    number = CreditReturn.objects.get().number
    assert main(["returns", "error-sheet", number, "--as", "clerk", "-o", str(sheet)]) == 0
    assert main(["returns", "mend", number, str(sheet), "--as", "clerk"]) == 1
    assert main(["returns", "error-sheet", number, "--as", "clerk", "-o", str(sheet)]) == 0
    book = openpyxl.load_workbook(sheet)
    book.worksheets[0].cell(2, INDEX_OF["credits"] + 1, "2.00")
    book.save(sheet)
    assert main(["returns", "mend", number, str(sheet), "--as", "stranger"]) == 1
    assert main(["returns", "mend", number, str(sheet), "--as", "clerk"]) == 0
    assert "ready 2 行" in capsys.readouterr().out
    assert main(["returns", "mend", number, str(sheet), "--as", "clerk"]) == 2
    assert "不属于这份申报单现在的文件" in capsys.readouterr().err


def test_the_error_sheet_of_a_check_has_every_bad_row(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "SHOWN_FINDINGS", 2)
    sheet, file = tmp_path / "问题.xlsx", saved(tmp_path, *(row(cast.student, f"E-{n}", credits="1") for n in range(9)))
    assert main(["returns", "check", file, "--institution", "SJSX", "--error-sheet", str(sheet)]) == 1
    assert len(list(open_return(sheet, sheet.name).rows())) == 9


def test_a_return_goes_its_way_by_commands(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, receipt = saved(tmp_path, row(cast.student, "A-1")), tmp_path / "回执.json"
    submit = ["returns", "submit", file, "--institution", "SJSX", "--as", "clerk", "--receipt", str(receipt)]
    assert main(submit) == 0
    number = CreditReturn.objects.get().number
    assert number in capsys.readouterr().out
    key = tmp_path / "key.pem"
    key.write_text(public_key_pem(), "ascii")
    assert main(["returns", "verify-receipt", str(receipt), "--key", str(key)]) == 0
    assert main(["returns", "verify-receipt", str(receipt), "--return", file]) == 0
    capsys.readouterr()
    assert main(["returns", "verify-receipt", str(receipt), "--return", str(key)]) == 1
    assert "不是提交时的那一份" in capsys.readouterr().err
    receipt.write_text(receipt.read_text("utf-8").replace('"2.00"', '"9.00"'), "utf-8")
    assert main(["returns", "verify-receipt", str(receipt)]) == 1
    receipt.write_text("{}", "utf-8")
    assert main(["returns", "verify-receipt", str(receipt)]) == 2
    assert main(["returns", "receipt", number, "--as", "clerk", "-o", str(tmp_path / "r.pdf")]) == 0
    assert "http://127.0.0.1:8000/keys/" in "".join(page_texts((tmp_path / "r.pdf").read_bytes()))
    assert main(["returns", "approve", number, "--as", "stranger"]) == 1
    assert main(["returns", "approve", number, "--as", "approver"]) == 0
    assert main(["returns", "review", number, "--as", "reviewer", "--verdict", "refuse"]) == 2
    assert main(["returns", "review", number, "--as", "reviewer", "--verdict", "accept"]) == 0
    assert main(["returns", "status", number, "--as", "clerk"]) == 0
    assert "accepted" in capsys.readouterr().out
    assert main(["returns", "list", "--as", "stranger"]) == 0
    assert number not in capsys.readouterr().out
    assert main(["returns", "list", "--as", "clerk", "--state", "accepted"]) == 0
    assert number in capsys.readouterr().out


def test_a_faulty_file_is_not_submitted(cast: Cast, tmp_path: Path) -> None:
    file = saved(tmp_path, row(cast.student, "A-1", credits="1"))
    assert main(["returns", "submit", file, "--institution", "SJSX", "--as", "clerk"]) == 1
    assert main(["returns", "submit", file, "--institution", "SJSX", "--as", "stranger"]) == 1
    assert main(["returns", "submit", file, "--institution", "SJSX", "--as", "nobody"]) == 1
    assert CreditReturn.objects.get().state == "faulty"


def test_what_comes_after_posting_is_done_by_commands(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = posted(
        cast, row(cast.student, "A-1"), skill(cast.student, "S-1", 1, "10.00"), honour(cast.student, "H-1")
    ).number
    ask = ["returns", "reverse", number, "2", "--as", "clerk", "--reason", "corrected", "--note", "日期填写有误"]
    assert main(ask) == 0
    assert main(["returns", "waiting", "--as", "clerk"]) == 1
    capsys.readouterr()
    assert main(["returns", "waiting", "--as", "reviewer"]) == 0
    waiting = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert [kind for kind, _ in waiting] == ["reversal", "skill", "honour"]
    ids = {line[0]: line[1] for line in waiting}
    assert main(["returns", "decide-reversal", ids["reversal"], "--as", "reviewer", "--accept"]) == 0
    assert main(["returns", "decide-reversal", ids["reversal"], "--as", "reviewer", "--accept"]) == 1
    assert main(["returns", "confirm", "skill", ids["skill"], "--as", "reviewer", "--accept"]) == 0
    assert main(["returns", "confirm", "honour", ids["honour"], "--as", "reviewer", "--refuse"]) == 0
    assert main(["returns", "confirm", "honour", "999999", "--as", "reviewer", "--refuse"]) == 1
    assert balance_of(cast.student.holder_id).earned == 3000


def test_a_return_is_sent_back_and_withdrawn(cast: Cast) -> None:
    number = submitted(cast, row(cast.student, "A-1")).number
    assert main(["returns", "send-back", number, "--as", "approver", "--reason", "错"]) == 2
    assert main(["returns", "send-back", number, "--as", "approver", "--reason", "请补上佐证"]) == 0
    assert main(["returns", "withdraw", number, "--as", "clerk"]) == 0
    assert CreditReturn.objects.get().state == "withdrawn"
