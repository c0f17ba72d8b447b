"""Links of the report page: from a printed number to what it is, from a letter to its note."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

import pandas as pd

from hematotox.contracts import estimate_ids
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.analysis_names import analysis_names

ROW = re.compile(r"<tr>(?:(?!</tr>).)*</tr>", re.DOTALL)
CELL = re.compile(r"(<td[^>]*>)([^<]+)((?:<sup>[^<]*</sup>)?</td>)")
CELL_OR_EMPTY = re.compile(r"<td[^>]*>([^<]*)(?:<sup>[^<]*</sup>)?</td>")
MARKS = re.compile(r" \[[a-z,]+\]$")
NOTES = '<div class="notes">'
ANALYSED = "analysed"
"""The part of the page that counts the patients of each analysis."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a printed number leads, and what is said about it."""

    anchor: str
    words: str


def anchor(term: str) -> str:
    """Return the name of a definition's place on the page."""
    return "definition-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def targets(estimates: pd.DataFrame, words: Words, terms: Sequence[str]) -> dict[str, Target]:
    """Return for each estimate the definition of its endpoint, and its analysis in words.

    Parameters
    ----------
    estimates : the study's estimates table
    words : words of the study
    terms : what the page defines
    """
    names = analysis_names(estimates, words)
    defined = {anchor(term) for term in terms}
    places = {
        endpoint: place if place in defined else ANALYSED
        for endpoint in estimates["endpoint"].unique()
        for place in [anchor(wording.endpoint(words, str(endpoint)))]
    }
    columns = (estimate_ids(estimates), estimates["analysis"], estimates["endpoint"])
    return {
        key: Target(places[endpoint], f"{names[analysis]} (estimate {key})")
        for key, analysis, endpoint in zip(*columns, strict=True)
    }


def linked(table: str, cells: str, found: Mapping[str, Target], *, name: str) -> str:
    """Return a table's HTML with its numbers and the letters of its notes as links.

    Parameters
    ----------
    table : the table and its notes
    cells : its file of cells, which lists the lines of the data files: some are not printed
    found : see `targets`
    name : of the display, for the places of its notes
    """
    body, notes, rest = table.partition(NOTES)
    lines = _lines(cells)
    used = 0

    def link(match: re.Match[str]) -> str:
        nonlocal used
        texts = [unescape(text) for text in CELL_OR_EMPTY.findall(match[0])]
        for position in range(used, len(lines)):
            line = lines[position]
            if line and all(
                column - 2 < len(texts) and texts[column - 2] == printed
                for column, (printed, _) in line.items()
            ):
                used = position + 1
                return _row(match[0], line, found)
        return match[0]

    return _noted(ROW.sub(link, body), name) + notes + _notes(rest, name)


def pointed(table: str, places: Mapping[str, str]) -> str:
    """Return a checklist's HTML with what its cells name as links to its place on the page.

    Parameters
    ----------
    table : the table and its notes
    places : name of a display or a part of the page, and its place
    """
    known = {escape(name): place for name, place in places.items()}
    longest = sorted(known, key=len, reverse=True)
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def link(match: re.Match[str]) -> str:
        return f'<a href="#{known[match[0]]}">{match[0]}</a>'

    return CELL.sub(lambda cell: cell[1] + names.sub(link, cell[2]) + cell[3], table)


def _lines(cells: str) -> list[dict[int, tuple[str, str]]]:
    """Return of each line that shows numbers: column, what is printed, and the first estimate."""
    found: dict[int, dict[int, tuple[str, str]]] = {}
    for line in csv.DictReader(io.StringIO(cells)):
        column, printed = int(line["column"]), MARKS.sub("", line["printed"]).removeprefix("'")
        if column > 1:
            found.setdefault(int(line["row"]), {}).setdefault(
                column, (printed, line["estimate_id"])
            )
    return [found[row] for row in sorted(found)]


def _row(text: str, line: Mapping[int, tuple[str, str]], found: Mapping[str, Target]) -> str:
    columns: Iterator[int] = iter(range(2, 2 + len(CELL_OR_EMPTY.findall(text))))

    def link(match: re.Match[str]) -> str:
        column = next(columns)
        target = found.get(line[column][1]) if column in line else None
        inner = CELL.fullmatch(match[0])
        if target is None or inner is None:
            return match[0]
        start = f'<a class="number" href="#{target.anchor}" title="{escape(target.words)}">'
        return f"{inner[1]}{start}{inner[2]}</a>{inner[3]}"

    return CELL_OR_EMPTY.sub(link, text)


def _noted(text: str, name: str) -> str:
    """Return cells whose letters lead to their notes."""

    def link(match: re.Match[str]) -> str:
        marks = (f'<a href="#{name}-{mark}">{mark}</a>' for mark in match[1].split(","))
        return f"<sup>{','.join(marks)}</sup>"

    return re.sub(r"<sup>([a-z,]+)</sup>", link, text)


def _notes(text: str, name: str) -> str:
    return re.sub(r"<p><sup>([a-z]+)</sup>", rf'<p id="{name}-\1"><sup>\1</sup>', text)
