"""Who may use which operation of the API: one entry for each; an operation without an entry fails its test.

``key`` is the school's own system with every scope, ``narrow_key`` has that of redemptions alone; other keys and roles
stand for those who are never meant.
"""

import re
from collections.abc import Mapping
from typing import Final

from tests.api.things import Things
from tests.everybody import ROLES

EVERYBODY: Final = frozenset({*ROLES, "key", "narrow_key", "other_key"})
SIGNED_IN: Final = frozenset(ROLES) - {"public"}
FAMILY: Final = frozenset({"student", "guardian"})
CLERK: Final = frozenset({"clerk", "key"})
SCHOOL: Final = CLERK | {"approver"}
STAFF: Final = SCHOOL - {"key"}
OFFICE: Final = frozenset({"reviewer", "decider", "auditor", "admin"})
REVIEWER: Final = frozenset({"reviewer"})
DECIDER: Final = frozenset({"decider"})
GUARDIAN: Final = frozenset({"guardian"})
OFFICERS: Final = REVIEWER | DECIDER
READERS: Final = OFFICERS | {"auditor"}

MEANT: Final[Mapping[str, frozenset[str]]] = {
    "POST /policy/decide": EVERYBODY,
    "GET /policy/law": EVERYBODY,
    "GET /returns/template.xlsx": EVERYBODY,
    "POST /returns/check": SCHOOL,
    "POST /returns": CLERK,
    "GET /returns": SCHOOL | OFFICE,
    "PUT /returns/{number}/file": CLERK,
    "POST /returns/{number}/mend": CLERK,
    "GET /returns/{number}": SCHOOL | OFFICE,
    "GET /returns/{number}/findings": SCHOOL | OFFICE,
    "GET /returns/{number}/rows": SCHOOL | OFFICE,
    "GET /returns/{number}/error-sheet.xlsx": SCHOOL,
    "GET /returns/{number}/receipt": SCHOOL | OFFICE,
    "GET /returns/{number}/receipt.pdf": SCHOOL | OFFICE,
    "POST /returns/{number}/submit": CLERK,
    "POST /returns/{number}/recheck": CLERK,
    "POST /returns/{number}/withdraw": CLERK,
    "POST /returns/{number}/approve": frozenset({"approver"}),
    "POST /returns/{number}/send-back": frozenset({"approver"}),
    "POST /returns/{number}/review": REVIEWER,
    "POST /returns/{number}/rows/{row}/reversal": SCHOOL,
    "GET /reversals": SCHOOL | OFFICE,
    "POST /reversals/{reversal}/decide": REVIEWER,
    "GET /accounts": FAMILY | {"adult"},
    "GET /accounts/{account}": FAMILY,
    "GET /accounts/{account}/statement": FAMILY,
    "GET /accounts/{account}/statement.pdf": FAMILY,
    "GET /accounts/{account}/statement.xlsx": FAMILY,
    "POST /accounts/{account}/freeze": DECIDER,
    "POST /accounts/{account}/unfreeze": DECIDER,
    "POST /accounts/{account}/close": DECIDER,
    "POST /accounts/{account}/card": FAMILY | REVIEWER,
    "GET /corrections": OFFICE,
    "POST /corrections": OFFICERS,
    "GET /corrections/{number}": OFFICE,
    "POST /corrections/{number}/agree": DECIDER,
    "POST /corrections/{number}/refuse": DECIDER,
    # The reviewer asked, so nobody else takes the wish back.
    "POST /corrections/{number}/withdraw": REVIEWER,
    "GET /attainments/skills": READERS,
    "GET /attainments/honours": READERS,
    "POST /attainments/skills/{skill}/decide": REVIEWER,
    "POST /attainments/honours/{honour}/decide": REVIEWER,
    "POST /openings": SIGNED_IN,
    "GET /openings": STAFF | {"reviewer", "auditor"},
    "GET /openings/{number}": STAFF | {"reviewer", "auditor"},
    "POST /openings/{number}/withdraw": frozenset({"clerk"}),
    "POST /openings/{number}/check-identity": STAFF | REVIEWER,
    "POST /openings/{number}/open": REVIEWER,
    "POST /openings/{number}/refuse": REVIEWER,
    "POST /openings/{number}/duplicates/{duplicate}/resolve": REVIEWER,
    "POST /paper-consents": STAFF,
    # The clerk entered the paper, so the colleague confirms it.
    "POST /paper-consents/{number}/confirm": frozenset({"approver"}),
    "GET /redemptions/eligibility/{account}": FAMILY,
    "GET /redemptions": FAMILY | READERS,
    "POST /redemptions": FAMILY,
    "POST /redemptions/counter": SCHOOL | {"narrow_key"},
    "GET /redemptions/{number}": FAMILY | READERS,
    "POST /redemptions/{number}/agree": GUARDIAN,
    "POST /redemptions/{number}/decline": GUARDIAN,
    "POST /redemptions/{number}/withdraw": FAMILY,
    "POST /redemptions/{number}/review": REVIEWER,
    "POST /redemptions/{number}/accept": DECIDER,
    "POST /redemptions/{number}/refuse": DECIDER,
    "POST /redemptions/{number}/fulfil": REVIEWER,
    "POST /redemptions/{number}/cancel": FAMILY,
    "POST /certificates/check": EVERYBODY,
    "GET /certificates": FAMILY,
    "GET /certificates/{number}.pdf": FAMILY,
    "GET /certificates/{number}": FAMILY | READERS,
    "POST /certificates/{number}/suspend": OFFICERS,
    "POST /certificates/{number}/reinstate": DECIDER,
    "POST /certificates/{number}/revoke": DECIDER,
    "GET /catalogue": EVERYBODY,
    "GET /catalogue/{product}": EVERYBODY,
    "GET /catalogue/schedules": READERS | {"admin"},
    "POST /catalogue/schedules": OFFICERS | {"admin"},
    "POST /catalogue/schedules/{number}/prices": OFFICERS | {"admin"},
    "POST /catalogue/schedules/{number}/publish": DECIDER,
    "POST /catalogue/schedules/{number}/withdraw": DECIDER,
    "GET /examinations/results": READERS,
    "POST /examinations/results": OFFICERS,
    # The reviewer recorded the result, so the decider confirms it.
    "POST /examinations/results/{result}/decide": DECIDER,
    "GET /examinations/rules": EVERYBODY,
    # The reviewer wrote the draft that waits; she gets a refusal for it.
    "POST /examinations/bank/{family}": OFFICERS | {"admin"},
    "POST /examinations/bank/{family}/release": DECIDER | {"admin"},
    # The student has one paper open; the adult may begin.
    "POST /examinations/sittings": frozenset({"adult"}),
    "GET /examinations/sittings/{sitting}": frozenset({"student"}),
    "PUT /examinations/sittings/{sitting}/answers": frozenset({"student"}),
    "POST /examinations/sittings/{sitting}/hand-in": frozenset({"student"}),
    "GET /institutions": EVERYBODY,
    "GET /institutions/{code}/students": SCHOOL | {"auditor", "admin"},
    "POST /institutions/{code}/students": frozenset({"clerk", "admin"}),
    "DELETE /institutions/{code}/students/{account}": frozenset({"clerk"}),
    "POST /balance": EVERYBODY,
    "GET /keys": EVERYBODY,
    "GET /texts": EVERYBODY,
    "GET /working-days": EVERYBODY,
    "GET /policy-versions": EVERYBODY,
    "GET /policy-versions/{code}/differences": EVERYBODY,
    "GET /notices": EVERYBODY,
    "GET /notices/{number}": EVERYBODY,
    "POST /notices/{number}/objections": EVERYBODY,
    "POST /notices": OFFICERS | {"admin"},
    "POST /notices/{number}/withdraw": DECIDER | {"admin"},
    "POST /objections/follow": EVERYBODY,
    "GET /objections": OFFICE,
    "POST /objections/{number}/decide": DECIDER,
    "GET /session": SIGNED_IN,
    "GET /problems": EVERYBODY,
    "GET /problems/{code}": EVERYBODY,
}
# Everybody who has logged in may ask for these lists; who has nothing to see gets an empty one.
OWN_LISTS: Final = frozenset(
    {"GET /returns", "GET /reversals", "GET /accounts", "GET /openings", "GET /redemptions"}
) | {"GET /certificates"}
_NUMBERS: Final = {
    "notices": "notice",
    "objections": "objection",
    "returns": "return",
    "openings": "opening",
    "paper-consents": "paper",
    "redemptions": "redemption",
    "certificates": "certificate",
    "corrections": "correction",
    "catalogue": "schedule",
}


def address(operation: str, things: Things) -> str:
    """The address of an operation, about the things of the first school."""
    path = operation.partition(" ")[2]
    part = path.split("/")[1]
    codes = {"code": things["school"] if part == "institutions" else "busy", "result": things["examination"]}
    if part == "policy-versions":
        codes["code"] = "2021-09-01"
    names = {**things, **codes, "number": things.get(_NUMBERS.get(part, ""), "")}
    filled = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)
    if part == "policy-versions":
        return f"{filled}?against=2021-09-01"
    return (
        f"{filled}?institution={things['school']}" if operation in {"POST /returns", "POST /returns/check"} else filled
    )
