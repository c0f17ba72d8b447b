"""Findings about what a centre's export does not hold at all: events, values of a criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from hematotox.cohort.before_boost import COLUMNS as COURSE_BEFORE_BOOST
from hematotox.cohort.findings import Trouble
from hematotox.cohort.population import codes
from hematotox.cohort.recorded import Recorded
from hematotox.declarations.recorded_events import event_words
from hematotox.declarations.study.criteria import Criterion
from hematotox.declarations.study.needed_events import Needs
from hematotox.declarations.study.study import Study

OF_BOOST = ("boost_date", *COURSE_BEFORE_BOOST)
"""Variables of a patient that say whether there was a boost."""


def absence_troubles(
    population: pd.DataFrame, study: Study, *, needs: Mapping[str, Needs], recorded: Recorded
) -> list[Trouble]:
    """Return what each centre's export does not hold although the study needs it.

    Parameters
    ----------
    population : table `population`
    study : with the criteria of the population
    needs : for each endpoint or graded window the events that it needs
    recorded : what the exports hold
    """
    troubles: list[Trouble] = []
    for centre in sorted(population["centre"].unique()):
        patients = population[population["centre"] == centre]
        analysed = pd.Index(patients.loc[patients["included"], "patient_id"])
        troubles += _events(centre, analysed, needs=needs, recorded=recorded)
        for criterion in study.population:
            troubles += _criterion(centre, criterion, patients=patients, recorded=recorded)
    return troubles


def _events(
    centre: str, analysed: pd.Index, *, needs: Mapping[str, Needs], recorded: Recorded
) -> Iterator[Trouble]:
    """Yield the events that endpoints or grades need and the export does not hold."""
    lost: dict[tuple[str, bool], list[str]] = {}
    for name, needed in needs.items():
        for event, detail in recorded.lacking(centre, needed):
            lost.setdefault((event, detail), []).append(name)
    for (event, detail), names in sorted(lost.items()):
        where = "the column of it" if detail else "the event"
        yield Trouble(
            kind="event not in the export",
            variable=event,
            patients=analysed,
            words=f"The export does not hold {event_words(event, detail=detail)}",
            action=f"not evaluable: {', '.join(names)}; add {where} to config/centres/{centre}.yaml"
            + ("" if detail else ", or to its none_occurred if the centre looked and found none"),
        )
    if recorded.lacking(centre, {"last_contact": False}):
        yield Trouble(
            kind="event not in the export",
            variable="last_contact",
            patients=analysed,
            words="The export does not hold last contacts",
            action="who is alive is followed to the latest dated record only; add the last "
            f"contact to config/centres/{centre}.yaml",
        )


def _criterion(
    centre: str, criterion: Criterion, *, patients: pd.DataFrame, recorded: Recorded
) -> Iterator[Trouble]:
    """Yield that a criterion asks for something that no patient of the centre has."""
    condition = criterion.condition
    infused = patients[patients["infusion_date"] != ""]
    no_boosts = condition.variable in OF_BOOST and bool(
        recorded.lacking(centre, {"stem_cell_boost": False})
    )
    if infused.empty or (condition.known is not None and not no_boosts):
        return
    if (codes(infused[condition.variable]) != "").any():
        return
    left_out = pd.Index(infused.loc[infused["reason"] == condition.label, "patient_id"])
    kept = pd.Index(infused.loc[infused["included"], "patient_id"])
    yield Trouble(
        kind="criterion without values",
        variable=condition.variable,
        patients=left_out if criterion.include else kept,
        words=f'The criterion "{condition.label}" '
        + ("left all out" if criterion.include else "left nobody out")
        + ", because it is known of no patient",
        action=f"add it to config/centres/{centre}.yaml, or leave the centre out of the study",
        whose="patient",
    )
