"""Tests and ratios that stand inside a panel of curves, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.words import Words
from hematotox.reporting import numbers, wording
from hematotox.reporting.curve_groups import CurveGroup, named_test, tests_between
from hematotox.reporting.effects import Effect, effects, first_models
from hematotox.reporting.rows import Row


def panel_tests(rows: Sequence[Row], groups: Sequence[CurveGroup], words: Words) -> list[str]:
    """Return tests and ratios of the panel, each once."""
    lines: list[str] = []
    several = len({group.cause for group in groups}) > 1
    for group in groups:
        for row in tests_between(rows, group, words, cause=group.cause):
            name = named_test(row)
            if several:
                cause = wording.cause(words, group.endpoint, group.cause)
                name = f"{wording.capitalised(cause)}: {name}"
            lines.append(f"{name} {_p_or_condition(row)}")
    lines += [_effect_line(effect, words) for effect in _shown_effects(rows, groups, words)]
    return list(dict.fromkeys(lines))


def _p_or_condition(row: Row) -> str:
    if row["p_value"] is None:
        return f"not available ({row['condition']})" if row["condition"] else "not available"
    return numbers.p_phrase(row["p_value"])


def _shown_effects(rows: Sequence[Row], groups: Sequence[CurveGroup], words: Words) -> list[Effect]:
    """Return the effects of the exposures, one a model."""
    exposures = {group.exposure for group in groups if group.exposure}
    found = [e for e in effects(rows, words) if e.term in exposures or not exposures]
    return first_models(found)


def _effect_line(effect: Effect, words: Words) -> str:
    adjusted = "Adjusted " if effect.row["adjustment"] else ""
    ratio = numbers.estimate(effect.row)
    limits = numbers.interval(effect.row)
    ratio = f"{ratio} (95% CI, {limits})" if limits else ratio
    if not effect.level:
        return f"{adjusted}{effect.measure} {ratio}, {wording.per_unit(words, effect.term)}"
    compared = wording.contrast(words, effect.term, effect.level, effect.reference)
    return f"{adjusted}{effect.measure} {ratio}, {compared}"
