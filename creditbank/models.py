"""Re-exports of every part's models, for Django alone."""

from creditbank.api.models import GivenAnswer
from creditbank.audit.models import AuditRecord
from creditbank.catalogue.models import AddedItem, Allotment, Price, PriceSchedule, Taking
from creditbank.certificates.models import Certificate, HonourUse, NumberSeries
from creditbank.corrections.models import AccountCorrection
from creditbank.evaluation.models import (
    CreditReturn,
    Honour,
    Receipt,
    ReturnFinding,
    ReturnRow,
    RowReversal,
    SkillCertificate,
)
from creditbank.examinations.models import (
    BankQuestion,
    Dispute,
    ExamResult,
    ExamRules,
    Ruling,
    Sitting,
    SittingQuestion,
)
from creditbank.files.models import StoredFile
from creditbank.institutions.models import ApiKey, Enrolment, Institution, Scheme, SchemeItem, Staff
from creditbank.ledger.models import Book, BookMove, PassbookLine
from creditbank.limits.models import SharedCount
from creditbank.messages.models import InboxMessage
from creditbank.notices.models import Freeze, Notice, NoticeLine, Objection
from creditbank.people.models import (
    AccessGrant,
    AccessRequest,
    Account,
    AccountOpening,
    ActivationCode,
    CodeRenewal,
    Consent,
    ConsentText,
    ContactPhone,
    DuplicateCase,
    Guardianship,
    IdentityCheck,
    IdentityDocument,
    OfficeProposal,
    OfficeRole,
    PaperConsent,
    Person,
    QueryCount,
    StaffInvitation,
    Student,
    StudentCard,
    User,
    WorkAssignment,
)
from creditbank.records.models import BooksProof, BooksTotals
from creditbank.redemption.models import PriceCancellation, Redemption
from creditbank.rulebook.models import PolicyVersion
from creditbank.workdays.models import WorkdayYear

__all__ = [
    "AccessGrant",
    "AccessRequest",
    "Account",
    "AccountCorrection",
    "AccountOpening",
    "ActivationCode",
    "AddedItem",
    "Allotment",
    "ApiKey",
    "AuditRecord",
    "BankQuestion",
    "Book",
    "BookMove",
    "BooksProof",
    "BooksTotals",
    "Certificate",
    "CodeRenewal",
    "Consent",
    "ConsentText",
    "ContactPhone",
    "CreditReturn",
    "Dispute",
    "DuplicateCase",
    "Enrolment",
    "ExamResult",
    "ExamRules",
    "Freeze",
    "GivenAnswer",
    "Guardianship",
    "Honour",
    "HonourUse",
    "IdentityCheck",
    "IdentityDocument",
    "InboxMessage",
    "Institution",
    "Notice",
    "NoticeLine",
    "NumberSeries",
    "Objection",
    "OfficeProposal",
    "OfficeRole",
    "PaperConsent",
    "PassbookLine",
    "Person",
    "PolicyVersion",
    "Price",
    "PriceCancellation",
    "PriceSchedule",
    "QueryCount",
    "Receipt",
    "Redemption",
    "ReturnFinding",
    "ReturnRow",
    "RowReversal",
    "Ruling",
    "Scheme",
    "SchemeItem",
    "SharedCount",
    "Sitting",
    "SittingQuestion",
    "SkillCertificate",
    "Staff",
    "StaffInvitation",
    "StoredFile",
    "Student",
    "StudentCard",
    "Taking",
    "User",
    "WorkAssignment",
    "WorkdayYear",
]
