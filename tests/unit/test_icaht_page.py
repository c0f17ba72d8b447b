"""docs/icaht.md: its tables hold every setting of every convention, and its commands work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from hematotox.cli import main
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention, Durations, Level, Phenotype
from hematotox.run.files import CLONE

PAGE = (CLONE / "docs" / "icaht.md").read_text(encoding="utf-8")
HEADS = {
    "durations": (
        "convention, window", "days", "ends at", "levels", "days counted", "joined up to",
        "joined at the end", "rounded to", "gaps filled", "carried", "never recovered from",
        "needs a late value", "least days", "grades",
    ),
    "late": ("convention, window", "days", "ends at", "rule", "least days", "grades"),
}  # fmt: skip


def conventions() -> list[Convention]:
    folder = CLONE / "config" / "conventions"
    return [
        parse(path.read_text(encoding="utf-8"), source=path.name, model=Convention)
        for path in sorted(folder.glob("*.yaml"))
    ]


def level(one: Level) -> str:
    return f"<= {one.at_most:g}" if one.at_most is not None else f"< {one.below:g}"


def settings(window) -> list[str]:
    """One row of the page's tables, from the convention's file."""
    days = f"{window.days[0]}-{window.days[1]}"
    ends = ", ".join(window.ends_at) or "-"
    least = str(window.least_days_measured)
    if isinstance(window, Durations):
        filled = window.interpolation
        if filled != "none":
            gap = window.interpolation_gap_days
            filled += " any" if gap is None else f" <= {gap}"
        late = window.early_end_needs_value_within_days
        grades = "; ".join(
            f"{grade}: " + " or ".join(f"{name} {least}" for name, least in rules.items())
            for grade, rules in window.grades.items()
        )
        return [
            days, ends, ", ".join(f"{n} {level(one)}" for n, one in window.levels.items()),
            window.duration, str(window.join_gap_days), "yes" if window.join_at_end else "no",
            "-" if window.round_to is None else f"{window.round_to:g}", filled,
            str(window.carry_days),
            "-" if window.never_recovered_from_day is None
            else f"day {window.never_recovered_from_day}",
            "-" if late is None else f"{late} d", least, grades,
        ]  # fmt: skip
    assert not isinstance(window, Phenotype)
    grades = "; ".join(f"{grade}: {level(one)}" for grade, one in window.grades.items())
    return [days, ends, window.kind.replace("_", " "), least, grades]


def expected(kind: str) -> list[str]:
    lines = ["| " + " | ".join(HEADS[kind]) + " |", "|" + "---|" * len(HEADS[kind])]
    for convention in conventions():
        for name, window in convention.windows.items():
            if isinstance(window, Phenotype) or isinstance(window, Durations) != (
                kind == "durations"
            ):
                continue
            cells = [f"`{convention.id}`, {name}, {window.variable}", *settings(window)]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


@pytest.mark.parametrize("kind", ["durations", "late"])
def test_the_page_has_every_setting_of_every_convention(kind):
    table = "\n".join(expected(kind))
    assert table in PAGE, f"the table must read:\n{table}"


def test_every_convention_is_explained():
    missing = [one.id for one in conventions() if f"`{one.id}`" not in PAGE]
    assert missing == []


def console() -> list[tuple[str, list[str]]]:
    """Every command of the page with what it prints."""
    blocks = re.findall(r"```console\n\$ (hematotox .*?)\n(.*?)```", PAGE, re.DOTALL)
    return [(command, printed.splitlines()) for command, printed in blocks]


@pytest.mark.parametrize(("command", "printed"), console(), ids=lambda one: str(one)[:40])
def test_every_command_of_the_page_prints_what_the_page_shows(
    command, printed, tmp_path, monkeypatch, capsys
):
    for name, text in re.findall(r"`([\w.]+\.csv)`:\n\n```text\n(.*?)```", PAGE, re.DOTALL):
        (Path(tmp_path) / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.splitlines() == printed


def test_there_are_commands_to_test():
    assert len(console()) == 4
