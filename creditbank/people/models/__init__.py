"""What the part `people` remembers, by idea: persons and logins, students, identity, consents, openings, access."""

from creditbank.people.models.access import AccessGrant, AccessRequest, QueryCount
from creditbank.people.models.consents import Consent, ConsentText, PaperConsent
from creditbank.people.models.identity import ContactPhone, IdentityCheck, IdentityDocument
from creditbank.people.models.openings import AccountOpening, ActivationCode, CodeRenewal, DuplicateCase
from creditbank.people.models.persons import OfficeRole, Person, User
from creditbank.people.models.staffing import OfficeProposal, StaffInvitation, WorkAssignment
from creditbank.people.models.students import Account, Guardianship, Student, StudentCard

__all__ = [
    "AccessGrant",
    "AccessRequest",
    "Account",
    "AccountOpening",
    "ActivationCode",
    "CodeRenewal",
    "Consent",
    "ConsentText",
    "ContactPhone",
    "DuplicateCase",
    "Guardianship",
    "IdentityCheck",
    "IdentityDocument",
    "OfficeProposal",
    "OfficeRole",
    "PaperConsent",
    "Person",
    "QueryCount",
    "StaffInvitation",
    "Student",
    "StudentCard",
    "User",
    "WorkAssignment",
]
