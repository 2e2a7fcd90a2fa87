"""Re-exports of every part's models, for Django alone."""

from creditbank.audit.models import AuditRecord
from creditbank.messages.models import InboxMessage
from creditbank.people.models import (
    AccessGrant,
    Account,
    AccountOpening,
    ActivationCode,
    Consent,
    ConsentText,
    ContactPhone,
    DuplicateCase,
    Guardianship,
    IdentityCheck,
    IdentityDocument,
    OfficeRole,
    PaperConsent,
    Person,
    QueryCount,
    Student,
    StudentCard,
    User,
)

__all__ = [
    "AccessGrant",
    "Account",
    "AccountOpening",
    "ActivationCode",
    "AuditRecord",
    "Consent",
    "ConsentText",
    "ContactPhone",
    "DuplicateCase",
    "Guardianship",
    "IdentityCheck",
    "IdentityDocument",
    "InboxMessage",
    "OfficeRole",
    "PaperConsent",
    "Person",
    "QueryCount",
    "Student",
    "StudentCard",
    "User",
]
