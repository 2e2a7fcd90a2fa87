"""Who may open which page and who may send which form: one entry for every route of the portals.

A route without an entry fails ``test_every_door``; ``test_every_page`` looks at every page of the table in a browser.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.everybody import ROLES

EVERYBODY: Final = frozenset(ROLES)
SIGNED_IN: Final = EVERYBODY - {"public"}
FAMILY: Final = frozenset({"student", "guardian"})
# Everybody with a passbook of her own or of a ward.
READERS: Final = FAMILY | {"adult"}
CLERK: Final = frozenset({"clerk"})
APPROVER: Final = frozenset({"approver"})
SCHOOL: Final = CLERK | APPROVER
REVIEWER: Final = frozenset({"reviewer"})
DECIDER: Final = frozenset({"decider"})
ADMIN: Final = frozenset({"admin"})
OFFICERS: Final = REVIEWER | DECIDER
# Who writes and releases the questions of examinations.
WRITERS: Final = OFFICERS | ADMIN
# Who answers what waits for a second person.
SECOND: Final = DECIDER | ADMIN
CASES: Final = OFFICERS | {"auditor", "admin"}
LOOKERS: Final = CASES | {"hotline"}
NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Door:
    """A route: what a GET brings (``page``, ``part`` of a page, ``file``, ``way`` to elsewhere, ``deed``: POST only).

    ``opens`` may GET, ``sends`` may POST, ``led`` are led to another page of their own portal. ``needs`` says which
    thing of the world fills a parameter of the route; a parameter that it does not name is filled by its namesake.
    """

    shape: str
    opens: frozenset[str] = NOBODY
    sends: frozenset[str] = NOBODY
    needs: Mapping[str, str] = field(default_factory=dict)
    led: frozenset[str] = NOBODY

    def values(self, things: Mapping[str, str | int]) -> dict[str, str | int]:
        """The things of a world under the names of the route's parameters."""
        return {**things, **{parameter: things[thing] for parameter, thing in self.needs.items()}}


def page(opens: Collection[str], sends: Collection[str] = NOBODY, **needs: str) -> Door:
    """An HTML page; with a form where somebody sends."""
    return Door("page", frozenset(opens), frozenset(sends), needs)


def part(opens: Collection[str], **needs: str) -> Door:
    """A piece of a page, fetched by the page itself."""
    return Door("part", frozenset(opens), NOBODY, needs)


def file(opens: Collection[str], **needs: str) -> Door:
    """Something to keep: PDF, workbook, JSON, stylesheet."""
    return Door("file", frozenset(opens), NOBODY, needs)


def way(opens: Collection[str], **needs: str) -> Door:
    """Leads to another page of the site."""
    return Door("way", frozenset(opens), NOBODY, needs)


def deed(sends: Collection[str], **needs: str) -> Door:
    """A form without a page of its own."""
    return Door("deed", NOBODY, frozenset(sends), needs)


# Who sits in the house of a portal: refused there with a reason, where a stranger finds nothing at all.
HOUSES: Final[Mapping[str, frozenset[str]]] = {
    "student": FAMILY,
    "institution": SCHOOL,
    "office": LOOKERS,
}

DOORS: Final[Mapping[str, Door]] = {
    "stylesheet": file(EVERYBODY, name="style"),
    "set_language": Door("way", EVERYBODY, EVERYBODY),
    "set_theme": deed(EVERYBODY),
    "api_docs": page(EVERYBODY),
    "api_docs_v1": Door("way", EVERYBODY, EVERYBODY),
    "api_unknown": deed(NOBODY),
    # The public's.
    "public:home": page(EVERYBODY),
    "public:arrive": way(SIGNED_IN),
    "public:regulation": page(EVERYBODY),
    "public:products": page(EVERYBODY),
    "public:exam_rules": page(EVERYBODY),
    "public:members": page(EVERYBODY),
    "public:help": page(EVERYBODY),
    "public:privacy": page(EVERYBODY),
    "public:contact": page(EVERYBODY),
    "public:keys": page(EVERYBODY),
    "public:keys_json": file(EVERYBODY),
    "public:check": page(EVERYBODY, EVERYBODY),
    "public:activate": page(EVERYBODY, EVERYBODY),
    "public:invitation": page(EVERYBODY, EVERYBODY),
    "public:balance": page(EVERYBODY, EVERYBODY),
    "public:notices": page(EVERYBODY),
    "public:versions": page(EVERYBODY),
    "public:version": page(EVERYBODY, code="policy_version"),
    "public:working_days": page(EVERYBODY),
    "public:objection_follow": page(EVERYBODY, EVERYBODY),
    "public:notice": page(EVERYBODY, number="notice"),
    "public:objection": page(EVERYBODY, EVERYBODY, number="notice", line="notice_line"),
    "entry:opening": page(EVERYBODY, EVERYBODY),
    # Who has handed nothing in is asked for number and code.
    "entry:opening_done": way(EVERYBODY),
    "entry:opening_status": page(EVERYBODY, EVERYBODY),
    # For those alone who know a number and its code.
    "entry:opening_status_form": deed(NOBODY),
    "entry:opening_form": file(EVERYBODY),
    "entry:register": page(EVERYBODY, EVERYBODY),
    # The student's and guardian's. Who has no passbook is told so on the first page.
    "student:passbook": page(SIGNED_IN),
    "student:holders": page(READERS),
    "student:choose_holder": deed(FAMILY),
    "student:join": page(SIGNED_IN, SIGNED_IN),
    "student:card": page(READERS),
    "student:offers": page(READERS),
    "student:offer": page(READERS),
    # Whose application is running already is led to it.
    "student:apply": Door("page", FAMILY, READERS, led=frozenset({"adult"})),
    "student:redemptions": page(READERS),
    "student:redemption": page(FAMILY, number="own_redemption"),
    "student:cancel": page(FAMILY, FAMILY, number="own_redemption"),
    "student:withdraw": page(FAMILY, FAMILY, number="own_redemption"),
    "student:answer": deed({"guardian"}, number="own_redemption"),
    "student:form_pdf": file(FAMILY, number="own_redemption"),
    "student:exams": page(READERS),
    # A guardian reads the rules and the results; the student sits.
    "student:exam_begin": page(READERS, {"student", "adult"}, family="exam_family"),
    "student:sitting": page(FAMILY, {"student"}, pk="marked_sitting"),
    "student:sitting_save": deed({"student"}, pk="open_sitting"),
    "student:sitting_hand_in": page({"student"}, {"student"}, pk="open_sitting"),
    "student:sitting_dispute": deed({"student"}, pk="marked_sitting"),
    "student:certificates": page(READERS),
    "student:certificate": page(FAMILY, number="certificate"),
    "student:sheet": file(FAMILY, number="certificate"),
    "student:statement": page(READERS),
    "student:data": page(READERS, READERS),
    "student:looks": page(READERS),
    "student:consents": page(READERS),
    "student:give_consent": deed({"guardian", "adult"}),
    "student:withdraw_consent": deed({"guardian"}),
    "student:inbox": page(SIGNED_IN),
    "student:read_all": deed(SIGNED_IN),
    "student:open_message": deed({"student"}, message="student_message"),
    # The institution's: its own staff alone.
    "institution:door": way({*SCHOOL, "other_clerk"}),
    "institution:find_return": way(SCHOOL, number="return"),
    "institution:home": page(SCHOOL),
    "institution:inbox": page(SCHOOL),
    "institution:read_all": deed(SCHOOL),
    "institution:read_message": deed(APPROVER, message_id="approver_message"),
    "institution:returns": page(SCHOOL),
    "institution:return_new": page(SCHOOL, CLERK),
    "institution:return_template": file(SCHOOL),
    "institution:return": page(SCHOOL, number="return"),
    "institution:progress": part(SCHOOL, number="return"),
    "institution:replace": deed(CLERK, number="faulty_return"),
    "institution:mend": deed(CLERK, number="faulty_return"),
    "institution:recheck": deed(CLERK, number="faulty_return"),
    "institution:submit": deed(CLERK, number="faulty_return"),
    "institution:approve": deed(APPROVER, number="submitted_return"),
    "institution:send_back": deed(APPROVER, number="submitted_return"),
    "institution:withdraw": deed(CLERK, number="submitted_return"),
    "institution:errors": file(SCHOOL, number="faulty_return"),
    "institution:receipt": page(SCHOOL, number="return"),
    "institution:receipt_json": file(SCHOOL, number="return"),
    "institution:receipt_pdf": file(SCHOOL, number="return"),
    "institution:rows": page(SCHOOL, number="return"),
    "institution:row": page(SCHOOL, CLERK, number="return"),
    "institution:students": page(SCHOOL, SCHOOL),
    "institution:enrol": page(SCHOOL, CLERK),
    "institution:student": page(SCHOOL),
    "institution:regroup": deed(CLERK),
    "institution:leave": deed(CLERK),
    "institution:products": page(SCHOOL),
    "institution:counter_apply": page(SCHOOL, CLERK),
    "institution:redemptions": page(SCHOOL),
    "institution:redemption": page(SCHOOL, number="counter_redemption"),
    "institution:redemption_form": file(SCHOOL, number="counter_redemption"),
    "institution:openings": page(SCHOOL),
    "institution:opening_new": page(SCHOOL, CLERK),
    "institution:opening": page(SCHOOL, SCHOOL, number="opening"),
    "institution:opening_form": file(SCHOOL, number="opening"),
    "institution:papers": page(SCHOOL),
    "institution:paper_new": page(SCHOOL, SCHOOL),
    "institution:paper": page(SCHOOL, number="paper"),
    "institution:paper_confirm": deed(APPROVER, number="paper"),
    "institution:forms": page(SCHOOL),
    "institution:blank_opening": file(SCHOOL),
    "institution:blank_redemption": file(SCHOOL),
    "institution:scheme": page(SCHOOL),
    "institution:staff": page(SCHOOL, APPROVER),
    "institution:staff_end": deed(APPROVER),
    "institution:keys": page(SCHOOL, APPROVER),
    "institution:key_revoke": deed(SCHOOL),
    # The management group's.
    "office:inbox": Door("page", CASES, led=frozenset({"hotline"})),
    "office:duties": page(LOOKERS),
    "office:messages": page(LOOKERS),
    "office:read_all": deed(LOOKERS),
    "office:read_message": deed(REVIEWER, message_id="reviewer_message"),
    "office:returns": page(CASES),
    "office:return": page(CASES, number="approved_return"),
    "office:return_decide": deed(REVIEWER, number="approved_return"),
    "office:return_rows": page(CASES, number="approved_return"),
    "office:redemptions": page(CASES),
    "office:redemption": page(CASES, number="held_redemption"),
    "office:redemption_review": deed(REVIEWER, number="held_redemption"),
    "office:redemption_decide": deed(DECIDER, number="held_redemption"),
    "office:redemption_fulfil": deed(REVIEWER, number="held_redemption"),
    "office:redemption_reveal": deed(OFFICERS, number="held_redemption"),
    "office:openings": page(CASES),
    "office:opening": page(CASES, number="opening"),
    "office:opening_check": deed(REVIEWER, number="opening"),
    "office:opening_reveal": deed(REVIEWER, number="opening"),
    "office:opening_refuse": deed(REVIEWER, number="opening"),
    "office:opening_approve": deed(REVIEWER, number="opening"),
    # For those alone who have the one-time codes that the page before it showed.
    "office:opening_slip": deed(NOBODY, number="opening"),
    "office:duplicate": page(CASES, pk="duplicate"),
    "office:duplicate_resolve": deed(REVIEWER, pk="duplicate"),
    "office:skill": page(CASES, pk="skill"),
    "office:skill_answer": deed(REVIEWER, pk="skill"),
    "office:honour": page(CASES, pk="honour"),
    "office:honour_answer": deed(REVIEWER, pk="honour"),
    "office:reversal": page(CASES, pk="reversal"),
    "office:reversal_answer": deed(REVIEWER, pk="reversal"),
    "office:prices": page(CASES),
    "office:schedule_new": page(SECOND | REVIEWER, SECOND | REVIEWER),
    "office:items": page(CASES),
    "office:item_new": page(SECOND | REVIEWER, SECOND | REVIEWER),
    "office:item": page(CASES, pk="added_item"),
    "office:item_agree": deed(DECIDER, pk="added_item"),
    "office:schedule": page(CASES, number="schedule"),
    "office:schedule_put": deed(SECOND | REVIEWER, number="schedule"),
    "office:schedule_remove": deed(SECOND | REVIEWER, number="schedule"),
    "office:schedule_allot": deed(SECOND | REVIEWER, number="schedule"),
    "office:schedule_bring": deed(SECOND | REVIEWER, number="schedule"),
    "office:schedule_sheet": file(CASES, number="schedule"),
    "office:schedule_publish": deed(DECIDER, number="schedule"),
    "office:schedule_call_off": deed(DECIDER, number="schedule"),
    "office:schedule_withdraw": deed(DECIDER, number="schedule"),
    "office:exams": page(CASES),
    "office:exam_new": page(OFFICERS, OFFICERS),
    # The bank shows its answers: nobody but the management group opens it.
    "office:exam_banks": page(CASES),
    "office:exam_bank": page(CASES, family="exam_family"),
    "office:exam_question_new": page(WRITERS, WRITERS, family="exam_family"),
    "office:exam_import": page(WRITERS, WRITERS, family="exam_family"),
    "office:exam_release": page(WRITERS, WRITERS, family="exam_family"),
    "office:exam_export": file(WRITERS, family="exam_family", form="exam_format"),
    "office:exam_question": page(CASES, pk="question"),
    "office:exam_question_edit": page(WRITERS, WRITERS, pk="question"),
    "office:exam_question_step": deed(OFFICERS, pk="question", name="question_step"),
    "office:exam_rules": page(CASES),
    "office:exam_rules_new": page(WRITERS, WRITERS),
    "office:exam_rules_one": page(CASES, pk="exam_rules"),
    "office:exam_rules_publish": deed(DECIDER, pk="exam_rules"),
    "office:exam_disputes": page(CASES),
    "office:exam": page(CASES, pk="exam"),
    "office:exam_answer": deed(OFFICERS, pk="exam"),
    "office:certificates": page(CASES),
    "office:certificate": page(CASES, number="certificate"),
    "office:certificate_sheet": file(OFFICERS | ADMIN, number="certificate"),
    "office:certificate_step": deed(OFFICERS, number="certificate", name="certificate_step"),
    "office:accounts": page(LOOKERS, LOOKERS),
    "office:account": page(LOOKERS),
    "office:account_reveal": deed(OFFICERS | {"auditor", "hotline"}),
    "office:account_grant": deed(DECIDER | ADMIN),
    "office:account_steps": page(CASES),
    "office:account_state": deed(DECIDER),
    "office:account_card": deed(REVIEWER),
    # For those alone who have the card number that the page before it showed.
    "office:account_card_sheet": deed(NOBODY),
    "office:account_code": page({"reviewer", "hotline"}, {"reviewer", "hotline"}),
    "office:renewal": page(CASES, pk="renewal"),
    "office:renewal_answer": deed(REVIEWER, pk="renewal"),
    "office:correction_new": page(OFFICERS, OFFICERS),
    "office:corrections": page(CASES),
    "office:correction": page(CASES, number="correction"),
    "office:correction_progress": part(CASES, number="correction"),
    "office:correction_decide": deed(DECIDER, number="correction"),
    # The reviewer asked, so nobody else takes the wish back.
    "office:correction_withdraw": deed(REVIEWER, number="correction"),
    "office:correction_resume": deed(DECIDER, number="correction"),
    "office:account_ask": deed(LOOKERS),
    "office:grants": page(LOOKERS),
    # One's own grant, or an approver's answer; the auditor sees it and may not end it.
    "office:grant_end": deed({"reviewer", "decider", "admin"}, pk="grant"),
    "office:access": page(SECOND | {"auditor"}, pk="access"),
    "office:access_answer": deed(SECOND, pk="access"),
    # The request is the reviewer's own.
    "office:access_withdraw": deed(REVIEWER, pk="access"),
    "office:institutions": page(CASES),
    "office:institution_new": page(ADMIN, ADMIN),
    "office:institution": page(CASES),
    "office:institution_state": deed(ADMIN),
    "office:institution_appoint": deed(ADMIN),
    "office:institution_staff_end": deed(ADMIN, pk="staff_id"),
    "office:institution_staff_invite": deed(ADMIN, pk="staff_id"),
    "office:membership": page(SECOND | {"auditor"}, pk="membership"),
    "office:membership_answer": deed(SECOND, pk="membership"),
    "office:audit": page({"auditor", "admin"}),
    "office:audit_record": page({"auditor", "admin"}, pk="audit_record"),
    "office:people": page({"auditor", "admin"}, ADMIN),
    "office:people_end": deed(ADMIN, pk="office"),
    "office:people_invite": deed(ADMIN, pk="office"),
    "office:proposal": page(SECOND | {"auditor"}, pk="proposal"),
    "office:proposal_answer": deed(SECOND, pk="proposal"),
    "office:work_take": deed(OFFICERS),
    "office:work_assign": deed(OFFICERS),
    "office:work_release": deed(OFFICERS),
    "office:books": page(CASES),
    "office:prove": deed({"auditor", "admin", "decider"}),
    "office:proof": part(CASES),
    "office:books_refresh": deed({"auditor", "admin", "decider"}),
    "office:policy": page(CASES),
    "office:notices": page(CASES),
    "office:policy_draft": page(OFFICERS, OFFICERS),
    "office:policy_version": page(CASES, code="policy_version"),
    "office:policy_announce": deed(DECIDER, code="policy_version"),
    "office:policy_recall": deed(DECIDER, code="policy_version"),
    "office:working_days": page(CASES),
    "office:working_year": page(ADMIN, ADMIN, year="working_year"),
    "office:disclosure": page(OFFICERS | ADMIN, OFFICERS | ADMIN),
    "office:notice": page(CASES, number="notice"),
    "office:notice_withdraw": deed(SECOND, number="notice"),
    "office:objections": page(CASES),
    "office:objection": page(CASES, number="objection"),
    "office:objection_read": deed(OFFICERS, number="objection"),
    "office:objection_decide": deed(DECIDER, number="objection"),
}
