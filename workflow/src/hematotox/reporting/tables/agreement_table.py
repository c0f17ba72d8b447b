"""The numbers that a paper printed beside ours, with the difference and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from hematotox.declarations.study.kinds.agreement_table import AgreementTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.words import published_wording, wording
from hematotox.reporting.words.notes import condition_note
from hematotox.reporting.words.printed_numbers import PrintedText, printed_texts
from hematotox.reporting.words.rows import Row, as_rows

VERDICTS = ("differs", "not comparable", "exempt", "agrees")
"""The worst first."""
KINDS = {"estimates": ("estimate",), "limits": ("conf_low", "conf_high"), "P values": ("p_value",)}
"""What is counted apart, and the quantities of it."""
NAMED = {"estimates": "estimate", "limits": "limits", "P values": "P"}
CLAIM = "claim"
CLAIMED = (
    "place", "printed", "population", "score", "endpoint", "method", "adjustment", "group", "term",
    "time", "estimand",
)  # fmt: skip
"""What a claim has in common with the number that makes it."""
CLAIMS = {
    "confirmed": "confirmed",
    "compatible, not confirmed": "compatible but not confirmed",
    "compatible": "of no difference compatible",
    "contradicted": "contradicted",
}
"""Verdict on a claim and its words in the headline."""
COLUMNS = ("Place", "Printed", "Ours", "Difference", "Verdict")
LONGEST = 40
"""Numbers of a section that are all listed in print; of a longer one those that agree as printed
are counted, and only the CSV and Excel files list them."""
COUNTED = (
    f"In a section of more than {LONGEST} lines those that agree as printed are counted; the CSV "
    "and Excel files list them all."
)
ANOTHER_COHORT = "Another cohort: differences from print are no errors"
"""What is said where the patients are real; verdicts on their numbers are not counted."""
NOTES = (
    "Agrees: equal at the printed decimals; limits and P values are judged as estimates are.",
    "Ours: in the unit and at the decimals of print. Difference: ours minus printed, of the "
    "estimates that are compared (of a P value where it stands alone); of a ratio of itself.",
)
OF_CLAIMS = (
    "Claims: of an effect (printed P below .05) confirmed if ours lies on the same side with P "
    "below .05; contradicted if it lies on the other side with P below .05, or if P is .05 or more "
    "and our interval excludes the printed estimate; otherwise compatible, not confirmed. Of no "
    "difference (P of .05 or more) compatible or contradicted, never confirmed."
)


def tally(agreement: pd.DataFrame) -> str:
    """Return how many printed numbers of each kind agree, and what became of the claims.

    Of real patients, who are another cohort, the claims alone are counted.
    """
    parts = []
    for kind, quantities in KINDS.items():
        verdicts = agreement.loc[agreement["quantity"].isin(quantities), "verdict"]
        count = {verdict: int((verdicts == verdict).sum()) for verdict in VERDICTS}
        judged = count["agrees"] + count["differs"]
        aside = ", ".join(f"{count[name]} {name}" for name in VERDICTS[1:3] if count[name])
        if len(verdicts):
            told = f"{kind}: {count['agrees']} of {judged} agree, {count['differs']} differ"
            parts.append(f"{told} ({aside})" if aside else told)
    fixed = int(agreement["simulated"].sum())
    if fixed:
        parts[0] += f"; {fixed} of these the simulator was made to give"
    return wording.capitalised("; ".join([*parts, *claims_tally(agreement)]))


def claims_tally(agreement: pd.DataFrame) -> list[str]:
    """Return what became of the printed claims in one clause, or nothing."""
    verdicts = agreement.loc[agreement["quantity"] == CLAIM, "verdict"]
    told = [f"{n} {words}" for name, words in CLAIMS.items() if (n := (verdicts == name).sum())]
    return [f"claims: {len(verdicts)} ({', '.join(told)})"] if told else []


def agreement_table(agreement: pd.DataFrame, display: AgreementTable, words: Words) -> PrintedTable:
    """Return one line a printed text, under the sections of the paper.

    Parameters
    ----------
    agreement : rows of the contract `agreement`, one a printed number
    display : its sections map how a place begins to a heading
    words : words of the study
    """
    sections: dict[str, list[PrintedText]] = {}
    rows = as_rows(agreement)
    claims = [row for row in rows if row["quantity"] == CLAIM]
    texts = printed_texts(row for row in rows if row["quantity"] != CLAIM)
    for text in texts:
        sections.setdefault(_heading(text.place, display), []).append(text)
    declared = [heading for heading in display.sections.values() if heading in sections]
    whole = tally(agreement) if len(agreement) else "No published numbers"
    lines = [section(whole)]
    for heading in dict.fromkeys((*declared, *sections)):
        lines.append(section(heading))
        lines += _section_lines(sections[heading], heading, words)
    if claims:
        lines.append(section("Claims of the paper"))
        lines += [_claim_line(row, texts, display, words) for row in claims]
    shortened = any(line.place == "data" for line in lines)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Number",
        columns=tuple(Column(header) for header in COLUMNS),
        lines=tuple(lines),
        notes=(*NOTES, *([OF_CLAIMS] if claims else []), *((COUNTED,) if shortened else ())),
        numbers=agreement,
    )


def _section_lines(texts: Sequence[PrintedText], heading: str, words: Words) -> list[Line]:
    """Return a line a text; of a long section print has those that agree as printed as a count."""
    lines = [_line(text, heading, words) for text in texts]
    plain = [_as_printed(text.rows) for text in texts]
    if len(lines) <= LONGEST or not any(plain):
        return lines
    told = f"{sum(plain)} of {len(lines)} lines agree as printed"
    blank = tuple(Cell() for _ in COLUMNS)
    kept = [
        replace(line, place="data") if same else line
        for line, same in zip(lines, plain, strict=True)
    ]
    return [Line(Cell(told), blank, indent=1, place="print"), *kept]


def _claim_line(
    row: Row, texts: Sequence[PrintedText], display: AgreementTable, words: Words
) -> Line:
    """Return the line of a claim: the text that makes it, ours, and the verdict."""
    made = next(
        text
        for text in texts
        if all(text.rows[0][column] == row[column] for column in CLAIMED)
        and text.rows[0]["quantity"] in ("estimate", "p_value", "conf_low")
    )
    line = _line(made, _heading(made.place, display), words)
    reasons = _sentences([str(row["reason"])])
    place = Cell(wording.capitalised(made.place.partition(", ")[0]))
    return replace(
        line, cells=(place, *line.cells[1:3], Cell(), Cell(str(row["verdict"]), notes=reasons))
    )


def _as_printed(rows: Sequence[Row]) -> bool:
    return all(row["verdict"] == "agrees" for row in rows)


def _heading(place: str, display: AgreementTable) -> str:
    """Return the heading of the longest declared beginning of a place."""
    fitting = [start for start in display.sections if place.startswith(start)]
    if fitting:
        return display.sections[max(fitting, key=len)]
    return wording.capitalised(place.partition(", ")[0])


def _line(text: PrintedText, heading: str, words: Words) -> Line:
    place, _, rest = text.place.partition(", ")
    label = published_wording.labelled(wording.capitalised(rest), text.rows[0], words)
    ours = tuple(dict.fromkeys(note for row in text.rows for note in condition_note(row)))
    shown = tuple(
        (str(row["estimate_id"]), str(row["quantity"])) for row in text.rows if row["estimate_id"]
    )
    cells = (
        Cell(wording.capitalised(place) if place != heading else ""),
        Cell(text.printed),
        Cell(text.ours, notes=ours if text.ours[0].isdigit() else (), sources=shown),
        Cell(text.differences, sources=shown),
        Cell(_verdict(text.rows), notes=_reasons(text.rows)),
    )
    return Line(Cell(label), cells, indent=1)


def _verdict(rows: Sequence[Row]) -> str:
    """Return the verdict; where it is not the same on estimates, limits and P, on each."""
    found: dict[str, list[str]] = {}
    for kind, quantities in KINDS.items():
        if worst := _worst([str(r["verdict"]) for r in rows if r["quantity"] in quantities]):
            found.setdefault(worst, []).append(NAMED[kind])
    if len(found) == 1:
        return next(iter(found))
    plural = {"differs": "differ", "agrees": "agree"}
    return "; ".join(
        f"{' and '.join(kinds)} {plural.get(v, v) if 'limits' in kinds or kinds[1:] else v}"
        for v, kinds in found.items()
    )


def _worst(verdicts: Sequence[str]) -> str:
    return next((verdict for verdict in VERDICTS if verdict in verdicts), "")


def _reasons(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return why numbers are exempt or not comparable, how near ours is, what print contradicts."""
    remarks = [str(row["inconsistent"] or "") for row in rows]
    told = [str(row["reason"] or "") for row in rows]
    extra = [
        f"in print: {remark}" for remark in remarks if remark and not any(remark in t for t in told)
    ]
    return _sentences([*told, *extra])


def _sentences(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{wording.capitalised(t).rstrip('.')}." for t in texts if t))
