"""Verbs of the part `institutions`: members and their people, keys, schemes."""

from creditbank.institutions.actions.joining import (
    Entry,
    approve_institution,
    credit_code_stands,
    propose_institution,
    refuse_institution,
)
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
from creditbank.institutions.actions.staffing import appoint_new_person

__all__ = [
    "SCOPES",
    "Entry",
    "NewKey",
    "appoint_new_person",
    "appoint_staff",
    "approve_institution",
    "authenticate_api_key",
    "create_api_key",
    "credit_code_stands",
    "end_enrolment",
    "end_staff",
    "enrol_student",
    "load_scheme",
    "load_shipped_schemes",
    "open_account_and_enrol",
    "propose_institution",
    "refuse_institution",
    "register_institution",
    "revoke_api_key",
    "set_institution_state",
]
