"""How a command tells what went wrong: one line on stderr and an exit status; no traceback, no value that was given."""

import click

from creditbank.errors import CreditBankError, InvalidInput, Unavailable

NOT_ALLOWED = 1
NO_ANSWER = 2


def exit_status(error: BaseException) -> int:
    """1 where the bank said no, 2 where the input is bad or no answer is possible."""
    if isinstance(error, CreditBankError) and not isinstance(error, InvalidInput | Unavailable):
        return NOT_ALLOWED
    return NO_ANSWER


def report_error(error: BaseException) -> None:
    """Write the error to stderr as one line that begins with ``creditbank: ``."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    line = " ".join(describe_error(error).split())
    click.echo(f"creditbank: {line}", err=True)


def describe_error(error: BaseException) -> str:
    """What went wrong, in words: the field and what was expected there, if the error knows them."""
    if isinstance(error, CreditBankError):
        english = error.data.get("expected_en")
        return f"{error} ({english})" if english else str(error)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.format_message()} ({error.ctx.command_path} --help)"
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return "已中止 (stopped)"
    if isinstance(error, OSError) and error.strerror:
        return f"读写失败 (reading or writing failed): {error.strerror}"
    return f"没有完成：内部错误 {type(error).__name__} (internal error; set CREDITBANK_DEBUG=1 to see where)"
