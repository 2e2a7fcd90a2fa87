"""The offices that decide, review, audit or administer take two persons; invited people make their own logins."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC, SYSTEM
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.actors import acting_as
from creditbank.people.appointments import confirm_office, propose_new_person, propose_office, refuse_office
from creditbank.people.invitations import CODE_LIFE, accept_invitation, invite, invite_new_person
from creditbank.people.models import OfficeProposal, OfficeRole, StaffInvitation
from creditbank.people.rights import appoint_office, offices_of
from creditbank.people.second_factor import has_second_factor, second_factor_required
from creditbank.people.sweeping import sweep_people
from tests.people.cast import AT, PASSWORD, Cast, application, guardian, opened, person_of, someone


def proposed(cast: Cast, role: str = "reviewer") -> OfficeProposal:
    made = propose_office(actor=cast.admin, at=AT, person=someone("新审核"), role=role)
    assert isinstance(made, OfficeProposal)
    return made


def test_a_proposed_office_is_held_once_a_third_person_confirms(cast: Cast) -> None:
    proposal = proposed(cast)
    assert offices_of(proposal.person_id, AT) == []
    for wrong in (cast.admin, cast.reviewer, cast.auditor, cast.outsider, PUBLIC):
        with pytest.raises(NotAllowed):
            confirm_office(actor=wrong, at=AT, proposal=proposal)
    confirm_office(actor=cast.decider, at=AT, proposal=proposal)
    assert offices_of(proposal.person_id, AT) == ["reviewer"]
    with pytest.raises(Conflict):
        confirm_office(actor=cast.decider, at=AT, proposal=proposal)


def test_whoever_gets_the_office_does_not_confirm_it(cast: Cast) -> None:
    second = someone("管理乙")
    appoint_office(actor=cast.admin, at=AT, person=second, role="admin")
    proposal = propose_office(actor=cast.admin, at=AT, person=person_of(cast.decider), role="reviewer")
    assert isinstance(proposal, OfficeProposal)
    with pytest.raises(NotAllowed):
        confirm_office(actor=cast.decider, at=AT, proposal=proposal)
    confirm_office(actor=acting_as(second, "admin"), at=AT, proposal=proposal)
    assert offices_of(proposal.person_id, AT) == ["decider", "reviewer"]


def test_a_refused_proposal_gives_nothing_and_may_be_made_again(cast: Cast) -> None:
    proposal = proposed(cast)
    with pytest.raises(Conflict):
        propose_office(actor=cast.admin, at=AT, person=proposal.person, role="reviewer")
    refuse_office(actor=cast.decider, at=AT, proposal=proposal)
    assert offices_of(proposal.person_id, AT) == []
    propose_office(actor=cast.admin, at=AT, person=proposal.person, role="reviewer")


def test_the_hotline_is_appointed_by_one_and_so_is_everybody_while_there_is_no_second(cast: Cast) -> None:
    assert isinstance(propose_office(actor=cast.admin, at=AT, person=someone("坐席"), role="hotline"), OfficeRole)
    OfficeRole.objects.filter(role="decider").update(until=AT)
    made = propose_office(actor=cast.admin, at=AT, person=someone("核准乙"), role="decider")
    assert isinstance(made, OfficeRole)


def test_only_an_administrator_proposes_and_never_herself(cast: Cast) -> None:
    for wrong in (cast.decider, cast.reviewer, cast.outsider, PUBLIC, SYSTEM):
        with pytest.raises(NotAllowed):
            propose_office(actor=wrong, at=AT, person=someone("某人"), role="reviewer")
    with pytest.raises(NotAllowed):
        propose_office(actor=cast.admin, at=AT, person=person_of(cast.admin), role="auditor")


def test_an_invited_person_makes_her_own_login_once_and_needs_a_second_factor(cast: Cast) -> None:
    made, issued = propose_new_person(actor=cast.admin, at=AT, name="新坐席", role="hotline")
    assert isinstance(made, OfficeRole)
    assert issued.code not in str(list(StaffInvitation.objects.values_list()))
    assert issued.code not in repr(issued)
    spaced = f" {issued.code[:4].lower()}-{issued.code[4:]} "
    user = accept_invitation(at=AT, code=spaced, username="zuoxi", password=PASSWORD)
    assert user.person == made.person
    assert second_factor_required(user, AT)
    assert not has_second_factor(user)
    with pytest.raises(InvalidInput):
        accept_invitation(at=AT, code=issued.code, username="zuoxi2", password=PASSWORD)
    assert AuditRecord.objects.filter(action="login.accept", subject_id=str(made.person_id)).exists()


def test_a_code_runs_out_is_replaced_by_the_next_and_survives_a_bad_password(cast: Cast) -> None:
    person, first = invite_new_person(actor=cast.admin, at=AT, name="新人")
    second = invite(actor=cast.admin, at=AT, person=person)
    for code, at in ((first.code, AT), (second.code, AT + CODE_LIFE), ("nonsense", AT)):
        with pytest.raises(InvalidInput) as caught:
            accept_invitation(at=at, code=code, username="xinren", password=PASSWORD)
        assert caught.value.reason == "invitation-code"
    with pytest.raises(InvalidInput):
        accept_invitation(at=AT, code=second.code, username="xinren", password="1234")
    assert accept_invitation(at=AT, code=second.code, username="xinren", password=PASSWORD).person == person
    third = invite_new_person(actor=cast.admin, at=AT, name="另一新人")[0]
    sweep_people(AT + CODE_LIFE + timedelta(days=1))
    assert not StaffInvitation.objects.filter(person=third).exists()


def test_no_invitation_leads_to_a_family_or_to_somebody_with_a_login(cast: Cast) -> None:
    mother = guardian()
    student = opened(cast, application(), mother).account.student
    for wrong in (student.person, person_of(mother)):
        with pytest.raises(NotAllowed):
            invite(actor=cast.admin, at=AT, person=wrong)
    person, issued = invite_new_person(actor=cast.admin, at=AT, name="新人")
    accept_invitation(at=AT, code=issued.code, username="xinren", password=PASSWORD)
    with pytest.raises(Conflict):
        invite(actor=cast.admin, at=AT, person=person)
    for stranger in (cast.decider, cast.clerk, PUBLIC):
        with pytest.raises(NotAllowed):
            invite_new_person(actor=stranger, at=AT, name="外人")
