"""The methods of a paper, written from what the study declares and from what was run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.words import Words
from hematotox.reporting.manuscript.citations import Citations
from hematotox.reporting.words import wording
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.definitions import MISSING, Definition, definitions
from hematotox.reporting.words.methods_paragraph import FURTHER, methods_sentences
from hematotox.reporting.words.rows import is_synthetic

COMPUTING = ("numpy", "pandas", "scipy", "lifelines", "statsmodels", "firthmodels", "matplotlib")
"""Libraries that a methods section names, where they are among the versions."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the methods section is written from."""

    estimates: pd.DataFrame
    words: Words
    plan: CohortPlan
    versions: Mapping[str, str]
    main: frozenset[str]
    """Analyses that a main display shows."""
    primary: tuple[str, ...] = ()
    """Analyses that were declared primary in advance."""


def patients(settings: Settings, citations: Citations) -> list[str]:
    """Return where the patients come from and who of them is analysed."""
    del citations
    study = settings.plan.study
    included = [c.include.label for c in study.population if c.include]
    excluded = [c.exclude.label for c in study.population if c.exclude]
    parts = [
        "All patients are synthetic: they stand in for those of the centres."
        if is_synthetic(settings.estimates)
        else "",
        _origin(settings),
        f"Included were patients with: {'; '.join(included)}." if included else "",
        f"Excluded were patients with: {'; '.join(excluded)}." if excluded else "",
        f"The data were cut on {study.data_cut:%-d %B %Y}; later records were set aside and the "
        "living censored on that day."
        if study.data_cut
        else "",
    ]
    return [" ".join(wording.dashed(part) for part in parts if part)]


def _origin(settings: Settings) -> str:
    study = settings.plan.study
    if study.counts is not None:
        return "The analyses are of published counts."
    if study.table is not None:
        return "The analyses are of a table with one row a patient."
    number = len(study.centres)
    whose = "one centre" if number == 1 else f"{number} centres"
    return (
        f"Records of patients treated with CAR T cells at {whose} were staged in canonical units; "
        "day 0 is the day of the first infusion."
    )


def scores_and_endpoints(settings: Settings, citations: Citations) -> list[str]:
    """Return the definitions of what the main displays show."""
    found = definitions(main_definitions(settings))
    cited = {one.name: citations.for_what(key) for key, one in settings.plan.scores.items()}
    cited |= {
        term.term: citations.for_what(key)
        for key, convention in settings.plan.conventions.items()
        for term in found
        if term.term.startswith(f"{convention.name}, window ")
    }
    return [f"**{wording.dashed(one.term)}**{cited.get(one.term, '')}. {one.text}" for one in found]


def main_definitions(settings: Settings) -> CohortPlan:
    """Return the declarations without endpoints and conventions that no main display needs."""
    plan = settings.plan
    rows = settings.estimates[settings.estimates["analysis"].isin(settings.main)]
    named = {*rows["endpoint"], *(t.removesuffix(".status") for t in rows["term"])}
    all_endpoints = plan.endpoints.endpoints
    endpoints = {name: one for name, one in all_endpoints.items() if name in named}
    declared = plan.study.conventions
    graded = {declared.primary} if declared else set()
    graded |= {name for one in endpoints.values() if (name := getattr(one, "convention", None))}
    update = {
        "endpoints": plan.endpoints.model_copy(update={"endpoints": endpoints}),
        "conventions": {n: one for n, one in plan.conventions.items() if n in graded},
    }
    return plan.model_copy(update=update)


def further_definitions(settings: Settings) -> list[Definition]:
    """Return the definitions that only the supplement has."""
    said = definitions(main_definitions(settings))
    return [one for one in definitions(settings.plan) if one not in said]


def missing_values(settings: Settings, citations: Citations) -> list[str]:
    """Return what is done where something is not known."""
    del citations
    texts = [
        f"{score.name}: {MISSING.get(score.missing, str(score.missing).replace('_', ' '))}."
        for score in settings.plan.scores.values()
    ]
    policies = [policy for policy in settings.estimates["policy"].unique() if policy]
    if "imputed" in policies:
        texts.append(
            "Missing items and covariates were imputed by chained equations with the outcome "
            "among the predictors, and estimates pooled by Rubin's rules."
        )
    texts.append(
        "An analysis is of the patients with a known endpoint, and a model of those with every "
        "variable of the model known; the others are counted with the reason."
    )
    return [" ".join(texts)]


def statistics(settings: Settings, citations: Citations) -> list[str]:
    """Return the methods that were used, each with its reference, and what was primary."""
    sentences = [
        f"{text.removesuffix('.')}{citations.for_what(method) if method else ''}."
        for method, text in methods_sentences(settings.estimates, settings.words)
        if not text.startswith(FURTHER)
    ]
    return [" ".join(sentences), _primary(settings)]


def _primary(settings: Settings) -> str:
    names = analysis_names(settings.estimates, settings.words)
    named = [names[one] for one in settings.primary if one in names]
    if not named:
        return "No analysis was declared primary in advance; all are exploratory."
    be = "analysis was" if len(named) == 1 else "analyses were"
    return f"The primary {be}: {'; '.join(named)}. All others are exploratory."


def software(settings: Settings, citations: Citations) -> list[str]:
    """Return the programs with their versions."""
    versions = settings.versions
    own = f"hematotox {versions.get('hematotox', '')}".strip()
    used = [
        f"{name} {versions[name]}{citations.for_what(name)}"
        for name in ("snakemake", *COMPUTING)
        if name in versions
    ]
    under = f"Python {versions['python']}" if "python" in versions else "Python"
    listed = f" with {', '.join(used)}" if used else ""
    return [f"The analyses were run by {own} under {under}{listed}."]


SECTIONS: dict[str, tuple[str, Callable[[Settings, Citations], Sequence[str]]]] = {
    "patients": ("Patients", patients),
    "definitions": ("Scores, endpoints and grades", scores_and_endpoints),
    "missing": ("Missing values", missing_values),
    "statistics": ("Statistical analysis", statistics),
    "software": ("Software", software),
}
"""Parts of the methods by the name that a text calls them by, `{{ methods.statistics }}`."""
