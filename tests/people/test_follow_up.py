"""A family without a login follows its application by number and code, and shows the original where it chose to."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC
from creditbank.audit.models import AuditRecord
from creditbank.errors import Busy, Conflict, InvalidInput, NotAllowed
from creditbank.people.access import REVEAL
from creditbank.people.follow_up import (
    FollowLimits,
    HandedIn,
    Missing,
    choose_counter,
    follow_opening,
    missing_of,
    submit_followed,
)
from creditbank.people.identity_documents import resident_id
from creditbank.people.models import AccountOpening, DuplicateCase
from creditbank.people.opening_form import opening_pdf
from creditbank.people.opening_review import check_identity, open_account, refuse_opening
from creditbank.people.opening_sight import look_at_chosen
from tests.people.cast import ADULT_BIRTH, AT, CHILD_BIRTH, Cast, application, guardian, opened, paper
from tests.printing.reading import page_texts

NUMBER = resident_id("110101", ADULT_BIRTH, 998)


def sent(originals_at: str = "", *, sequence: int = 998) -> HandedIn:
    """An adult's application, sent online."""
    form = application(ADULT_BIRTH, originals_at=originals_at, sequence=sequence)
    return submit_followed(actor=PUBLIC, at=AT, application=form)


def found(number: str, code: str, source: str = "10.0.0.1") -> AccountOpening | None:
    return follow_opening(at=AT, source=source, number=number, code=code)


def test_number_and_code_find_the_application_however_they_are_typed(cast: Cast) -> None:
    mine = sent()
    number, code = mine.opening.number, mine.code
    assert len(code) == 12
    for typed_number, typed_code in (
        (number, code),
        (number.lower().replace("-", " "), f"{code[:4]} {code[4:8]}-{code[8:]}".lower()),
    ):
        assert found(typed_number, typed_code) == mine.opening
    looks = AuditRecord.objects.filter(action="opening.follow")
    assert [(each.subject_id, each.actor_role) for each in looks] == [(number, "public")] * 2
    assert code not in str(list(AuditRecord.objects.values()))
    assert code not in str(AccountOpening.objects.values().get())
    assert code not in repr(mine)


def test_every_miss_gets_the_same_answer(cast: Cast) -> None:
    mine, counter = sent(), application(ADULT_BIRTH, sequence=997, institution_code="SJSX")
    over_counter = submit_followed(actor=cast.clerk, at=AT, application=counter).opening
    AccountOpening.objects.filter(pk=over_counter.pk).update(follow_up_hash="")
    tried = [(mine.opening.number, "A" * 12), ("KH-2026-999999", mine.code), ("", ""), (over_counter.number, "")]
    assert [found(number, code) for number, code in tried] == [None] * len(tried)


def test_looks_are_limited_by_source_and_by_number(cast: Cast) -> None:
    mine = sent()
    limits = FollowLimits(source=2, number=4)

    def look(source: str, code: str = "A" * 12) -> None:
        follow_opening(at=AT, source=source, number=mine.opening.number, code=code, limits=limits)

    look("10.0.0.1")
    look("10.0.0.1")
    with pytest.raises(Busy):
        look("10.0.0.1", mine.code)
    look("10.0.0.2")
    with pytest.raises(Busy):
        look("10.0.0.3", mine.code)
    later = AT + timedelta(minutes=11)
    assert follow_opening(at=later, source="10.0.0.1", number=mine.opening.number, code=mine.code, limits=limits)


def test_what_is_missing_is_told_step_by_step(cast: Cast) -> None:
    mine = sent().opening
    assert missing_of(mine) == [Missing.ORIGINAL, Missing.REVIEW]
    checked = check_identity(actor=cast.second_reviewer, at=AT, opening=mine, method="original-seen")
    assert missing_of(checked) == [Missing.REVIEW]
    open_account(actor=cast.reviewer, at=AT, opening=checked)
    assert missing_of(checked) == []
    form = application(CHILD_BIRTH, name="林小满", institution_code="SJSX", paper_number=paper(cast))
    minor = submit_followed(actor=cast.clerk, at=AT, application=form).opening
    assert missing_of(minor) == [Missing.ORIGINAL, Missing.REVIEW]


def test_a_suspected_duplicate_is_told_without_saying_of_whom(cast: Cast) -> None:
    opened(cast, application(ADULT_BIRTH, sequence=996), PUBLIC)
    mine = sent().opening
    assert missing_of(mine) == [Missing.ORIGINAL, Missing.DUPLICATE, Missing.REVIEW]
    DuplicateCase.objects.update(state=DuplicateCase.State.DISTINCT)
    assert Missing.DUPLICATE not in missing_of(mine)


def test_after_a_refusal_the_reason_can_still_be_read(cast: Cast) -> None:
    mine = sent()
    refuse_opening(actor=cast.reviewer, at=AT, opening=mine.opening, reason="证件已过期，请换证后再来")
    after = found(mine.opening.number, mine.code)
    assert after is not None
    assert (after.state, after.name, after.refusal_reason) == ("refused", "", "证件已过期，请换证后再来")
    assert missing_of(after) == []


def test_only_a_member_in_good_standing_can_be_chosen(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        sent("NONE")
    assert (caught.value.reason, caught.value.data["field"]) == ("counter-unknown", "originals_at")
    assert not AccountOpening.objects.exists()
    mine = sent("SJSX")
    with pytest.raises(InvalidInput):
        move(mine, "NONE")
    assert move(mine, "HEBX") is not None
    assert AccountOpening.objects.get().originals_at == "HEBX"
    assert move(HandedIn(mine.opening, "A" * 12), "SJSX") is None
    assert AccountOpening.objects.get().originals_at == "HEBX"


def move(mine: HandedIn, code: str) -> AccountOpening | None:
    return choose_counter(at=AT, source="10.0.0.1", number=mine.opening.number, code=mine.code, institution_code=code)


def test_the_place_stands_once_the_original_was_seen(cast: Cast) -> None:
    mine = sent("SJSX")
    check_identity(actor=cast.clerk, at=AT, opening=mine.opening, method="original-seen", seen_number=NUMBER)
    with pytest.raises(Conflict) as caught:
        move(mine, "HEBX")
    assert caught.value.reason == "opening-checked"


def test_the_chosen_counter_reads_the_number_off_the_original(cast: Cast) -> None:
    mine = sent("SJSX").opening
    other = resident_id("110101", ADULT_BIRTH, 997)
    for wrong, reason in ((other, "original-differs"), ("", "document-empty"), (NUMBER[:-1], "document-length")):
        with pytest.raises(InvalidInput) as caught:
            check_identity(actor=cast.clerk, at=AT, opening=mine, method="original-seen", seen_number=wrong)
        assert (caught.value.reason, caught.value.data["field"]) == (reason, "seen_number")
        assert wrong == "" or wrong not in str(caught.value)
    spaced = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"
    after = check_identity(actor=cast.clerk, at=AT, opening=mine, method="card-reader", seen_number=spaced)
    assert (after.checked_by_id, after.checked_at, after.check_method) == (cast.clerk.person_id, AT, "card-reader")
    assert NUMBER not in str(list(AuditRecord.objects.values()))


def test_no_other_counter_checks_or_looks(cast: Cast) -> None:
    mine, free = sent("SJSX").opening, sent(sequence=997).opening
    for who in (cast.other_clerk, cast.outsider, cast.decider, PUBLIC):
        for opening in (mine, free):
            with pytest.raises(NotAllowed):
                check_identity(actor=who, at=AT, opening=opening, method="original-seen", seen_number=NUMBER)
            with pytest.raises(NotAllowed):
                look_at_chosen(actor=who, at=AT, opening=opening)
    with pytest.raises(NotAllowed):
        check_identity(actor=cast.clerk, at=AT, opening=free, method="original-seen", seen_number=NUMBER)
    assert check_identity(actor=cast.reviewer, at=AT, opening=mine, method="original-seen").checked_at == AT


def test_a_look_of_the_chosen_counter_is_recorded(cast: Cast) -> None:
    mine = sent("SJSX").opening
    look_at_chosen(actor=cast.clerk, at=AT, opening=mine)
    look = AuditRecord.objects.get(action=REVEAL)
    assert (look.subject_id, look.actor_id, look.refs["institution"]) == (mine.number, cast.clerk.person_id, "SJSX")
    refuse_opening(actor=cast.reviewer, at=AT, opening=mine, reason="申请人撤回")
    mine.refresh_from_db()
    with pytest.raises(Conflict):
        look_at_chosen(actor=cast.clerk, at=AT, opening=mine)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_filled_form_has_everything_but_the_number(cast: Cast, lang: str) -> None:
    mine = submit_followed(actor=guardian(), at=AT, application=application(phone="13800000000")).opening
    content = opening_pdf(mine, institution_name="示例学校", lang="en" if lang == "en" else "zh", at=AT)
    text = "".join(page_texts(content))
    for part in (mine.number, "林知夏", "林远", "2010-05-04", mine.masked):
        assert part in text
    assert resident_id("110101", mine.birth_date or ADULT_BIRTH, 998) not in text.replace(" ", "")
    assert "13800000000" not in text
