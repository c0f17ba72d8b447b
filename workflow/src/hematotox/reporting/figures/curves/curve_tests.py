"""Tests and ratios that stand inside a panel of curves, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.curve_groups import CurveGroup, named_test, tests_between
from hematotox.reporting.words.effects import Effect, effects, first_models
from hematotox.reporting.words.rows import Row
from hematotox.reporting.words.sources import Sources, of_estimate, sources

MOST_EFFECTS = 6
"""More ratios than these are no legend any more: a forest or a table has them."""


def panel_tests(
    rows: Sequence[Row], groups: Sequence[CurveGroup], words: Words
) -> dict[str, Sources]:
    """Return tests and ratios of the panel, each once, and which numbers they show."""
    lines: dict[str, Sources] = {}
    several = len({group.cause for group in groups}) > 1
    for group in groups:
        for row in tests_between(rows, group, words, cause=group.cause):
            name = named_test(row)
            if several:
                cause = wording.cause(words, group.endpoint, group.cause)
                name = f"{cause}: {name}"
            lines.setdefault(f"{name} {_p_or_condition(row)}", sources(row, "p_value"))
    shown = _shown_effects(rows, groups, words)
    if len(shown) > MOST_EFFECTS:
        measures = " and ".join(dict.fromkeys(effect.measure for effect in shown))
        return {**lines, f"{measures} of {len(shown)} comparisons: see the tables": ()}
    for effect in shown:
        lines.setdefault(_effect_line(effect, words), of_estimate(effect.row))
    return lines


def _p_or_condition(row: Row) -> str:
    return _none(row) if row["p_value"] is None else numbers.p_phrase(row["p_value"])


def _none(row: Row) -> str:
    return f"not available ({row['condition']})" if row["condition"] else "not available"


def _shown_effects(rows: Sequence[Row], groups: Sequence[CurveGroup], words: Words) -> list[Effect]:
    """Return the effects of the exposures, one a model."""
    exposures = {group.exposure for group in groups if group.exposure}
    found = [e for e in effects(rows, words) if e.term in exposures or not exposures]
    return first_models(found)


def _effect_line(effect: Effect, words: Words) -> str:
    adjusted = "Adjusted " if effect.row["adjustment"] else ""
    ratio = numbers.estimate(effect.row)
    limits = numbers.interval(effect.row)
    if effect.row["estimate"] is None:
        ratio = _none(effect.row)
    ratio = f"{ratio} (95% CI, {limits})" if limits else ratio
    if not effect.level:
        return f"{adjusted}{effect.measure} {ratio}, {wording.per_unit(words, effect.term)}"
    compared = wording.contrast(words, effect.term, effect.level, effect.reference)
    return f"{adjusted}{effect.measure} {ratio}, {compared}"
