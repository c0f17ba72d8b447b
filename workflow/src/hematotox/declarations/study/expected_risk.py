"""A published risk of a group, or of a number of points: a row of expected_risks.csv."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.study.registry import Count, Number

Z = 1.959963984540054


class ExpectedRisk(Declaration):
    """One published risk: a row of config/published/expected_risks.csv."""

    source: Text
    """Key of the paper in the index."""
    population: Text
    """The cohort in words, as it stands in displays."""
    score: Name
    """The score whose group or points it is the risk of."""
    group: str = ""
    """Risk group; empty where the risk is of a number of points."""
    points: Number = None
    """Points; empty where the risk is of a group."""
    endpoint: Name
    """Endpoint of config/endpoints.yaml that it is the risk of."""
    window: Annotated[str, Field(pattern=r"^\d+-\d+$")]
    """First and last day within which the event counts, from the endpoint's origin: `0-60`."""
    estimand: Literal["proportion", "1 - KM", "incidence"]
    """A share of evaluable patients, one minus Kaplan-Meier, or Aalen-Johansen."""
    events: Count = None
    n: Count = None
    """Patients with the event, and all; empty where print does not count them."""
    risk: Number = None
    """The risk, from 0 to 1, where it is not events / n."""
    conf_low: Number = None
    conf_high: Number = None
    """Its limits in print, 95%."""
    certainty: Literal["T", "A", "C", "S", "D"]
    """How the number was read; D, derived by arithmetic, is marked wherever it stands."""
    place: str = ""
    """Where it stands in the paper."""

    @property
    def value(self) -> float:
        """The risk, from 0 to 1."""
        return self.risk if self.risk is not None else (self.events or 0) / (self.n or 1)

    @property
    def log_std_error(self) -> float | None:
        """Standard error of its logarithm; none where print has neither counts nor limits."""
        if self.events and self.n:
            return math.sqrt((1 - self.events / self.n) / self.events)
        if self.conf_low and self.conf_high:
            return math.log(self.conf_high / self.conf_low) / (2 * Z)
        return None

    @model_validator(mode="after")
    def _possible(self) -> ExpectedRisk:
        if bool(self.group) == (self.points is not None):
            raise ValueError("either a group or a number of points")
        if self.risk is None and (self.events is None or not self.n):
            raise ValueError("neither a risk nor events and n")
        if self.events is not None and (self.n is None or self.events > self.n):
            raise ValueError("more events than patients")
        known = [one for one in (self.conf_low, self.value, self.conf_high) if one is not None]
        if known != sorted(known) or not 0 <= known[0] <= known[-1] <= 1:
            raise ValueError("the risk lies outside its limits, or outside 0 to 1")
        return self
