"""What a published number is about, in words: "Overall survival at 12 months: SimpleHT low"."""

from __future__ import annotations

import re

from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row

QUANTITIES: dict[str, str] = {
    "count": "patients",
    "cumulative_incidence": "",
    "median": "median",
    "percentage_of_known": "share",
    "proportion": "",
    "quantile": "quartile",
    "survival": "",
    "survival_time_quantile": "median",
}
"""Estimand and the words for it; an estimand that is not listed has those of the closed lists."""


def subject(row: Row, words: Words) -> str:
    """Return what a number is about: endpoint or variable, quantity, time, and whose it is."""
    about = _about(row, words)
    quantity = _quantity(row)
    when = f"at {numbers.time_label(row['time'], 'months')}" if _has_time(row) else ""
    first = " ".join(part for part in (about, when) if part)
    whole = ", ".join(part for part in (first, quantity) if part)
    who = _who(row, words)
    return f"{whole}: {who}" if who else whole


def labelled(rest: str, row: Row, words: Words) -> str:
    """Return how a paper labels a number, and whose it is where the label does not tell."""
    if not rest:
        return subject(row, words)
    code = str(row["group"])
    variable = f"{row['score']}.group"
    if variable not in words.variables or code not in words.variable(variable).levels:
        known = [name for name, one in words.variables.items() if code in one.levels]
        variable = known[0] if len(known) == 1 else ""
    level = words.level(variable, code)
    name = level.partition(" (")[0]
    if not variable or re.search(rf"\b{re.escape(name)}\b", rest, re.IGNORECASE):
        return rest
    effect = row["estimand"] in wording.EFFECTS and row["term"] == variable
    return f"{rest}: {_who(row, words) if effect else f'{wording.label(words, variable)} {level}'}"


def _has_time(row: Row) -> bool:
    return row["time"] is not None and row["estimand"] in ("survival", "cumulative_incidence")


def _about(row: Row, words: Words) -> str:
    term = str(row["term"])
    if row["endpoint"]:
        found = wording.endpoint(words, str(row["endpoint"]))
        if row["method"] == "follow_up":
            return f"{found}, follow-up"
        return f"{found}, onset" if row["method"] == "durations" else found
    level = str(row["reference"])
    if term in words.variables and level in words.variable(term).levels:
        return f"{wording.label(words, term)}: {words.level(term, level)}"
    return wording.label(words, term) if term in words.variables else wording.capitalised(term)


def _quantity(row: Row) -> str:
    estimand = str(row["estimand"])
    if estimand in wording.EFFECTS:
        adjusted = "adjusted " if row["adjustment"] else ""
        return f"{adjusted}{wording.EFFECTS[estimand][0]}"
    if estimand == "hypothesis_test":
        return wording.TESTS.get(str(row["method"]).replace("_", "-"), "test")
    known = row["method"] == "describe" and row["endpoint"] and row["term"]
    name = QUANTITIES.get(estimand, wording.inside(ESTIMANDS[estimand].label))
    return f"{name} ({str(row['term']).replace('_', ' ')})" if known else name


def _who(row: Row, words: Words) -> str:
    """Return the contrast of a ratio, the group of a score, or the subset of patients."""
    term, group, reference = (str(row[column]) for column in ("term", "group", "reference"))
    if row["estimand"] in wording.EFFECTS:
        if not group:
            return wording.per_unit(words, term)
        return f"{words.variable(term).label} {wording.contrast(words, term, group, reference)}"
    score = f"{row['score']}.group"
    if group and score in words.variables:
        return f"{wording.label(words, score)} {words.level(score, group)}"
    if row["estimand"] == "hypothesis_test" and term in words.variables:
        return f"by {words.variable(term).label}"
    return wording.population(words, row)
