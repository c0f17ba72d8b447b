"""What a forest plot says of a summary over centres: how it was made, how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.study.analyses import methods_with
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect
from hematotox.reporting.words.rows import Row, all_where, conditions, first
from hematotox.reporting.words.sources import Sources, sources

SUMMARIES = methods_with("studies")
"""Methods of a summary over centres."""
EXACT_SUMMARY = "binomial–normal model of the 2×2 tables, nothing added to empty cells"


def is_summary(effect: Effect) -> bool:
    """Return whether an effect is a summary over centres."""
    return effect.row["method"] in SUMMARIES


def of_summary(rows: Sequence[Row], effect: Effect, **wanted: str) -> Row | None:
    """Return a row of the same summary."""
    columns = ("analysis", "population", "endpoint", "term", "group")
    same = {column: effect.row[column] for column in columns}
    return first(all_where(rows, method=str(effect.row["method"]), **wanted), **same)


def summary_notes(found: Sequence[Effect], words: Words) -> list[str]:
    """Return how the summaries were made."""
    summaries = [effect for effect in found if is_summary(effect)]
    if not summaries:
        return []
    centres = f"{wording.mentioned(words, 'centre')}s"
    marked = conditions([effect.row for effect in found if not is_summary(effect)])
    notes = []
    for method in dict.fromkeys(str(effect.row["method"]) for effect in summaries):
        exact = method == "binomial_normal"
        outside = f"; {centres} with a mark do not enter it" if marked and not exact else ""
        how = EXACT_SUMMARY if exact else "REML with Hartung–Knapp limits"
        notes.append(f"Summary: {how}{outside}.")
    return notes


def heterogeneity_notes(rows: Sequence[Row], found: Sequence[Effect]) -> dict[str, Sources]:
    """Return how much the centres differ, and which numbers that shows."""
    summaries = [effect for effect in found if is_summary(effect)]
    notes: dict[str, Sources] = {}
    for effect in summaries:
        spread = of_summary(rows, effect, estimand="i2")
        variance = of_summary(rows, effect, estimand="tau2")
        test = of_summary(rows, effect, estimand="hypothesis_test")
        parts = [
            f"I² {numbers.estimate(spread)}%" if spread else "",
            f"τ² {numbers.estimate(variance)}" if variance else "",
            f"{_test_name(test)} {numbers.p_phrase(test['p_value'])}" if test else "",
        ]
        said = "; ".join(part for part in parts if part)
        name = f"{effect.endpoint}: " if len(summaries) > 1 else "Heterogeneity: "
        shown = [sources(row, "estimate") for row in (spread, variance) if row]
        shown += [sources(test, "p_value")] if test else []
        notes[f"{name}{said}."] = tuple(one for part in shown for one in part)
    return notes


def _test_name(row: Row) -> str:
    """Return the name of the test of homogeneity."""
    return {"cochran q": "Cochran's Q"}.get(str(row["test"]), "likelihood-ratio test")
