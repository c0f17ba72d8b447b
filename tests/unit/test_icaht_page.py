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
        "joined at the end", "rounded to", "gaps filled", "carried", "grades",
    ),
    "missing": (
        "convention, window", "several a day", "single day", "unfilled days", "narrowed by",
        "never recovered", "needs a late value", "least days",
    ),
    "late": ("convention, window", "days", "ends at", "rule", "narrowed by", "least days",
             "grades"),
}  # fmt: skip


def conventions(pattern: str = "*") -> list[Convention]:
    folder = CLONE / "config" / "conventions"
    return [
        parse(path.read_text(encoding="utf-8"), source=path.name, model=Convention)
        for path in sorted(folder.glob(f"{pattern}.yaml"))
    ]


def level(one: Level) -> str:
    return f"<= {one.at_most:g}" if one.at_most is not None else f"< {one.below:g}"


def counting(window: Durations) -> list[str]:
    """How a window counts days, from the convention's file."""
    filled = window.interpolation
    if filled != "none":
        gap = window.interpolation_gap_days
        filled += " any" if gap is None else f" <= {gap}"
    rules: dict[str, list[str]] = {}
    for grade, lengths in window.grades.items():
        rules.setdefault(grade, []).extend(f"{name} {least}" for name, least in lengths.items())
    for grade, counts in window.grades_by_measured_days.items():
        words = [f"{name} {least} measured" for name, least in counts.items()]
        rules.setdefault(grade, []).extend(words)
    return [
        ", ".join(f"{n} {level(one)}" for n, one in window.levels.items()),
        window.duration,
        str(window.join_gap_days),
        "yes" if window.join_at_end else "no",
        "-" if window.round_to is None else f"{window.round_to:g}",
        filled,
        str(window.carry_days),
        "; ".join(f"{grade}: {' or '.join(rules[grade])}" for grade in sorted(rules)),
    ]


def missing(window: Durations) -> list[str]:
    """What missing values mean to a window, from the convention's file."""
    late = window.early_end_needs_value_within_days
    unfilled = window.unfilled_days.replace("_", " ")
    if window.open_beside is not None:
        unfilled += f" ({window.open_beside:g}, {window.open_after_days} d)"
    never = "-"
    if window.never_recovered_from_day is not None:
        ends = window.never_recovered.replace("_", " ")
        never = f"day {window.never_recovered_from_day} to {ends}"
    if window.died_before_recovery == "not_assessable":
        never += "; not assessable"
    after = " (after the end too)" if window.least_days_after_end else ""
    return [
        window.several_a_day.replace("_", " "),
        window.lone_value.replace("_", " "),
        unfilled,
        window.narrowed_by or "-",
        never,
        "-" if late is None else f"{late} d",
        f"{window.least_days_measured}{after}",
    ]


def settings(window, kind: str) -> list[str]:
    """One row of a table of the page, from the convention's file."""
    days = f"{window.days[0]}-{window.days[1]}"
    ends = ", ".join(window.ends_at) or "-"
    if kind == "missing":
        return missing(window)
    if kind == "durations":
        return [days, ends, *counting(window)]
    rule = window.kind.replace("_", " ")
    if getattr(window, "longest_distance_days", None):
        rule += f" <= {window.longest_distance_days} d"
    if getattr(window, "single_value", "") == "grades":
        rule += ", single value"
    if getattr(window, "classes_of", None):
        rule += f", multiples of {window.classes_of:g}"
    grades = "; ".join(f"{grade}: {level(one)}" for grade, one in window.grades.items())
    least = str(window.least_days_measured)
    return [days, ends, rule, window.narrowed_by or "-", least, grades]


def expected(kind: str) -> list[str]:
    lines = ["| " + " | ".join(HEADS[kind]) + " |", "|" + "---|" * len(HEADS[kind])]
    for convention in conventions():
        if convention.id.startswith("cart_sie_"):  # they have a table of their own
            continue
        for name, window in convention.windows.items():
            counts = kind in ("durations", "missing")
            if isinstance(window, Phenotype) or isinstance(window, Durations) != counts:
                continue
            cells = [f"`{convention.id}`, {name}, {window.variable}", *settings(window, kind)]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


@pytest.mark.parametrize("kind", ["durations", "missing", "late"])
def test_the_page_has_every_setting_of_every_convention(kind):
    table = "\n".join(expected(kind))
    assert table in PAGE, f"the table must read:\n{table}"


def test_every_convention_is_explained():
    missing = [one.id for one in conventions() if f"`{one.id}`" not in PAGE]
    assert missing == []


@pytest.mark.parametrize("variant", conventions("cart_sie_*"), ids=lambda one: one.id)
def test_each_variant_of_cart_sie_changes_one_setting_of_a_window(variant):
    (whole,) = conventions("cart_sie")
    for name, window in variant.windows.items():
        given, usual = (one.model_dump() for one in (window, whole.windows[name]))
        changed = {key for key in given if given[key] != usual[key]} - {
            "open_beside",
            "least_days_measured",
        }
        told = next(line for line in PAGE.splitlines() if line.startswith(f"| `{variant.id}` |"))
        assert len(changed) == (1 if name in told.split("|")[2].split(":")[0] else 0)


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
