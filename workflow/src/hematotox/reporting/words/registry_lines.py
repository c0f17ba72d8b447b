"""A study's estimate among the published ones: sections, labels and what is said of a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hematotox.declarations.study.analyses import METHODS, methods_with
from hematotox.declarations.study.published import CERTAINTIES
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, conditions, first
from hematotox.reporting.words.sources import Sources, sources

PUBLISHED = "registry"
SUMMARIES = methods_with("studies")
FEW = "fewer than five studies"
MEASURES: dict[str, str] = {
    "auc": "AUC",
    "sensitivity": "sensitivity, %",
    "specificity": "specificity, %",
}
DEGREES = ((0.3, "little"), (0.6, "moderate"), (1.01, "substantial"))
"""I² below this, and the word for the heterogeneity."""


@dataclass(frozen=True, slots=True)
class Section:
    """The estimates of one measure of one analysis, and their summary."""

    heading: str
    measure: str
    cohorts: tuple[Row, ...]
    summary: Row | None
    prediction: Row | None
    """On the scale of the summary."""
    heterogeneity: str
    """In words; empty where there is nothing to summarise."""
    sources_of_heterogeneity: Sources

    @property
    def title(self) -> str:
        """Heading and measure."""
        return f"{self.heading} ({self.measure})"


def sections(rows: Sequence[Row], words: Words) -> list[Section]:
    """Return the sections in the order of the analyses."""
    keys = [(str(row["analysis"]), str(row["estimand"])) for row in rows if _is_estimate(row)]
    return [_section(rows, words, key) for key in dict.fromkeys(keys)]


def _is_estimate(row: Row) -> bool:
    known = str(row["estimand"]) in MEASURES or str(row["estimand"]) in wording.EFFECTS
    return known and row["method"] != "evaluability"


def _section(rows: Sequence[Row], words: Words, key: tuple[str, str]) -> Section:
    analysis, estimand = key
    of_analysis = [row for row in rows if row["analysis"] == analysis]
    members = [row for row in of_analysis if row["estimand"] == estimand]
    summary = next((row for row in members if row["method"] in SUMMARIES), None)
    found = first(of_analysis, estimand="prediction", term=estimand)
    told, shown = _heterogeneity(of_analysis, summary)
    measure = MEASURES.get(estimand) or wording.EFFECTS[estimand][0]
    label = wording.analysis(words, analysis) or wording.capitalised(wording.spelled(analysis))
    return Section(
        heading=label,
        measure=measure,
        cohorts=tuple(row for row in members if row["method"] not in SUMMARIES),
        summary=summary if summary is not None and summary["n"] else None,
        prediction={**found, "estimand": estimand} if found else None,
        heterogeneity=told,
        sources_of_heterogeneity=shown,
    )


def cohort_label(row: Row, words: Words) -> str:
    """Return a published cohort by its name, the study's own as such."""
    if row["method"] == PUBLISHED:
        return str(row["population"])
    centre = words.level("centre", str(row["centre"])) if row["centre"] else ""
    return f"This study, {centre}" if centre else "This study"


def summary_label(row: Row) -> str:
    """Return "Summary of 4 cohorts"."""
    count = int(row["n"] or 0)
    return f"Summary of {count} cohort{'' if count == 1 else 's'}"


def adjustment_note(rows: Sequence[Row]) -> list[str]:
    """Return which published cohorts print adjusted ratios, and for what."""
    adjusted = {
        str(row["population"]): str(row["adjustment"]).removeprefix("published: ")
        for row in rows
        if row["method"] == PUBLISHED and row["adjustment"]
    }
    words = "; ".join(f"{cohort}, for {covariates}" for cohort, covariates in adjusted.items())
    return [f"Adjusted in print: {words}."] if words else []


def source(row: Row) -> str:
    """Return citation key and certainty of a published estimate."""
    return str(row["policy"]) if row["method"] == PUBLISHED else ""


def patients(row: Row) -> str:
    """Return "245 (33)", or what of it is known: "245", "– (33)"."""
    if row["n"] is None:
        return "" if row["n_event"] is None else f"– ({numbers.count(row['n_event'])})"
    events = "" if row["n_event"] is None else f" ({numbers.count(row['n_event'])})"
    return f"{numbers.count(row['n'])}{events}"


def notes(rows: Sequence[Row], found: Sequence[Section]) -> list[str]:
    """Return heterogeneity in words, the models, and what the letters of certainty mean."""
    models = dict.fromkeys(
        METHODS[str(section.summary["method"])].what
        for section in found
        if section.summary is not None and section.summary["estimate"] is not None
    )
    codes = dict.fromkeys(source(row).rpartition(", ")[2] for row in rows if source(row))
    letters = "; ".join(f"{code}, {CERTAINTIES[code]}" for code in sorted(codes))
    certainty = [f"Source: key in the index of published validations, and {letters}."]
    return [
        *heterogeneity_notes(found),
        *(f"{model}." for model in models),
        *(certainty if codes else []),
    ]


def heterogeneity_notes(found: Sequence[Section]) -> dict[str, Sources]:
    """Return how much the cohorts of each section differ, and which numbers that shows."""
    return {
        f"{section.title}: {section.heterogeneity}"
        if len(found) > 1
        else wording.capitalised(section.heterogeneity): section.sources_of_heterogeneity
        for section in found
        if section.heterogeneity
    }


def _heterogeneity(rows: Sequence[Row], summary: Row | None) -> tuple[str, Sources]:
    """Return how much the cohorts differ, in words, and the numbers behind them."""
    if summary is None or summary["estimate"] is None:
        return "", ()
    estimand = str(summary["estimand"])
    share = first(rows, estimand="i2", term=estimand)
    spread = first(rows, estimand="tau2", term=estimand)
    test = first(rows, estimand="hypothesis_test", term=estimand)
    parts = [
        f"I² {numbers.fixed(100 * share['estimate'], 0)}%" if share else "",
        f"τ² {numbers.fixed(spread['estimate'], 2)}" if spread else "",
        numbers.p_phrase(test["p_value"]) if test else "",
    ]
    measured = ", ".join(part for part in parts if part)
    shown = [sources(row, "estimate") for row in (share, spread) if row]
    shown += [sources(test, "p_value")] if test else []
    return _degree(share, spread, summary, measured), tuple(one for p in shown for one in p)


def _degree(share: Row | None, spread: Row | None, summary: Row, measured: str) -> str:
    count = int(summary["n"])
    if FEW in conditions([summary]):
        return f"{count} cohorts are too few to judge their heterogeneity ({measured})."
    if share is None:
        alike = spread is None or not spread["estimate"]
        words = "differ no more than by chance" if alike else "differ"
        return f"the cohorts {words} ({measured})."
    degree = next(word for limit, word in DEGREES if share["estimate"] < limit)
    return f"{degree} heterogeneity between {count} cohorts ({measured})."
