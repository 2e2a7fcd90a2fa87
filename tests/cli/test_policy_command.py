"""``creditbank policy`` as a process: exit status, one line of error, JSON in UTF-8, and no Django."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from creditbank.cli import main
from creditbank.policy.decision import decision_from_json
from tests.policy.cast import full_facts, question

RUN = (sys.executable, "-m", "creditbank.cli")


def run(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*RUN, *arguments], input=given, capture_output=True, check=False, env={**os.environ, **environment}, timeout=60
    )


def decide(data: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return run("policy", "decide", "-", given=json.dumps(data).encode(), **environment)


def test_an_eligible_question_exits_0_with_the_decision() -> None:
    done = decide(question())
    assert done.returncode == 0
    assert done.stderr == b""
    assert decision_from_json(json.loads(done.stdout)).eligible


def test_a_question_that_is_not_eligible_exits_1_with_every_reason() -> None:
    done = decide(question(facts={**full_facts(), "available_credits": "95.00", "honours": []}))
    assert done.returncode == 1
    assert "还差 25 学分" in done.stdout.decode("utf-8")
    assert json.loads(done.stdout)["outcome"] == "not_eligible"


def test_bad_input_exits_2_with_the_path_and_what_was_expected() -> None:
    done = decide(question(facts={**full_facts(), "available_credits": 120}))
    assert (done.returncode, done.stdout) == (2, b"")
    error = done.stderr.decode("utf-8")
    assert error.startswith("creditbank: facts.available_credits")
    assert "expected a JSON string" in error
    assert error.count("\n") == 1


def test_a_file_is_read_like_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "问题.json"
    file.write_text(json.dumps(question()), encoding="utf-8")
    assert run("policy", "decide", str(file)).stdout == decide(question()).stdout


def test_the_answer_is_utf_8_in_any_locale() -> None:
    plain = decide(question(), LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert plain.returncode == 0
    assert plain.stdout == decide(question()).stdout


def test_an_error_can_be_told_in_any_locale() -> None:
    done = decide({}, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 2
    assert b"creditbank: on" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "given",
    [
        *(b"", b"{", b"[]", b"null", b"NaN", b"\xff\xfe", b"\x00" * 100, b'"\\ud800"', b"1" * 5_000),
        *(b"[" * 300_000, b'{"on":' * 100_000, b'{"\\ud800\\u202e": 1}', b" " * 2_000_000),
        b'{"on": "2026-11-23", "on": "2026-11-23"}',
    ],
    ids=lambda given: repr(given[:10]),
)
def test_hostile_input_exits_2_without_a_traceback(given: bytes) -> None:
    done = run("policy", "decide", "-", given=given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"creditbank: ")
    assert b"Traceback" not in done.stderr
    assert len(done.stderr) < 500


@pytest.mark.parametrize(
    "arguments",
    [
        ("policy", "decide"),
        ("policy", "decide", "/nowhere/question.json"),
        ("policy", "decide", "/"),
        ("policy", "decide", "/dev/zero"),
        ("policy", "decide", "-", "-"),
        ("policy", "decide", "--fast"),
        ("policy", "judge"),
        ("polcy",),
    ],
)
def test_a_wrong_command_line_exits_2_with_one_line(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"creditbank: ")
    assert done.stderr.count(b"\n") == 1


def test_a_closed_reader_is_no_crash() -> None:
    command = f"{' '.join(RUN)} policy clauses --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)
    assert b"Traceback" not in done.stderr


def test_deciding_loads_no_django_and_opens_no_database() -> None:
    program = (
        "import sys; from creditbank.cli import main; status = main(['policy', 'decide', '-']);"
        "heavy = [name for name in sys.modules if name.split('.')[0] in {'django', 'sqlite3', 'psycopg', 'asyncio'}];"
        "print(status, heavy, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(question()).encode(), capture_output=True, check=True
    )
    assert done.stderr.decode().strip() == "0 []"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_clauses_and_readings_are_listed_in_both_languages(language: str) -> None:
    listed = run("policy", "clauses", "--language", language).stdout.decode("utf-8")
    for code in ("M-P", "R-4.4", "R-x.1", "I-1 ", "I-17"):
        assert f"\n{code}" in listed
    assert "* spend" in listed
    assert "  threshold" in listed


def test_the_whole_version_is_given_as_json() -> None:
    assert json.loads(run("policy", "clauses", "--json").stdout)["version"]["code"] == "2021-09-01"


def test_help_lists_the_commands_and_exits_0() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert b"policy" in done.stdout


def test_the_command_answers_in_process_as_well(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "question.json"
    file.write_text(json.dumps(question()), encoding="utf-8")
    assert main(["policy", "decide", str(file)]) == 0
    assert json.loads(capfdbinary.readouterr().out)["route"] == "champion"
