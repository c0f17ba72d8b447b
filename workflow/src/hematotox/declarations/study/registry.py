"""The registry of published validations: estimates of other cohorts, one row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.study.methods.registry import Registry
from hematotox.declarations.study.study import Study
from hematotox.errors import UserErrors

ASIDE: dict[str, str] = {
    "training": "training set not pooled",
    "whole": "whole not pooled",
}
"""Why a published estimate is shown and not pooled: word in the registry and condition."""


def _blank(value: Any) -> Any:
    return None if value == "" else value


Number = Annotated[float | None, BeforeValidator(_blank)]
Count = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_blank)]
Published = TypeVar("Published", bound=Declaration)


class PublishedValidation(Declaration):
    """One published estimate: a row of config/published/registry.csv."""

    citation_key: Text
    """Key of the paper in the index."""
    cohort: Text
    """The cohort in words, as it stands in displays."""
    endpoint_definition: Name
    """What counts as the event; estimates with different definitions are never pooled."""
    score: Name
    """The score that is validated."""
    term: Text
    """`<score>.group` or `<score>.points`: what the estimate is of."""
    estimand: Literal[
        "log_odds_ratio",
        "log_hazard_ratio",
        "log_subdistribution_hazard_ratio",
        "auc",
        "sensitivity",
        "specificity",
    ]
    """On its own scale: the logarithm of a ratio, a share of one."""
    adjustment: str = ""
    """How the estimate is adjusted, in words; empty if it is not, or print does not say."""
    estimate: Number = None
    conf_low: Number = None
    conf_high: Number = None
    conf_method: str = ""
    p_value: Number = None
    n: Count = None
    n_event: Count = None
    n_event_high: Count = None
    n_high: Count = None
    n_event_low: Count = None
    n_low: Count = None
    certainty: Literal["T", "A", "C", "S", "D"]
    """How the number was read; unverified numbers are not in the registry."""
    inconsistent: str = ""
    """Why it contradicts others of its own paper; such an estimate is never pooled."""
    aside: Literal["", "training", "whole"] = ""
    """Why it is shown and not pooled: the training set, or a whole whose parts are pooled."""

    @property
    def kind(self) -> str:
        """What the estimate is of: `group` or `points`."""
        return self.term.rpartition(".")[2]

    @property
    def counts(self) -> tuple[int, int, int, int] | None:
        """Events and patients of the high group, events and patients of the low group."""
        found = (self.n_event_high, self.n_high, self.n_event_low, self.n_low)
        return None if None in found else found  # type: ignore[return-value]

    @model_validator(mode="after")
    def _possible(self) -> PublishedValidation:
        for event, whole in ((self.n_event_high, self.n_high), (self.n_event_low, self.n_low)):
            if event is not None and (whole is None or event > whole):
                raise ValueError("more events than patients in a group")
        if self.estimate is None and self.counts is None:
            raise ValueError("neither an estimate nor the four counts")
        limits = (self.conf_low, self.estimate, self.conf_high)
        known = [value for value in limits if value is not None]
        if known != sorted(known):
            raise ValueError("the estimate lies outside its limits")
        share = self.estimand in ("auc", "sensitivity", "specificity")
        if share and any(not 0 <= value <= 1 for value in known):
            raise ValueError(f"{self.estimand} must be a share between 0 and 1")
        return self


def read_registry(text: str, *, source: str) -> tuple[PublishedValidation, ...]:
    """Read the registry of published validations.

    Parameters
    ----------
    text : content of the CSV file
    source : name of the file for messages

    Raises
    ------
    UserErrors
        A column is missing, or a row does not hold what it must; each with its line.
    """
    return read_published(text, source=source, model=PublishedValidation)


def read_published(text: str, *, source: str, model: type[Published]) -> tuple[Published, ...]:
    """Read a table of published numbers, a model a row; raises as `read_registry`."""
    reader = csv.DictReader(io.StringIO(text))
    columns = tuple(model.model_fields)
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise UserErrors([f"{source}:1: columns are missing: {', '.join(missing)}"])
    found, troubles = [], []
    for row in reader:
        try:
            cells = {name: row[name] for name in columns}
            found.append(model.model_validate(cells))
        except ValidationError as error:
            troubles += [f"{source}:{reader.line_num}: {_words(one)}" for one in error.errors()]
    if troubles:
        raise UserErrors(troubles)
    return tuple(found)


def _words(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    said = str(detail["msg"]).removeprefix("Value error, ")
    return f"{key}: {said}" if key else said


def registry_analyses(study: Study) -> dict[str, Registry]:
    """Return the analyses of a study that place it among published ones."""
    return {
        name: analysis
        for name, analysis in study.analyses.items()
        if isinstance(analysis, Registry)
    }


def wanted(
    study: Study, registry: Sequence[PublishedValidation]
) -> tuple[PublishedValidation, ...]:
    """Return the published estimates that a study's analyses need, in the registry's order."""
    needed = {(one.definition, one.score) for one in registry_analyses(study).values()}
    return tuple(one for one in registry if (one.endpoint_definition, one.score) in needed)
