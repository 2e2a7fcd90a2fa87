"""``creditbank returns error-sheet`` and ``returns mend``: the bad rows of a return out, and back mended."""

from pathlib import Path

import click

from creditbank import clock
from creditbank.cli.acting import acting, as_option
from creditbank.evaluation import actions
from creditbank.evaluation.upload_check import run_check
from creditbank.policy.amounts import format_hundredths

_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_written_file = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(name="error-sheet")
@click.argument("number")
@as_option
@click.option("-o", "--output", type=_written_file, required=True, help="写到这里（.xlsx） · write the sheet here")
@click.option("--every-row", is_flag=True, help="没有问题的行也写出 · the good rows, too")
def error_sheet(number: str, username: str, output: Path, every_row: bool) -> None:
    """取问题行表 · write the rows with findings as .xlsx, to be mended and handed in again."""
    content = actions.error_sheet(actor=acting(username, "clerk"), at=clock.now(), number=number, every_row=every_row)
    output.write_bytes(content)
    click.echo(str(output))


@click.command()
@click.argument("number")
@click.argument("file", type=_existing_file)
@as_option
@click.option("--drop-missing", is_flag=True, help="表里删掉的行不再申报 · leave out rows deleted from the sheet")
def mend(number: str, file: Path, username: str, drop_missing: bool) -> int:
    """放回改好的问题行 · put the mended rows of the error sheet FILE back; exit status 1 if there are findings."""
    with file.open("rb") as stream:
        found = actions.mend_return(
            actor=acting(username, "clerk"),
            at=clock.now(),
            number=number,
            stream=stream,
            filename=file.name,
            drop_missing=drop_missing,
        )
    if run_check(found.pk):
        # A large file would be checked in the background; whoever waits at a terminal has it checked here.
        found.refresh_from_db()
    click.echo(
        f"{found.number} {found.state} {found.rows_total} 行 rows · {found.rows_faulty} 行有问题 faulty · "
        f"{format_hundredths(found.amount_hundredths)} 学分 credits"
    )
    return 0 if found.state == "ready" else 1
