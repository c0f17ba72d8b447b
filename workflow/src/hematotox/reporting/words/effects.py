"""Effects of regression models (ratios with limits and p), gathered for tables and forests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hematotox.declarations.study.words import Words
from hematotox.errors import ContractError
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import Row, first

LINEAR_PREDICTOR, DIRECT = "Adjusted by the linear predictor of", "Adjusted for"
LONGEST_NAME = 45
"""Longer names of models stand in the notes, short ones in the header."""
MODEL_COLUMNS = ("analysis", "population", "centre", "method", "adjustment")


@dataclass(frozen=True, slots=True)
class Effect:
    """One ratio of one model and the words around it."""

    endpoint: str
    population: str
    since: str
    """From which day on, in a landmark analysis."""
    exposure: str
    """Variable of interest of its model."""
    measure: str
    """HR, SHR, OR; "Cause-specific HR" beside a subdistribution hazard ratio."""
    model: str
    """Unadjusted, Adjusted for …"""
    term: str
    level: str
    reference: str
    row: Row


def effects(rows: Sequence[Row], words: Words) -> list[Effect]:
    """Return every ratio of the rows in order, without intercepts.

    Raises
    ------
    ContractError
        Two rows would stand in one cell of a table, so that one of them would be lost.
    """
    ratios = [r for r in rows if r["estimand"] in wording.EFFECTS and r["term"] != "(intercept)"]
    competing = {r["analysis"] for r in ratios if r["method"] == "fine_gray"}
    exposures: dict[str, str] = {}
    for row in ratios:
        exposures.setdefault(str(row["analysis"]), str(row["term"]))
    found = [_effect(row, words, exposures, row["analysis"] in competing) for row in ratios]
    return _told_apart(found, words)


def _effect(row: Row, words: Words, exposures: dict[str, str], competing: bool) -> Effect:
    short = wording.EFFECTS[str(row["estimand"])][0]
    if competing and str(row["method"]).startswith("cause_specific_cox"):
        short = f"Cause-specific {short}"
    model = wording.adjustment(words, str(row["adjustment"]))
    if row["conf_method"] == "robust" and "lustered" not in model:
        model = f"{model}; cluster-robust"
    return Effect(
        endpoint=wording.endpoint(words, str(row["endpoint"])),
        population=wording.population(words, {**row, "landmark": None}),
        since=wording.since(row),
        exposure=exposures[str(row["analysis"])],
        measure=short,
        model=model,
        term=str(row["term"]),
        level=str(row["group"]),
        reference=str(row["reference"]),
        row=row,
    )


def place(effect: Effect) -> tuple[str, ...]:
    """Return where an effect stands: two effects with the same place would collide."""
    return (
        effect.endpoint,
        effect.population,
        effect.since,
        effect.exposure,
        effect.measure,
        effect.model,
        effect.term,
        effect.level,
    )


def _told_apart(found: list[Effect], words: Words) -> list[Effect]:
    """Name the analysis in the model's words where two analyses would collide."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for effect in found:
        owners.setdefault(place(effect), set()).add(str(effect.row["analysis"]))
    shared = {name for names in owners.values() if len(names) > 1 for name in names}
    named = [
        replace(effect, model=f"{effect.model} ({_name(effect, words)})")
        if effect.row["analysis"] in shared
        else effect
        for effect in found
    ]
    if len({place(effect) for effect in named}) < len(named):
        raise ContractError("estimates: two rows of one analysis have the same term and level")
    return named


def _name(effect: Effect, words: Words) -> str:
    name = str(effect.row["analysis"])
    return wording.analysis(words, name) or wording.spelled(name)


def first_models(found: Sequence[Effect]) -> list[Effect]:
    """Return the effects of one model an analysis and adjustment, for where there is no room.

    Where a model adjusted by a linear predictor stands beside the direct multivariable one the
    first stays, and of subdistribution and cause-specific ratios the first; tables of effects
    have both.
    """
    predicted = {
        effect.row["analysis"]
        for effect in found
        if str(effect.row["adjustment"]).startswith("linear predictor")
    }
    return [
        effect
        for effect in found
        if not effect.measure.startswith("Cause-specific")
        and not (
            effect.row["analysis"] in predicted
            and str(effect.row["adjustment"]).startswith("multivariable")
        )
    ]


def of_same_model(rows: Sequence[Row], effect: Effect, **wanted: str) -> Row | None:
    """Return a row (a test, the concordance) of the model that an effect belongs to."""
    model = {column: effect.row[column] for column in MODEL_COLUMNS}
    if "cox" in str(model["method"]):  # the tests are of Cox's likelihood, the ratios of Firth's
        model["method"] = str(model["method"]).removesuffix("_firth")
    return first(rows, **model, **wanted)


def effect_label(effect: Effect, words: Words) -> str:
    """Return "Age, per year" or "FAB class: M4 or M5 vs not M4 or M5, from day 100"."""
    if not effect.level:
        label = wording.per_unit(words, effect.term)
    else:
        compared = wording.contrast(words, effect.term, effect.level, effect.reference)
        label = f"{wording.label(words, effect.term)}: {compared}"
    return ", ".join(part for part in (label, effect.since) if part)


def subset(effect: Effect, words: Words) -> str:
    """Return who is analysed, without what the exposure says already."""
    row = {**effect.row, "landmark": None}
    return wording.population(words, row, exposure=effect.exposure)


def short_names(models: Sequence[str]) -> dict[str, str]:
    """Return the models whose names are too long for a header, and what stands there instead."""
    found = {}
    for model in models:
        if model.startswith(LINEAR_PREDICTOR):
            found[model] = "Adjusted by linear predictor"
        elif model.startswith(DIRECT) and len(model) > LONGEST_NAME:
            found[model] = "Multivariable"
    unique = len(set(found.values()) | set(models)) == len(found) + len(models)
    return found if unique else {}
