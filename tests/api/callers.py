"""Who calls in the tests: everybody by session, and the systems of two schools by key."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from creditbank.audit.actor import Actor
from creditbank.institutions.actions import SCOPES, appoint_staff, create_api_key
from creditbank.institutions.models import Institution
from tests.cast import AT, actor, person, person_of
from tests.evaluation.returns import Row, csv_file
from tests.everybody import Everybody

JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Callers:
    """Everybody, with the secrets of three keys: the school's, one without a scope that matters, another school's."""

    everybody: Everybody
    key: str
    narrow_key: str
    other_key: str

    def system(self, secret: str) -> Client:
        """The school's own system."""
        return Client(headers={"Authorization": f"Bearer {secret}"})


def gather_callers(everybody: Everybody) -> Callers:
    """Make the keys."""
    cast = everybody.cast
    other_approver = person("外校审批")
    appoint_staff(actor=cast.admin, at=AT, institution=cast.other_school, person=other_approver, role="approver")
    return Callers(
        everybody,
        _key(cast.approver, cast.school, cast.clerk, list(SCOPES)),
        _key(cast.approver, cast.school, cast.clerk, ["redemptions:write"]),
        _key(actor(other_approver, "approver"), cast.other_school, cast.other_clerk, list(SCOPES)),
    )


def sent_file(*rows: Row) -> SimpleUploadedFile:
    """A return as a browser or a system sends it."""
    return SimpleUploadedFile("申报.csv", csv_file(*rows).getvalue(), "text/csv")


def post(client: Client, path: str, body: object | None = None, *, key: str = "") -> Any:
    """A write of JSON, with an Idempotency-Key if one is given."""
    headers = {"Idempotency-Key": key} if key else {}
    content = "" if body is None else json.dumps(body)
    return client.post(f"/api/v1{path}", content, content_type=JSON, headers=headers)


def _key(approver: Actor, school: Institution, clerk: Actor, scopes: list[str]) -> str:
    made = create_api_key(
        actor=approver, at=AT, institution=school, label="校内系统", scopes=scopes, acts_for=person_of(clerk)
    )
    return made.secret
