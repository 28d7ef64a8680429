"""The command line: an answer and exit 0, a failed check and 1, bad input and 2; never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from formulator import __version__
from formulator.cli import main
from formulator.evidence.artefact import load_evidence
from formulator.explain.browse import listings
from formulator.export.json_export import as_json
from formulator.export.text import as_text
from formulator.knowledge.lint import LintReport
from tests.conftest import CHECKOUT
from tests.engine.asking import ask
from tests.samples import THINNING_MAN

DAY = "2026-11-25"
PATIENT = {**THINNING_MAN, "ferritin": 85, "anticoagulant": "no"}
TEXT = "".join(f"{name}: {value}\n" for name, value in PATIENT.items())


@pytest.fixture(autouse=True)
def knowledge_is_read_once(monkeypatch, knowledge):
    """Calls in this process use the knowledge that is already read; the real processes below read it themselves."""
    monkeypatch.setattr("formulator.knowledge.ready_knowledge", lambda: knowledge)


@pytest.fixture
def patient(tmp_path):
    """The example of the contract, as a file."""
    path = tmp_path / "patient.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def call(*arguments: str, stdin: str | bytes | None = None):
    """The program called in this process, as click calls it from a shell."""
    result = CliRunner().invoke(main, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    return result


def refused(*arguments: str, stdin: str | bytes | None = None) -> str:
    """The message of a call that is refused: exit 2 and an empty standard output."""
    result = call(*arguments, stdin=stdin)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.strip()
    return result.stderr


# ------------------------------------------------------------------ recommend


def test_recommend_prints_the_json_of_the_engine_and_nothing_else(patient, knowledge):
    result = call("recommend", patient, "--format", "json", "--date", DAY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == as_json(ask(PATIENT, knowledge, model=load_evidence()))
    assert json.loads(result.stdout)["decision"] == "treat"


def test_recommend_prints_text_unless_asked_otherwise(patient, knowledge):
    expected = as_text(ask(PATIENT, knowledge, model=load_evidence()), knowledge)
    assert call("recommend", patient, "--date", DAY).stdout == expected
    assert call("recommend", patient, "--date", DAY, "--format", "text").stdout == expected


def test_a_dash_reads_the_profile_from_standard_input_in_yaml_and_in_json(patient):
    from_file = call("recommend", patient, "--format", "json", "--date", DAY).stdout
    for text in (TEXT, json.dumps(PATIENT), "\ufeff" + TEXT):
        assert call("recommend", "-", "--format", "json", "--date", DAY, stdin=text).stdout == from_file


def test_a_refusal_to_treat_is_an_answer_and_exits_with_0():
    result = call("recommend", "-", "--format", "json", "--date", DAY, stdin="sex: female\nage: 30\npregnancy: yes\n")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["decision"] == "do_not_treat"


def test_without_a_date_the_answer_is_for_today(patient):
    before = date.today()
    answered = date.fromisoformat(json.loads(call("recommend", patient, "--format", "json").stdout)["date"])
    assert before <= answered <= date.today()


@pytest.mark.parametrize("day", ["2020-02-29", "2026-11-25", "2099-12-31"])
def test_the_date_of_the_call_is_the_date_of_the_answer_and_of_the_first_session(patient, day):
    answer = json.loads(call("recommend", patient, "--format", "json", "--date", day).stdout)
    assert answer["date"] == day
    first = date.fromisoformat(answer["plan"]["sessions"][0]["date"])
    assert date.fromisoformat(day) <= first <= date.fromisoformat(day) + timedelta(days=2)


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "20261125",
        "2026-11",
        "25.11.2026",
        "today",
        "",
        "2026-11-25T10:00",
        "2026-W48-3",
        "\u0662026-11-25",
    ],
)
def test_a_date_that_is_no_day_of_the_calendar_is_refused(patient, day):
    assert "date" in refused("recommend", patient, "--date", day)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "more", ["", "event_date: 9999-12-31\n", "start_date: 9999-12-30\n", "start_date: 0001-01-01\n"]
)
def test_the_first_and_the_last_day_of_the_calendar_bring_an_answer_or_a_refusal_but_no_breakdown(day, more):
    result = call("recommend", "-", "--date", day, stdin=TEXT + more)
    assert result.exit_code in (0, 2)
    assert "formulator: stopped" not in result.stderr


@pytest.mark.parametrize("form", ["xml", "JSON", ""])
def test_an_unknown_format_is_refused_with_the_formats_that_exist(patient, form):
    message = refused("recommend", patient, "--format", form)
    assert "json" in message
    assert "text" in message


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    assert "absent.yaml" in refused("recommend", str(tmp_path / "absent.yaml"))
    assert tmp_path.name in refused("recommend", str(tmp_path))


def test_an_event_that_has_passed_is_refused_at_its_line(tmp_path):
    path = tmp_path / "patient.yaml"
    path.write_text("sex: female\nevent_date: 2026-11-01\n", encoding="utf-8")
    message = refused("recommend", str(path), "--date", DAY)
    assert "event_date" in message
    assert message.startswith("patient.yaml:2:")


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend"],
        ["recommend", "a", "b"],
        ["recommend", "-", "--nonsense"],
        ["nonsense"],
        ["explain"],
        ["lint", "x", "y"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_how_to_call(arguments):
    assert "Usage" in refused(*arguments, stdin=TEXT)


def test_nothing_of_the_patient_is_in_the_message_of_an_unforeseen_fault(monkeypatch):
    def breaks(*_, **__):
        raise ValueError("ferritin 85 of Jane Doe")

    monkeypatch.setattr("formulator.knowledge.ready_knowledge", breaks)
    result = call("recommend", "-", stdin=TEXT)
    assert result.exit_code != 0
    assert result.stdout == ""
    assert "85" not in result.stderr
    assert "Jane" not in result.stderr


# ------------------------------------------------------------------ explain, knowledge, lint, schema, help


def test_explain_gives_status_arguments_and_what_would_change_it(patient, knowledge):
    answer = ask(PATIENT, knowledge)
    for component in ("prp", "dutasteride", "biotin", "glutathione"):
        result = call("explain", patient, component, "--date", DAY)
        assert result.exit_code == 0
        assert knowledge.components[component].name in result.stdout
        words = " ".join(result.stdout.split())
        for argument in answer.component(component).arguments:
            assert argument.rule in words
            assert argument.text in words


def test_explain_in_json_agrees_with_recommend(patient):
    whole = json.loads(call("recommend", patient, "--format", "json", "--date", DAY).stdout)
    for one in whole["components"][::9]:
        explained = json.loads(call("explain", patient, one["id"], "--format", "json", "--date", DAY).stdout)
        assert explained["component"] == one
        assert explained["knowledge"] == whole["knowledge"]
        assert explained["profile_sha256"] == whole["profile_sha256"]
        for change in explained["would_change"]:
            assert change["field"] in {question["field"] for question in whole["missing"]}


def test_explain_refuses_what_is_no_component_and_offers_the_nearest(patient):
    assert "Did you mean 'dutasteride'?" in refused("explain", patient, "dutasterid")
    assert "formulator knowledge components" in refused("explain", patient, "qqqq")


def test_knowledge_without_an_id_counts_every_kind(knowledge):
    words = call("knowledge").stdout.split()
    for kind, items in listings(knowledge).items():
        assert words[words.index(kind) + 1] == str(len(items))
    assert knowledge.sha256 in words


def test_knowledge_lists_every_item_of_a_kind_on_a_line_of_its_own(knowledge):
    for kind, items in listings(knowledge).items():
        lines = call("knowledge", kind).stdout.splitlines()
        assert [line.split()[0] for line in lines] == list(items)


def test_knowledge_claims_gives_the_verdict_on_each_of_the_73_claims(knowledge):
    lines = call("knowledge", "claims").stdout.splitlines()
    assert len(lines) == 73
    assert all(f"[{knowledge.claims[line[:3]].verdict}]" in line for line in lines)


def test_knowledge_shows_any_item_by_its_id_with_its_place_and_its_sources(knowledge):
    for items in listings(knowledge).values():
        for identifier in list(items)[:: max(1, len(items) // 3)]:
            result = call("knowledge", identifier)
            assert result.exit_code == 0
            assert identifier in result.stdout
    rule = next(iter(knowledge.rules.values()))
    shown = call("knowledge", rule.id).stdout
    assert str(knowledge.places[f"Rule {rule.id}"]) in shown
    assert all(source in shown for source in rule.sources)


def test_knowledge_refuses_an_id_that_nothing_has_and_offers_the_nearest():
    assert "Did you mean 'prp'?" in refused("knowledge", "prpp")
    refused("knowledge", "nothing_like_it_at_all")


@pytest.mark.parametrize("faults", [0, 2])
def test_lint_exits_with_1_exactly_where_something_is_wrong(monkeypatch, faults):
    from formulator.faults import Fault, Place

    found = tuple(Fault(Place("data/x.yaml", number + 1, 1), "id", "is wrong.") for number in range(faults))
    monkeypatch.setattr("formulator.knowledge.lint.lint_report", lambda folder: LintReport(found, {"rules": 3}, ()))
    result = call("lint")
    assert result.exit_code == (1 if faults else 0), result.output
    assert result.stdout.count("data/x.yaml:") == faults
    assert "3 rules" in result.stdout


@pytest.mark.parametrize("number", [1, 3])
def test_lint_counts_the_faults_of_cases_with_the_others_and_calls_the_base_sound_only_with_exit_0(monkeypatch, number):
    from formulator.faults import Fault, Place

    whole = LintReport((), {"rules": 3}, (), knowledge=object())  # type: ignore[arg-type]  # only handed on
    found = tuple(Fault(Place("data/cases/hair/x.yaml", line + 1, 1), "known", "is wrong.") for line in range(number))
    monkeypatch.setattr("formulator.knowledge.lint.lint_report", lambda folder: whole)
    monkeypatch.setattr("formulator.proof.invariants.load_invariants", lambda *given: ())
    for faults, code in ((found, 1), ((), 0)):
        monkeypatch.setattr("formulator.learn.cases.agreement.all_case_faults", lambda *given, faults=faults: faults)
        result = call("lint")
        assert result.exit_code == code, result.output
        assert ("sound" in result.stdout) is (code == 0)
        assert result.stdout.count("data/cases/hair/x.yaml:") == len(faults)
        assert not faults or f"\n{number} fault{'s' * (number > 1)}\n" in result.stdout


def test_schema_prints_a_valid_json_schema_that_takes_the_example():
    schema = json.loads(call("schema").stdout)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(PATIENT)
    assert not Draft202012Validator(schema).is_valid({**PATIENT, "age": True})


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], *([name, "--help"] for name in sorted(main.commands))])
def test_every_command_explains_itself(arguments):
    result = call(*arguments)
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    if arguments[0].startswith("-"):
        assert all(name in result.stdout for name in main.commands)


def test_the_version_is_that_of_the_package():
    assert __version__ in call("--version").stdout


# ------------------------------------------------------------------ as a real process


def test_two_processes_with_different_hash_seeds_write_the_same_bytes(run_program):
    outputs = {
        run_program(
            "recommend", "-", "--format", "json", "--date", DAY, stdin=TEXT.encode(), PYTHONHASHSEED=seed
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["decision"] == "treat"


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_answer_is_utf8_even_where_the_terminal_says_otherwise(run_program, form):
    result = run_program(
        "recommend",
        "-",
        "--format",
        form,
        "--date",
        DAY,
        stdin=TEXT.encode(),
        LC_ALL="C",
        LANG="C",
        PYTHONUTF8="0",
        PYTHONIOENCODING="ascii",
        PYTHONCOERCECLOCALE="0",
    )
    assert result.returncode == 0, result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments", [["recommend", "-", "--format", "json"], ["knowledge", "rules"], ["knowledge", "sources"]]
)
def test_a_reader_that_stops_reading_ends_the_program_quietly(arguments):
    """As in `formulator knowledge rules | head -1`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "formulator", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
    )
    process.stdin.write(TEXT.encode())
    process.stdin.close()
    assert process.stdout.read(1)
    process.stdout.close()
    message = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert message == ""


def test_standard_input_may_be_closed_or_empty(run_program):
    empty = run_program("recommend", "-")
    assert (empty.returncode, empty.stdout) == (2, b"")
    assert b"empty" in empty.stderr
    closed = subprocess.run(
        f"{sys.executable} -m formulator recommend - <&-", shell=True, capture_output=True, cwd=CHECKOUT, check=False
    )
    assert closed.returncode == 2
    assert b"Traceback" not in closed.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_an_answer_that_cannot_be_written_is_not_reported_as_given():
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        result = subprocess.run(
            [sys.executable, "-m", "formulator", "knowledge"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            check=False,
        )
    assert result.returncode != 0
    assert b"Traceback" not in result.stderr


def test_a_huge_standard_input_is_refused(run_program):
    result = run_program("recommend", "-", stdin=b"age: 34 # " + b"x" * 3_000_000)
    assert (result.returncode, result.stdout) == (2, b"")


def test_the_program_starts_without_loading_what_only_the_app_and_the_model_need():
    code = (
        "import sys; from click.testing import CliRunner; from formulator.cli import main;"
        f"r = CliRunner().invoke(main, ['recommend', '-'], input={TEXT!r}); assert r.exit_code == 0;"
        "print([m for m in ('streamlit', 'pandas', 'sklearn', 'scipy', 'altair', 'numpy') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=CHECKOUT, check=True)
    assert result.stdout.strip() == b"[]"
