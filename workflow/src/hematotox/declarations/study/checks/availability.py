"""Which analyses of a study cannot have patients, because no centre's export holds what they need.

Told before the run, all that is missing at once: otherwise a run says that bulky disease is
unknown, and after that has been added, that the IPI is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints, OfGrade, Recovery
from hematotox.declarations.recorded_events import event_words, recorded_events
from hematotox.declarations.score import Score
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.derived_variables import OF_ENDPOINT, graded_window
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.needed_events import needed_events
from hematotox.declarations.study.planning import primary_of, scores_of
from hematotox.declarations.study.study import Study

DERIVED: dict[str, tuple[str, ...]] = {
    "vein_to_vein": ("apheresis_date",),
    "infusion_to_boost": ("boost_date",),
    "neutropenia_before_boost": ("boost_date", "anc"),
    "anc_at_boost": ("boost_date", "anc"),
    "boost_kind": ("boost_date",),
    "infusion_year": ("infusion_date",),
    "potential_follow_up": ("data_cut",),
}
"""Variables that are derived where the export has no column for them, and from what."""
DATES_OF_EVENTS = {"boost_date": "stem_cell_boost"}
"""Dates of a patient that an event tells as well."""
APART = ("variables", "subgroups")
"""Keys whose variables need not be known of the same patients."""


@dataclass(frozen=True)
class Availability:
    """What a study cannot do with its centres."""

    analyses: dict[str, str]
    """Analyses without patients, and why, in words."""
    displays: dict[str, str]
    """Displays of which nothing would be left, and why."""

    def lines(self, most: int | None = None) -> list[str]:
        """Return one line for each reason, with what it concerns; `most` is how many are named."""
        found = []
        for what, lost in (("without patients", self.analyses), ("empty", self.displays)):
            for reason in dict.fromkeys(lost.values()):
                names = [name for name, why in lost.items() if why == reason]
                more = len(names) - len(names[:most])
                others = f" and {more} more" if more else ""
                found.append(f"{what}, because {reason}: {', '.join(names[:most])}{others}")
        return found


def availability(
    study: Study,
    centres: Mapping[str, Centre],
    *,
    dictionary: Dictionary,
    endpoints: Endpoints,
    named: Named,
) -> Availability:
    """Return the analyses that cannot have patients on these centres, and displays without any.

    Parameters
    ----------
    study : the study
    centres : declared centres by name
    dictionary, endpoints, named : what the study names
    """
    if study.table is not None:
        return Availability({}, {})
    needs = _Needs(study, endpoints, named)
    holdings = [_Held(centres[name], dictionary, cut=study.data_cut) for name in study.centres]
    excluded = _why(needs.of_population(), holdings)
    analyses = {}
    for name in study.analyses:
        reason = excluded or _why(needs.of_analysis(name), holdings)
        if reason:
            analyses[name] = reason
    displays = {}
    for name, display in study.displays.items():
        shown = [a for part in (display, *getattr(display, "panels", ())) for a in part.analyses]
        if shown and all(one in analyses for one in shown):
            displays[name] = "; ".join(dict.fromkeys(analyses[one] for one in shown))
    return Availability(analyses, displays)


class _Held:
    """What a centre's export holds."""

    def __init__(self, centre: Centre, dictionary: Dictionary, *, cut: date | None) -> None:
        self.name = centre.id
        self.events = recorded_events(centre, dictionary)
        self.columns = {*centre.subjects, *centre.labs, "centre"}
        self.columns |= {"data_cut"} if cut or centre.cut else set()
        self.labels = {name: one.label for name, one in dictionary.variables.items()}

    def lacks(self, needed: Mapping[str, bool | None]) -> dict[str, str]:
        """Return what is needed and not held, with its words; `None` marks a variable."""
        found = {}
        for name, detail in needed.items():
            if detail is None:
                if not self._has(name):
                    found[name] = self.labels.get(name, name)
                continue
            known = self.events.get(name)
            if known is None or not known.known_by or (detail and not known.with_detail):
                found[f"{name} {detail}"] = event_words(
                    name, detail=bool(detail and known and known.known_by)
                )
        return found

    def _has(self, variable: str) -> bool:
        event = self.events.get(DATES_OF_EVENTS.get(variable, ""))
        if variable in self.columns or (event is not None and bool(event.known_by)):
            return True
        return variable in DERIVED and all(self._has(one) for one in DERIVED[variable])


def _why(needed: Mapping[str, bool | None], holdings: list[_Held]) -> str:
    """Return why no patient can have all that is needed, or nothing."""
    lacking = [held.lacks(needed) for held in holdings]
    if not all(lacking):
        return ""
    nowhere = [words for key, words in lacking[0].items() if all(key in one for one in lacking)]
    if nowhere:
        return f"no export holds {', '.join(nowhere)}"
    each = [
        f"{held.name} lacks {', '.join(lacks.values())}"
        for held, lacks in zip(holdings, lacking, strict=True)
    ]
    return f"no export holds all of it: {'; '.join(each)}"


class _Needs:
    """What a study's parts need of an export: variables (`None`) and events with their detail."""

    def __init__(self, study: Study, endpoints: Endpoints, named: Named) -> None:
        self.study, self.endpoints, self.named = study, endpoints, named
        self.scores = scores_of(study, named.scores)

    def of_population(self) -> dict[str, bool | None]:
        needed: dict[str, bool | None] = {}
        for criterion in self.study.population:
            if criterion.include is not None and criterion.include.known is not False:
                needed |= self._variable(criterion.include.variable)
        return needed

    def of_analysis(self, name: str) -> dict[str, bool | None]:
        analysis: Any = self.study.analyses[name]
        said = analysis.__dict__
        if "of" in said:
            return self.of_analysis(said["of"]) if said["of"] in self.study.analyses else {}
        needed: dict[str, bool | None] = {}
        if analysis.population != "all":
            needed |= self._score(self.scores[analysis.population])
        if said.get("endpoint"):
            needed |= self._endpoint(said["endpoint"])
        if said.get("score") in self.scores:
            needed |= self._score(self.scores[said["score"]])
        predictor = self.study.linear_predictors.get(said.get("adjust") or "")
        together = [value for path, value in variable_fields(analysis) if path[0] not in APART]
        for variable in (*together, *(predictor.covariates if predictor else ())):
            needed |= self._variable(variable)
        return needed

    def _variable(self, name: str) -> dict[str, bool | None]:
        first, _, part = name.rpartition(".")
        if first in self.scores and part in ("group", "points"):
            return self._score(self.scores[first])
        if first in self.scores and part == "known":
            return {}
        if name.endswith(OF_ENDPOINT):
            return self._endpoint(first)
        covariate = self.study.covariates.get(name)
        return {covariate.variable if covariate else part: None}

    def _score(self, score: Score) -> dict[str, bool | None]:
        return dict.fromkeys(score.items) if score.missing == "no_score" else {}

    def _endpoint(self, name: str) -> dict[str, bool | None]:
        endpoint = self.endpoints.endpoints[name]
        conventions, primary = self.named.conventions, primary_of(self.study)
        needed: dict[str, bool | None] = dict(
            needed_events(endpoint, self.endpoints, conventions=conventions, primary=primary)
        )
        if isinstance(endpoint, OfGrade):
            window = graded_window(endpoint, conventions, primary=primary)
            needed |= {} if window is None else {window.variable: None}
        elif isinstance(endpoint, Recovery):
            needed[endpoint.variable] = None
        return needed
