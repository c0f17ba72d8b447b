"""The terminal speaks in words: one line a job, one message for what went wrong."""

import logging
import re
from pathlib import Path

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import (
    LogHandlerSettingsBase,
    OutputSettingsLoggerInterface,
)

from hematotox.run.job import STOPPED
from snakemake_logger_plugin_hematotox import WORDS, LogHandler, describe, without_location

RULES = Path(__file__).parents[2] / "workflow" / "rules"


class Output(OutputSettingsLoggerInterface):
    """What Snakemake tells a logger about its output."""

    printshellcmds = False
    nocolor = True
    quiet = None
    debug_dag = False
    verbose = False
    show_failed_logs = False
    stdout = False
    dryrun = False
    enable_file_logging = False
    keep_metadata = False
    enable_unicode = True


@pytest.fixture
def handler() -> LogHandler:
    return LogHandler(common_settings=Output(), settings=LogHandlerSettingsBase())


@pytest.fixture
def said(handler, capsys):
    def of(message: str = "", *, level: int = logging.INFO, **fields: object) -> str:
        record = logging.LogRecord("snakemake", level, "", 0, message, None, None)
        record.__dict__.update(fields)
        handler.emit(record)
        return capsys.readouterr().err

    return of


def test_a_job_is_one_line_in_words(said) -> None:
    stats = {"stage_centre": 10, "estimate_cart_sie": 2, "all": 1, "total": 13}
    said(event=LogEvent.RUN_INFO, stats=stats)
    first = said(event=LogEvent.JOB_INFO, rule_name="stage_centre", wildcards={"centre": "sie_01"})
    assert first == "[ 1/12] reading the export of sie_01\n"
    second = said(event=LogEvent.JOB_INFO, rule_name="estimate_cart_sie", wildcards={})
    assert second == "[ 2/12] estimating cart_sie\n"


def test_rules_that_only_collect_are_not_told(said) -> None:
    assert said(event=LogEvent.JOB_INFO, rule_name="all", wildcards={}) == ""
    assert said(event=LogEvent.JOB_INFO, rule_name="bmt_example", wildcards=None) == ""


def test_every_rule_with_a_script_has_its_words() -> None:
    rule = re.compile(r'^ *rule(?: (\w+))?:(?:\s+name:\s*f"(\w+){study}")?', re.MULTILINE)
    names = set()
    for file in RULES.glob("*.smk"):
        text = file.read_text(encoding="utf-8")
        starts = [*rule.finditer(text)]
        ends = [*(match.start() for match in starts[1:]), len(text)]
        for match, end in zip(starts, ends, strict=True):
            if "script:" in text[match.start() : end]:
                names.add(match[1] or f"{match[2]}cart_sie")
    assert len(names) > 10
    assert [name for name in sorted(names) if not describe(name, {})] == []


def test_words_name_the_centre_or_the_study() -> None:
    assert describe("build_cohort", {"study": "cart_sie"}) == "building the cohort of cart_sie"
    assert describe("build_cohort", {}) == "building the cohort of the study"
    assert describe("draw_tables_gla", {}) == "drawing the tables of gla"
    assert all(not words.endswith(".") for words in WORDS.values())


def test_a_job_that_failed_tells_its_log(said, tmp_path) -> None:
    log = tmp_path / "a.log"
    log.write_text('bmt.csv: there is no column "age"\n')
    text = said(event=LogEvent.JOB_ERROR, rule_name="build_cohort", log=[str(log)])
    assert text == '\nbmt.csv: there is no column "age"\n'


def test_a_fault_of_ours_names_the_log_and_not_the_stack(said, tmp_path) -> None:
    log = tmp_path / "a.log"
    log.write_text("a fault of this program, details in a.log\n\nbuiltins.ValueError\n  x.py:1")
    text = said(event=LogEvent.JOB_ERROR, rule_name="build_cohort", log=[str(log)])
    assert text == f"\nA fault of this program, not of your data; details in {log}\n"


def test_a_job_without_a_log_is_our_fault(said, tmp_path) -> None:
    for log in ([], [str(tmp_path / "absent.log")]):
        text = said(event=LogEvent.JOB_ERROR, rule_name="build_cohort", log=log)
        assert text.startswith("\nA fault of this program, not of your data: the job build_cohort")


def test_a_job_that_was_killed_is_no_fault(said, tmp_path) -> None:
    log = tmp_path / "a.log"
    log.write_text("")
    text = said(event=LogEvent.JOB_ERROR, rule_name="build_cohort", log=[str(log)])
    assert text.startswith("\nThe job build_cohort was ended from outside: by somebody, or by the")


def test_a_run_that_was_stopped_says_so_once(said, tmp_path) -> None:
    log = tmp_path / "a.log"
    log.write_text(f"{STOPPED}\n")
    stopped = "\nThe run was stopped. The same command continues it.\n"
    assert said(event=LogEvent.JOB_ERROR, rule_name="build_cohort", log=[str(log)]) == stopped
    assert said(event=LogEvent.JOB_ERROR, rule_name="stage_centre", log=[str(log)]) == ""
    assert said("Will exit after finishing currently running jobs (scheduler).") == ""


@pytest.mark.parametrize(
    "message",
    [
        "Will exit after finishing currently running jobs (scheduler).",
        "Terminating processes on user request, this might take some time.",
    ],
)
def test_both_ways_to_stop_a_run_are_told(said, message: str) -> None:
    assert said(message) == "\nThe run was stopped. The same command continues it.\n"


PARSED = (
    'UserErrors in file "/place/workflow/rules/common.smk", line 9:\n'
    "config/studies/a.yaml:3: titel: unknown key\n"
    "config/studies/a.yaml:9: population: is missing\n"
    '  File "/place/workflow/rules/common.smk", line 9, in <module>\n'
    '  File "/place/hematotox/catalogue.py", line 50, in read_catalogue'
)


def test_a_mistake_in_a_declaration_is_its_message_alone(said) -> None:
    text = said(PARSED, event=LogEvent.ERROR, exception="UserErrors", level=logging.ERROR)
    assert text == (
        "config/studies/a.yaml:3: titel: unknown key\n"
        "config/studies/a.yaml:9: population: is missing\n"
    )
    assert without_location(PARSED) == text.strip()


def test_a_fault_while_the_declarations_are_read_is_ours(said) -> None:
    text = said("KeyError in file ...", event=LogEvent.ERROR, exception="KeyError", level=40)
    assert text.startswith("A fault of this program, not of your data:\n")


def test_a_locked_folder_is_told_with_the_cure(said) -> None:
    text = said("...", event=LogEvent.ERROR, exception="LockException", level=logging.ERROR)
    assert "run the same command with --unlock added" in text


def test_that_a_job_failed_is_not_told_twice(said) -> None:
    for message in ("CalledProcessError in file ...", "At least one job did not complete"):
        assert said(message, event=LogEvent.ERROR, exception="WorkflowError", level=40) == ""


def test_nothing_to_be_done_is_said_in_words(said) -> None:
    text = said("Nothing to be done (all requested files are present and up to date).")
    assert text == "Nothing to be done: all results are up to date.\n"


@pytest.mark.parametrize("message", ["Building DAG of jobs...", "Using shell: /bin/bash", "Job 3"])
def test_what_concerns_snakemake_alone_is_not_said(said, message: str) -> None:
    assert said(message) == ""
