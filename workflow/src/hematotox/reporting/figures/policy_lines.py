"""The lines of a forest plot that shows each effect under every policy about missing values."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hematotox.contract_tables import BOUNDS, IMPUTED, POLICIES, WEIGHTED
from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_panels import (
    INDENT,
    LABEL_MOST,
    Forest,
    ForestLine,
    forest_panels,
    heading_line,
    patients,
    ratio_sources,
)
from hematotox.reporting.figures.style import wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect, effect_label, effects, first_models
from hematotox.reporting.words.notes import SIGNIFICANT, condition_note
from hematotox.reporting.words.rows import Row, all_where
from hematotox.reporting.words.sources import Sources, sources

LABELS = {
    "": "Patients with every item",
    IMPUTED: "Multiple imputation",
    WEIGHTED: "Weighted for having every item",
    "determinable": "Bound: group certain whatever is missing",
    "lowest": "Bound: missing items with fewest points",
    "highest": "Bound: missing items with most points",
}
BOUND_NOTE = (
    "Bounds score all missing items alike, as their best or as their worst value, or leave out the "
    "patients whose group they decide; they are no estimates and are not tested."
)


def policy_forest(rows: Sequence[Row], display: ForestFigure, words: Words) -> Forest:
    """Return each effect of the declared terms with a line a policy, the study's own first."""
    by_policy = {
        policy: _shown([row for row in rows if row["policy"] == policy], display, words)
        for policy in _order({str(row["policy"]) for row in rows})
    }
    lines: list[ForestLine] = []
    for own in by_policy.get("", {}).values():
        lines.append(heading_line(f"{own.endpoint}, {effect_label(own, words)}"))
        for policy, found in by_policy.items():
            effect = found.get(_place(own))
            if effect is not None and _tells_more(policy, effect, by_policy):
                lines.append(_line(effect, policy_words(policy, words)))
    shown = [line.effect for line in lines if line.effect]
    said = {**_imputation_notes(rows), **_weighting_notes(rows)}
    shifted = [policy_words(policy, words) for policy in by_policy if ", " in policy]
    tipped = any(line.effect and ", " in str(line.effect.row["policy"]) for line in lines)
    bounded = [BOUND_NOTE] if any(policy in BOUNDS for policy in by_policy) else []
    cited = dict.fromkeys(note for effect in shown for note in condition_note(effect.row))
    return Forest(
        panels=forest_panels(lines, words, {}),
        notes=(*said, *_shift_notes(shifted, tipped=tipped), *bounded, *cited),
        sources_of_notes=said,
    )


def _tells_more(
    policy: str, effect: Effect, by_policy: dict[str, dict[tuple[str, ...], Effect]]
) -> bool:
    """Return whether a line is shown; with shifted values only where P crosses 0.05 by it."""
    plain = by_policy.get(IMPUTED, {}).get(_place(effect))
    if ", " not in policy or plain is None:
        return True
    before, after = plain.row["p_value"], effect.row["p_value"]
    known = before is not None and after is not None
    return known and (before < SIGNIFICANT) != (after < SIGNIFICANT)


def _shift_notes(shifted: Sequence[str], *, tipped: bool) -> list[str]:
    """Return what missing values lower or higher than imputed would change."""
    if not shifted:
        return []
    tried = "; ".join(one.removeprefix("Imputed, ") for one in shifted)
    change = "where P crosses 0.05 by it there is a line" if tipped else "no P crosses 0.05 by it"
    return [f"Also tried, imputed values moved on the log scale ({tried}): {change}."]


def _order(found: set[str]) -> list[str]:
    """Return the policies in the order of their list, what was added to imputed values after."""
    places = {policy: place for place, policy in enumerate(("", *POLICIES))}
    return sorted(found, key=lambda one: (places[one.partition(", ")[0]], one))


def _shown(
    rows: Sequence[Row], display: ForestFigure, words: Words
) -> dict[tuple[str, ...], Effect]:
    found = first_models(effects(rows, words))
    terms = display.terms
    return {_place(e): e for e in found if e.term in (terms or (e.exposure,))}


def _place(effect: Effect) -> tuple[str, ...]:
    columns = ("analysis", "endpoint", "centre", "population", "term", "group", "adjustment")
    return tuple(str(effect.row[column]) for column in columns)


def policy_words(policy: str, words: Words) -> str:
    """Return a policy in print, with what was added to the logarithm of imputed values."""
    name, _, shift = policy.partition(", ")
    if not shift:
        return LABELS[name]
    item, _, amount = shift.rpartition(" ")
    change = math.exp(float(amount)) - 1
    way = "higher" if change > 0 else "lower"
    return f"Imputed, missing {wording.mentioned(words, item)} {abs(change):.0%} {way}"


def _line(effect: Effect, label: str) -> ForestLine:
    row = effect.row
    texts = (patients(row), numbers.estimate_with_interval(row), numbers.p_value(row["p_value"]))
    shown = ratio_sources(row, "n", "n_event")
    wrapped = tuple(wrap(label, LABEL_MOST - INDENT))
    bound = row["policy"] in BOUNDS
    if bound:  # a bound is not tested
        texts, shown = (*texts[:2], ""), (*shown[:2], ())
    return ForestLine(wrapped, INDENT, effect, texts, shown)


def _imputation_notes(rows: Sequence[Row]) -> dict[str, Sources]:
    """Return how many imputations there were and how much information was missing at most."""
    of_ratios = [
        row
        for row in rows
        if row["estimand"] == "missing_information"
        and row["test"] in wording.EFFECTS
        and row["term"] != "(intercept)"
    ]
    if not of_ratios:
        return {}
    most = max(of_ratios, key=lambda row: float(row["estimate"]))
    note = (
        f"Multiple imputation: {numbers.count(most['statistic'])} imputations by chained "
        "equations, pooled by Rubin\u2019s rules; the largest fraction of missing information is "
        f"{numbers.share(float(most['estimate']), 1.0)}."
    )
    return {note: sources(most, "statistic", "estimate")}


def _weighting_notes(rows: Sequence[Row]) -> dict[str, Sources]:
    """Return how far weights go: fewest effective patients, largest weight, balance."""
    own = [row for row in rows if row["estimand"] == "weighting"]
    if not own:
        return {}
    fewest = min(
        all_where(own, term="effective patients"),
        key=lambda row: float(row["estimate"]) / float(row["n"]),
    )
    most = {
        term: max(all_where(own, term=term), key=lambda row: float(row["estimate"]))
        for term in ("largest weight", "imbalance before", "imbalance after")
    }
    weight, before, after = (numbers.fixed(float(row["estimate"]), 2) for row in most.values())
    note = (
        f"Weights: at least {numbers.fixed(float(fewest['estimate']), 0)} effective patients of "
        f"{numbers.count(fewest['n'])}, largest weight {weight}; largest standardised difference "
        f"between patients with every item and all {before} before and {after} after weighting."
    )
    shown = (sources(row, "estimate") for row in most.values())
    return {note: (*sources(fewest, "estimate", "n"), *(one for part in shown for one in part))}
