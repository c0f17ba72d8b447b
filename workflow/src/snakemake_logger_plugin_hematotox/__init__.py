"""Progress in words a clinician understands, one message an error.

Snakemake finds this package by its name; `logger: [hematotox]` in the default profile selects
it. Snakemake's own log stays in `.snakemake/log`.
"""

from __future__ import annotations

import re
import sys
from logging import LogRecord
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

WORDS = {
    "simulate_exports_": "making the synthetic exports of {study}",
    "stage_centre": "reading the export of {centre}",
    "build_cohort": "building the cohort of {study}",
    "score_patients": "scoring the patients of {study}",
    "impute_": "imputing the missing values of {study}",
    "score_imputed": "scoring the imputed patients of {study}",
    "estimate_imputed_": "estimating {study} under policies about missing values",
    "estimate_": "estimating {study}",
    "collect_estimates": "collecting the estimates of {study}",
    "compare_published": "comparing {study} with its paper",
    "draw_tables_": "drawing the tables of {study}",
    "draw_figures_": "drawing the figures of {study}",
    "draw_on_site_": "drawing the on-site figures of {study}",
    "draw_patients_": "drawing every patient of {study}",
    "run_notebook": "running the notebook of {study}",
    "render_report": "writing the report of {study}",
    "write_manuscript": "writing the manuscript of {study}",
    "check_results": "checking the results of {study}",
    "second_opinion": "seeking a second opinion on the estimates of {study}",
    "write_manifest": "writing the manifest",
    "release_estimates": "making the shareable results of {study}",
}
JOB_FAILED = ("CalledProcessError", "At least one job did not complete")
"""Marks of messages that only repeat that a job failed; the job's own message says why."""
LOCKED = (
    "Another run works in this folder, or one was killed. If none is running, "
    "run the same command with --unlock added, then the command itself again."
)
USAGE = frozenset(
    {
        "AmbiguousRuleException",
        "ApiError",
        "ArgumentError",
        "CliException",
        "MissingInputException",
        "MissingRuleException",
        "WorkflowError",
    }
)
"""What Snakemake raises for its own command line; its message is shown as it is."""
FAULT = "A fault of this program, not of your data"
STOPPED = "The run was stopped. The same command continues it."
STOPPING = ("Will exit after finishing currently running jobs", "Terminating processes on user")
"""How Snakemake says that it was asked to stop: by SIGTERM, by Ctrl-C."""
KILLED = (
    "The job {} was ended from outside: by somebody, or by the system because memory ran out. "
    "The same command continues; fewer --cores need less memory."
)


class LogHandler(LogHandlerBase):
    """Writes one line a job, and one message for what went wrong."""

    def __post_init__(self) -> None:
        """Start with no job seen."""
        self.total = 0
        self.started = 0
        self.stopped = False

    @property
    def writes_to_stream(self) -> bool:
        """Take the place of Snakemake's own messages on the screen."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Leave the log file to Snakemake."""
        return False

    @property
    def has_filter(self) -> bool:
        """Decide here what is shown."""
        return True

    @property
    def has_formatter(self) -> bool:
        """Decide here how it is shown."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """Ask for no graph."""
        return False

    def emit(self, record: LogRecord) -> None:
        """Say what happens, if it concerns the user."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            counts = record.__dict__.get("stats", {})
            self.total = sum(n for rule, n in counts.items() if describe(rule, {}))
        elif event == LogEvent.JOB_INFO:
            self._job(record.__dict__)
        elif event == LogEvent.JOB_ERROR:
            self._job_error(record.__dict__)
        elif event == LogEvent.ERROR:
            self._error(record.__dict__.get("exception", ""), record.getMessage())
        elif event is None and record.levelno >= 20:
            self._plain(record.getMessage())

    def _job(self, job: dict[str, Any]) -> None:
        words = describe(job["rule_name"], dict(job.get("wildcards") or {}))
        if words:
            self.started += 1
            _say(f"[{self.started:>{len(str(self.total))}}/{self.total}] {words}")

    def _job_error(self, job: dict[str, Any]) -> None:
        log = next((Path(str(p)) for p in job.get("log") or () if Path(str(p)).is_file()), None)
        text = log.read_text(encoding="utf-8").strip() if log else None
        if text is not None and text.startswith("stopped before the end"):
            self._stop()
            return
        if text is None:
            text = f"{FAULT}: the job {job['rule_name']} ended without a message"
        elif not text:
            text = KILLED.format(job["rule_name"])
        elif text.startswith("a fault of this program"):
            text = f"{FAULT}; details in {log}"
        _say(f"\n{text}")

    def _error(self, exception: str, message: str) -> None:
        if any(mark in message for mark in JOB_FAILED):
            return
        if exception in ("UserError", "UserErrors"):
            _say(without_location(message))
        elif exception == "LockException":
            _say(LOCKED)
        elif exception in USAGE:
            _say(message.strip().removeprefix(f"{exception}:").strip())
        else:
            _say(f"{FAULT}:\n{message.strip()}")

    def _stop(self) -> None:
        """Say once that the run was stopped; each of its jobs would say it."""
        if not self.stopped:
            _say(f"\n{STOPPED}")
        self.stopped = True

    def _plain(self, message: str) -> None:
        if message.startswith("Nothing to be done"):
            _say("Nothing to be done: all results are up to date.")
        elif message.startswith("Error: ") or "--unlock" in message:
            _say(LOCKED if "--unlock" in message else message)
        elif message.startswith(("Lints for", "Congratulations")):
            _say(message)
        elif message.startswith(STOPPING):
            self._stop()
        elif message.startswith("This was a dry-run"):
            _say("Dry run: nothing was done.")


def describe(rule: str, wildcards: dict[str, str]) -> str:
    """Return what a job does, in words; nothing for rules that only collect."""
    for name, words in WORDS.items():
        if rule == name:
            return words.format_map(_Wildcards(wildcards))
        if name.endswith("_") and rule.startswith(name):
            return words.format(study=rule.removeprefix(name))
    return ""


class _Wildcards(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "the study"


def without_location(message: str) -> str:
    """Return the message of a user's mistake without the place in the workflow that found it."""
    lines = message.strip().split("\n")[1:]
    return "\n".join(line for line in lines if not re.match(r'\s+File "', line))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
