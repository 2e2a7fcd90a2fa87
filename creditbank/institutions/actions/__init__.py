"""Verbs of the part `institutions`: members and their people, keys, schemes."""

from creditbank.institutions.actions.keys import SCOPES, NewKey, authenticate_api_key, create_api_key, revoke_api_key
from creditbank.institutions.actions.members import (
    appoint_staff,
    end_enrolment,
    end_staff,
    enrol_student,
    register_institution,
    set_institution_state,
)
from creditbank.institutions.actions.openings import open_account_and_enrol
from creditbank.institutions.actions.schemes import load_scheme, load_shipped_schemes

__all__ = [
    "SCOPES",
    "NewKey",
    "appoint_staff",
    "authenticate_api_key",
    "create_api_key",
    "end_enrolment",
    "end_staff",
    "enrol_student",
    "load_scheme",
    "load_shipped_schemes",
    "open_account_and_enrol",
    "register_institution",
    "revoke_api_key",
    "set_institution_state",
]
