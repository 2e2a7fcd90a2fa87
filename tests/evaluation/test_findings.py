"""What the bank finds wrong with a row, each with its column and how to mend it; checking leaves the books alone."""

import io
from collections import Counter
from datetime import date

import pytest

from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.evaluation.actions import (
    check_file,
    error_sheet,
    post_return,
    recheck_return,
    replace_file,
    upload_return,
)
from creditbank.evaluation.actions.deciding import submit_return
from creditbank.evaluation.checks import CheckResult
from creditbank.evaluation.findings import FINDING_KINDS, Finding
from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnRow
from creditbank.evaluation.reader import open_return
from creditbank.files.models import StoredFile
from creditbank.ids import new_card_number
from creditbank.institutions.actions import load_scheme
from creditbank.institutions.models import Institution, SchemeItem
from creditbank.institutions.scheme_reader import SchemeText
from creditbank.ledger.books import balance_of
from creditbank.messages.models import InboxMessage
from creditbank.people.models import Account
from tests.cast import AT, Cast, citizen_number, person_of, pupil
from tests.evaluation.returns import Row, accepted, csv_file, honour, posted, row, skill, submitted, uploaded


def checked(cast: Cast, *rows: Row, institution: Institution | None = None) -> CheckResult:
    return check_file(csv_file(*rows), filename="a.csv", institution=institution or cast.school, at=AT)


def codes(result: CheckResult) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.code) for finding in result.findings]


def test_checking_writes_nothing_at_all(cast: Cast) -> None:
    watched = (CreditReturn, ReturnRow, ReturnFinding, StoredFile, AuditRecord)
    before = [model.objects.count() for model in watched]
    result = checked(cast, row(cast.student, "A-1"), row(cast.student, "A-1"), row(cast.student, "A-2", credits="9"))
    assert (result.rows, result.rows_faulty, result.amount_hundredths, result.students) == (3, 2, 200, 1)
    assert [model.objects.count() for model in watched] == before
    assert balance_of(cast.student.holder_id).earned == 0


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"name": "林知秋"}, "name", "name-differs"),
        ({"card_number": new_card_number()}, "card_number", "card-differs"),
        ({"document_number": citizen_number(date(2012, 5, 4), 996)}, "name", "student-unknown"),
        ({"activity_code": "ZZ99"}, "activity_code", "activity-unknown"),
        ({"earned_on": "2021-02-01"}, "earned_on", "no-scheme"),
        ({"domain": "德"}, "domain", "domain-differs"),
        ({"stage": "练"}, "stage", "stage-differs"),
        ({"credits": "2.01"}, "credits", "credits-differ"),
        ({"activity_code": "ZJ03", "credits": "3.01"}, "credits", "credits-above-scheme"),
        ({"activity_code": "JN-ROB", "stage": "练"}, "skill_subject", "skill-expected"),
        (
            {"skill_subject": "机器人技能", "skill_level": "1", "issuer": "某会", "certificate_number": "1"},
            "skill_subject",
            "skill-not-expected",
        ),
        ({"activity_code": "DL01", "domain": "德", "stage": "练", "credits": "0.50"}, "evidence", "evidence-missing"),
        (
            {"activity_code": "RY-EX-ROB", "stage": "赛", "credits": "20"},
            "place",
            "place-not-in-scheme",
        ),
    ],
)
def test_a_row_outside_the_scheme_or_about_nobody_is_a_finding(
    cast: Cast, changes: Row, column: str, code: str
) -> None:
    result = checked(cast, row(cast.student, "A-1", **changes))
    assert (2, column, code) in codes(result)
    assert not result.is_clean


@pytest.mark.parametrize("state", ["frozen", "closed"])
def test_an_account_that_is_not_open_takes_nothing(cast: Cast, state: str) -> None:
    Account.objects.update(state=state)
    assert codes(checked(cast, row(cast.student, "A-1"))) == [(2, "row", "account-not-open")]


def test_a_card_that_nobody_has_is_nobody(cast: Cast) -> None:
    nobody = row(cast.student, "A-1", document_kind="", document_number="", card_number=new_card_number())
    assert codes(checked(cast, nobody)) == [(2, "name", "student-unknown")]


def test_personal_values_are_masked_in_findings(cast: Cast) -> None:
    result = checked(cast, row(cast.student, "A-1", name="林知秋"))
    shown = str([(finding.value, dict(finding.params)) for finding in result.findings])
    assert "林知秋" not in shown
    assert cast.student.number not in shown


def test_the_same_student_by_document_and_by_card_is_one(cast: Cast) -> None:
    by_card = row(cast.student, "A-1", document_kind="", document_number="", card_number=cast.student.card)
    result = checked(cast, row(cast.student, "A-1"), by_card)
    assert codes(result) == [(3, "achievement_number", "duplicate-in-file")]
    assert result.findings[0].params == {"first": "2"}


def test_two_students_may_share_the_number_of_a_team(cast: Cast) -> None:
    other = pupil("周行简", sequence=997)
    assert checked(cast, row(cast.student, "TEAM-1"), row(other, "TEAM-1")).is_clean


def test_what_is_credited_already_is_refused_and_differing_facts_are_named(cast: Cast) -> None:
    posted(cast, row(cast.student, "A-1"))
    again = checked(cast, row(cast.student, "Ａ-1"))
    assert codes(again) == [(2, "achievement_number", "already-credited")]
    other_day = checked(cast, row(cast.student, "A-1", earned_on="2026-02-27"))
    assert codes(other_day) == [(2, "earned_on", "credited-differently")]
    assert other_day.findings[0].params["field"] == "取得日期"
    assert checked(cast, row(cast.student, "A-1"), institution=cast.other_school).is_clean


def test_what_another_return_reports_is_refused_until_it_is_withdrawn(cast: Cast) -> None:
    first = submitted(cast, row(cast.student, "A-1"))
    result = checked(cast, row(cast.student, "A-1"))
    assert codes(result) == [(2, "achievement_number", "in-another-return")]
    assert result.findings[0].params == {"number": first.number}


def test_of_two_clean_returns_with_one_achievement_only_the_first_is_submitted(cast: Cast) -> None:
    first, second = (uploaded(cast, row(cast.student, "A-1")) for _ in range(2))
    submit_return(actor=cast.clerk, at=AT, number=first.number)
    with pytest.raises(Conflict) as refused:
        submit_return(actor=cast.clerk, at=AT, number=second.number)
    assert (refused.value.reason, refused.value.data["row"]) == ("return-clashes", 2)
    again = recheck_return(actor=cast.clerk, at=AT, number=second.number)
    assert (again.state, again.findings_by_code) == ("faulty", {"in-another-return": 1})


def test_caps_count_earlier_rows_other_returns_and_what_is_posted(cast: Cast) -> None:
    # 科技校本课程: 6 credits a term.
    posted(cast, row(cast.student, "A-1"))
    submitted(cast, row(cast.student, "A-2"))
    result = checked(cast, row(cast.student, "A-3"), row(cast.student, "A-4"))
    assert codes(result) == [(3, "credits", "cap-term")]
    assert result.findings[0].params == {"cap": "6.00", "used": "6.00", "left": "0.00"}
    last_term = checked(cast, row(cast.student, "A-4", earned_on="2026-01-31"))
    assert last_term.is_clean


def test_a_cap_of_the_shared_scheme_counts_everywhere_and_of_an_own_one_at_home(cast: Cast) -> None:
    posted(cast, *[row(cast.student, f"A-{number}") for number in range(3)])
    elsewhere = checked(cast, row(cast.student, "B-1"), institution=cast.other_school)
    assert codes(elsewhere) == [(2, "credits", "cap-term")]
    own = SchemeItem(
        activity_code="ZJ01", name="本校课程", domain=2, stage=1, amount_hundredths=200, cap_term_hundredths=200
    )
    text = SchemeText("own", "本校方案", False, date(2026, 1, 1), (own,))
    load_scheme(actor=cast.admin, at=AT, text=text, institution=cast.other_school)
    at_home = checked(cast, row(cast.student, "B-1"), row(cast.student, "B-2"), institution=cast.other_school)
    assert codes(at_home) == [(3, "credits", "cap-term")]


def test_the_cap_of_all_time_is_kept_too(cast: Cast) -> None:
    # 职业启蒙课程: 2 credits a term, 12 in all.
    years = [f"{year}-{month}" for year in range(2022, 2026) for month in ("03-01", "09-01")]
    rows = [
        row(cast.student, f"Q-{number}", activity_code="LJ02", domain="劳", credits="1.00", earned_on=day)
        for number, day in enumerate(sorted([*years, *years]))
    ]
    assert codes(checked(cast, *rows)) == [(row_number, "credits", "cap-student") for row_number in range(14, 18)]


def test_two_returns_may_not_share_what_is_left_of_a_cap(cast: Cast) -> None:
    rows = [row(cast.student, f"A-{number}") for number in range(4)]
    first, second = uploaded(cast, *rows[:2]), uploaded(cast, *rows[2:])
    submit_return(actor=cast.clerk, at=AT, number=first.number)
    with pytest.raises(Conflict) as refused:
        submit_return(actor=cast.clerk, at=AT, number=second.number)
    assert refused.value.reason == "return-outdated"
    assert recheck_return(actor=cast.clerk, at=AT, number=second.number).findings_by_code == {"cap-term": 1}


def test_each_skill_level_earns_once(cast: Cast) -> None:
    posted(cast, skill(cast.student, "S-1", 3, "30.00"))
    assert codes(checked(cast, skill(cast.student, "S-2", 3, "30.00"))) == [(2, "skill_level", "skill-levels-credited")]
    result = checked(cast, skill(cast.student, "S-2", 5, "50.00"))
    assert codes(result) == [(2, "credits", "skill-credits")]
    assert result.findings[0].params == {"each": "10.00", "levels": "2", "expected": "20.00"}
    assert checked(cast, skill(cast.student, "S-2", 5, "20.00"), skill(cast.student, "S-3", 12, "70.00")).is_clean


def test_a_skill_of_another_subject_is_no_skill_of_this_activity(cast: Cast) -> None:
    result = checked(cast, skill(cast.student, "S-1", 3, "30.00", skill_subject="Python编程"))
    assert codes(result) == [(2, "skill_subject", "skill-subject-differs")]


def test_an_honour_needs_a_place_that_the_scheme_knows(cast: Cast) -> None:
    assert checked(cast, honour(cast.student, "H-1")).is_clean
    fourth = checked(cast, honour(cast.student, "H-1", place="4"))
    assert codes(fourth) == [(2, "place", "place-not-in-scheme")]


@pytest.mark.parametrize(
    ("column", "text", "fits"),
    [("certificate_number", "Z" * 100, True), ("achievement_number", "㎉" * 30, False), ("title", "題" * 120, True)],
)
def test_a_text_that_grows_beyond_its_column_is_a_finding(cast: Cast, column: str, text: str, fits: bool) -> None:
    result = checked(cast, skill(cast.student, "S-1", 1, "10.00", **{column: text}))
    assert codes(result) == ([] if fits else [(2, column, "too-long")])
    if fits:
        posted(cast, skill(cast.student, "S-1", 1, "10.00", **{column: text}))


def test_every_finding_has_words_whose_places_are_filled(cast: Cast) -> None:
    posted(cast, row(cast.student, "A-1"), skill(cast.student, "S-1", 3, "30.00"))
    result = checked(
        cast,
        row(cast.student, "A-1"),
        row(
            cast.student, "A-2", level="国家级", activity_code="ZS01", stage="赛", place="1", issuer="某会", credits="1"
        ),
        skill(cast.student, "S-2", 5, "50.00"),
        row(cast.student, "A-3"),
        row(cast.student, "A-4"),
        row(cast.student, "A-5"),
    )
    assert result.findings
    for finding in result.findings:
        message, mend = finding.sentences()
        assert "%(" not in message + mend
    for code in FINDING_KINDS:
        Finding(2, "name", code)


def test_a_faulty_return_keeps_findings_gives_a_sheet_back_and_is_mended(cast: Cast) -> None:
    good, bad = row(cast.student, "A-1"), row(cast.student, "A-2", credits="3")
    credit_return = uploaded(cast, good, bad)
    assert (credit_return.state, credit_return.rows_total, credit_return.rows_faulty) == ("faulty", 2, 1)
    assert credit_return.findings_by_code == {"credits-differ": 1}
    kept = ReturnFinding.objects.get()
    assert (kept.row_number, kept.column, kept.code) == (3, "credits", "credits-differ")
    number = credit_return.number
    with pytest.raises(Conflict):
        submit_return(actor=cast.clerk, at=AT, number=number)
    sheet = error_sheet(actor=cast.clerk, at=AT, number=number)
    path_rows = list(open_return(_stream(sheet), "errors.xlsx").rows())
    assert [raw.text("achievement_number") for raw in path_rows] == ["A-2"]
    with pytest.raises(NotAllowed):
        error_sheet(actor=cast.reviewer, at=AT, number=number)
    mended = csv_file(good, {**bad, "credits": "2.00"})
    again = replace_file(actor=cast.clerk, at=AT, number=number, stream=mended, filename="b.csv")
    assert (again.state, again.rows_total, again.number) == ("ready", 2, number)
    assert not ReturnFinding.objects.exists()
    assert ReturnRow.objects.count() == 2


def test_a_file_that_is_no_return_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        check_file(_stream(b"%PDF-1.7"), filename="a.pdf", institution=cast.school, at=AT)
    with pytest.raises(InvalidInput):
        check_file(_stream(b"a,b\n1,2\n"), filename="a.csv", institution=cast.school, at=AT)
    assert not StoredFile.objects.exists()


def test_an_identity_number_in_the_name_of_a_file_is_not_kept(cast: Cast) -> None:
    credit_return = upload_return(
        actor=cast.clerk,
        at=AT,
        institution=cast.school,
        stream=csv_file(row(cast.student, "A-1")),
        filename=f"../{cast.student.number}的成果.csv",
    )
    assert credit_return.file_name == "…的成果.csv"
    assert StoredFile.objects.get().name == "…的成果.csv"


def test_a_file_without_rows_is_a_finding(cast: Cast) -> None:
    credit_return = uploaded(cast)
    assert (credit_return.state, credit_return.findings_by_code) == ("faulty", {"no-rows": 1})


def test_a_return_posted_while_its_twin_waits_credits_once(cast: Cast) -> None:
    """Even if a twin slipped past every check, the books credit an achievement once."""
    first = accepted(cast, row(cast.student, "A-1"))
    CreditReturn.objects.filter(pk=first.pk).update(state="refused")
    second = accepted(cast, row(cast.student, "A-1"))
    CreditReturn.objects.filter(pk=first.pk).update(state="accepted")
    for credit_return in (first, second):
        post_return(credit_return.pk, at=AT)
    told = InboxMessage.objects.filter(person_id=person_of(cast.clerk).pk).order_by("id")
    assert [message.template for message in told] == ["evaluation.posted", "evaluation.posted-in-part"]
    assert balance_of(cast.student.holder_id).earned == 200
    assert Counter(ReturnRow.objects.values_list("state", flat=True)) == Counter({"posted": 1, "known": 1})


def _stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)
