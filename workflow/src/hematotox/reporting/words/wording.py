"""Codes of the estimates table in the words of the study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hematotox.declarations.study.words import Words
from hematotox.reporting.words.rows import Row

UNITS: dict[str, str] = {
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "h": "hours",
    "10*9/L": "×10⁹/L",
    "10*3/uL": "×10³/µL",
    "%": "%",
    "1": "",
    "{points}": "points",
    "{score}": "points",
    "ug/L": "µg/L",
    "umol/L": "µmol/L",
    "Cel": "°C",
    "mm[Hg]": "mmHg",
}
"""UCUM code and its print; a code that is not listed is printed as it stands."""

PER_UNIT: dict[str, str] = {
    "a": "year",
    "mo": "month",
    "wk": "week",
    "d": "day",
    "{points}": "point",
    "{score}": "point",
}

VARIANTS = ("convention", "policy")
"""Columns that tell variants of one analysis apart."""

EFFECTS: dict[str, tuple[str, str]] = {
    "log_hazard_ratio": ("HR", "hazard ratio"),
    "log_subdistribution_hazard_ratio": ("SHR", "subdistribution hazard ratio"),
    "log_odds_ratio": ("OR", "odds ratio"),
    "conditional_log_odds_ratio": ("OR", "conditional odds ratio"),
}
"""Estimand and its abbreviation and words in print."""


TESTS: dict[str, str] = {
    "chi-squared": "chi-squared test",
    "fisher": "Fisher's exact test",
    "gray": "Gray's test",
    "kruskal-wallis": "Kruskal–Wallis test",
    "likelihood ratio": "likelihood-ratio test",
    "log-rank": "log-rank test",
    "weighted generalised score": "weighted generalised score test (predictive values)",
    "hartung-knapp": "Hartung–Knapp t test",
    "mann-whitney": "Mann–Whitney test",
    "mcnemar": "McNemar's test (sensitivity, specificity)",
    "penalised likelihood ratio": "penalised likelihood-ratio test",
    "profile likelihood": "profile likelihood-ratio test",
    "log-log": "test on the log(–log) scale",
    "schoenfeld": "Schoenfeld residual test",
    "score": "score test",
    "wald": "Wald test",
    "brant": "Brant's test",
    "delong": "DeLong's test",
}
"""Test and its print; a test that is not listed is printed as it stands."""


SPAN = re.compile(r"(?<=\d)-(?=\d)|\b([IVX]+)-(?=[IVX]+\b)")
"""A hyphen that means "to": "days 31-100", "stage III-IV"."""
CENTRE = re.compile(r"[a-z]+_\d+")
"""A centre's name that is a code, "sie_01"."""


def typeset(words: Words) -> Words:
    """Return the words with dashes between numbers: "low (0–1)", "stage III–IV"."""
    variables = {
        name: found.model_copy(
            update={"label": dashed(found.label), "levels": _dashed(found.levels)}
        )
        for name, found in words.variables.items()
    }
    endpoints = {
        name: found.model_copy(
            update={"label": dashed(found.label), "causes": _dashed(found.causes)}
        )
        for name, found in words.endpoints.items()
    }
    plain = {
        name: _dashed(getattr(words, name)) for name in ("scores", "analyses", "linear_predictors")
    }
    return words.model_copy(update={"variables": variables, "endpoints": endpoints, **plain})


def _dashed(texts: dict[str, str]) -> dict[str, str]:
    return {name: dashed(text) for name, text in texts.items()}


def dashed(text: str) -> str:
    """Return a text with an en dash where a hyphen means "to"."""
    return SPAN.sub(r"\1–", text)


def centre(words: Words, code: str) -> str:
    """Return a centre's name: its label, "SIE 01" for the code `sie_01`, or the code itself."""
    declared = words.variable("centre").levels.get(code)
    return declared or centre_code(code)


def centre_code(code: str) -> str:
    """Return "SIE 01" for `sie_01`; another name as it stands."""
    return code.replace("_", " ").upper() if CENTRE.fullmatch(code) else code


def unit(code: str) -> str:
    """Return a UCUM unit as it is printed."""
    return UNITS.get(code, code)


def capitalised(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """Return words of the program inside a sentence; what a study declares never comes here."""
    first, _, rest = text.partition(" ")
    is_word = first[:1].isupper() and first[1:].islower() and first[1:2].isalpha()
    is_name = rest[:1].isupper() and rest[1:2].islower()
    return first.lower() + text[len(first) :] if is_word and not is_name else text


def variable(words: Words, name: str) -> str:
    """Return a variable's label with its unit as it starts a line: "Age, years"."""
    printed = unit(words.variable(name).unit)
    return f"{label(words, name)}, {printed}" if printed else label(words, name)


def label(words: Words, name: str) -> str:
    """Return a variable's label as it is declared; of a name without one, "Donor age"."""
    found = words.variable(name).label
    return found if name in words.variables else capitalised(found)


def mentioned(words: Words, name: str) -> str:
    """Return a variable's label inside a sentence: as declared, but "centre", a word of ours."""
    found = words.variable(name).label
    return found.lower() if found in ("Centre", "Cohort") and name == "centre" else found


def per_unit(words: Words, name: str) -> str:
    """Return the label of a number in a model: "Age, per year"."""
    found = words.variable(name)
    if name == "linear_predictor":
        return found.label
    if name.endswith(".points"):
        return f"{label(words, name).removesuffix(', points')}, per point"
    return f"{label(words, name)}, per {PER_UNIT.get(found.unit, f'1 {unit(found.unit)}'.strip())}"


def exposure(words: Words, rows: Sequence[Row]) -> str:
    """Return the variable whose levels stand in `group`, for rows that do not name it.

    It is the variable that the words name for the analysis; otherwise the group of the row's
    score; otherwise the only variable that has all these levels; otherwise none ("").
    """
    for row in rows:
        named = words.exposures.get(str(row["analysis"]), "")
        if named:
            return named
    codes = {str(row["group"]) for row in rows if row["group"]}
    if not codes:
        return ""
    for row in rows:
        group = f"{row['score']}.group"
        if row["score"] and codes <= set(words.variable(group).levels):
            return group
    holders = [name for name, found in words.variables.items() if codes <= set(found.levels)]
    return holders[0] if len(holders) == 1 else ""


def ordered(words: Words, name: str, codes: Iterable[str]) -> list[str]:
    """Return the levels in the order of the words; unknown ones after them, as they came."""
    present = list(dict.fromkeys(codes))
    known = [code for code in words.variable(name).levels if code in present]
    return [*known, *(code for code in present if code not in known)]


def level(words: Words, name: str, code: str) -> str:
    """Return a level's label as it is declared; of a code without one, "High"."""
    found = words.level(name, code)
    return found if code in words.variable(name).levels else capitalised(found)


def contrast(words: Words, name: str, code: str, reference: str) -> str:
    """Return "high vs low"; yes and no need no label."""
    if {code, reference} == {"yes", "no"}:
        return f"{code} vs {reference}"
    return f"{words.level(name, code)} vs {words.level(name, reference)}"


def endpoint(words: Words, name: str) -> str:
    """Return an endpoint's label; an unknown one speaks for itself."""
    found = words.endpoints.get(name)
    return found.label if found else capitalised(name.replace("_", " "))


def cause(words: Words, endpoint_name: str, name: str) -> str:
    """Return the label of a cause of an endpoint."""
    found = words.endpoints.get(endpoint_name)
    return (found.causes if found else {}).get(name, name.replace("_", " "))


def is_event(words: Words, endpoint_name: str, name: str) -> bool:
    """Return whether a cause is the endpoint's event, not one that competes with it."""
    found = words.endpoints.get(endpoint_name)
    return not name or found is None or next(iter(found.causes), name) == name


def incidence(words: Words, endpoint_name: str, name: str) -> str:
    """Return what an incidence is of: the endpoint, or its competing event."""
    if not name:
        return endpoint(words, endpoint_name)
    whole, of_cause = endpoint(words, endpoint_name), cause(words, endpoint_name, name)
    if whole.lower() == of_cause.lower():
        return whole
    joint = ":" if is_event(words, endpoint_name, name) else ", competing event:"
    return f"{whole}{joint} {of_cause}"


def score(words: Words, name: str) -> str:
    """Return a score's name in print."""
    return words.scores.get(name, name)


def spelled(name: str) -> str:
    """Return the name of an analysis as words.

    Examples
    --------
    >>> spelled("overall_survival"), spelled("toxicity.late_icaht.ht.rate")
    ('overall survival', 'toxicity, late icaht, ht, rate')
    """
    return name.replace(".", ", ").replace("_", " ")


def analysis(words: Words, name: str) -> str:
    """Return an analysis' label, or nothing if the study gives none."""
    return words.analyses.get(name, "")


def adjustment(words: Words, text: str) -> str:
    """Return the words of an adjustment: "Unadjusted", "Adjusted for age, donor age"."""
    parts = [_adjustment(words, part) for part in text.split("; ") if part]
    return capitalised("; ".join(parts)) if parts else "Unadjusted"


def _adjustment(words: Words, part: str) -> str:
    kind, _, names = part.partition(": ")
    if kind == "linear predictor":
        label = words.linear_predictors.get(names) or words.variable(names).label
        return f"adjusted by the linear predictor of {label}"
    labels = ", ".join(mentioned(words, name) for name in names.split(" + "))
    starts = {
        "multivariable": "adjusted for",
        "stratified": "stratified by",
        "clustered": "clustered by",
        "censoring by": "censoring estimated by",
    }
    return f"{starts[kind]} {labels}" if kind in starts else part


def population(words: Words, row: Row, *, exposure: str = "") -> str:
    """Return who is analysed, or nothing for all patients: "HT known; product: axi-cel".

    That a score is known goes without saying where it is the exposure.
    """
    base, *within = str(row["population"]).split("; ")
    said = base == "all" or base == exposure.partition(".")[0]
    parts = [] if said else [f"{score(words, base)} known"]
    for condition in [*within, *filter(None, [row.get("subgroup")])]:
        name, _, code = condition.partition("=")
        parts.append(f"{words.variable(name).label}: {words.level(name, code)}")
    if row["centre"]:
        parts.append(centre(words, str(row["centre"])))
    parts += [str(row[column]).replace("_", " ") for column in VARIANTS if row.get(column)]
    parts.append(since(row))
    return "; ".join(part for part in parts if part)


def since(row: Row) -> str:
    """Return "from day 100" for a landmark analysis, otherwise nothing."""
    return f"from day {float(row['landmark']):g}" if row["landmark"] is not None else ""
