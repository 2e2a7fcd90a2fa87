"""Verbs of the part `evaluation`: upload and check, submit and decide, confirm attainments, correct by reversal."""

from creditbank.evaluation.actions.attainments import (
    confirm_honour,
    confirm_skill,
    honours_awaiting_office,
    refuse_honour,
    refuse_skill,
    skills_awaiting_office,
)
from creditbank.evaluation.actions.deciding import (
    approve_return,
    review_return,
    send_back_return,
    submit_return,
    withdraw_return,
)
from creditbank.evaluation.actions.mending import mend_return
from creditbank.evaluation.actions.reversing import ask_reversal, decide_reversal
from creditbank.evaluation.actions.uploading import error_sheet, recheck_return, replace_file, upload_return
from creditbank.evaluation.checks import CheckResult, check_file
from creditbank.evaluation.posting import post_return
from creditbank.evaluation.tasks import tick

__all__ = [
    "CheckResult",
    "approve_return",
    "ask_reversal",
    "check_file",
    "confirm_honour",
    "confirm_skill",
    "decide_reversal",
    "error_sheet",
    "honours_awaiting_office",
    "mend_return",
    "post_return",
    "recheck_return",
    "refuse_honour",
    "refuse_skill",
    "replace_file",
    "review_return",
    "send_back_return",
    "skills_awaiting_office",
    "submit_return",
    "tick",
    "upload_return",
    "withdraw_return",
]
