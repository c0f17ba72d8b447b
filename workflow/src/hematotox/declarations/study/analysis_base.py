"""What all analyses that a study may declare share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.in_print import IN_PRINT, Printed
from hematotox.declarations.study.facts import MethodFacts, RowFacts
from hematotox.declarations.study.predictor_name import PredictorName
from hematotox.declarations.trouble import Key

Day = Annotated[float, Field(ge=0)]
LaterDay = Annotated[float, Field(gt=0)]
Penalty = Literal["firth"]
DIVIDES = ("interaction", "strata", "cluster", "censoring_groups")
"""Keys of a model that name a category beside the exposure."""
Variable = str
"""A covariate's name, `<score>.group` or `<score>.points`."""


class AnalysisBase(Declaration):
    """What every analysis may say: on whom it is done and where it stands."""

    if TYPE_CHECKING:
        method: str
    facts: ClassVar[MethodFacts]
    """What is said of the method."""
    others: ClassVar[Mapping[str, RowFacts]] = MappingProxyType({})
    """Methods of further rows that only this one gives, such as a penalised fit, by name."""

    label: Printed | None = None
    """Words for the analysis in tables and figures."""
    population: Name = "all"
    """`all`, or a score's name: the patients for whom that score is known."""
    within: dict[str, str] = {}
    """Only patients with this level of each named variable."""
    by: str | None = None
    """Repeat within each level of this variable (for example centre or product)."""
    landmark: LaterDay | None = None
    """Day at which follow-up starts again, among those then still at risk."""


class ImmortalTime(Declaration):
    """An explicit acceptance of a predictor that was not known at the time origin."""

    accept: Flag
    """Whether such predictors are accepted; their rows then carry a condition."""
    reason: Text
    """Why."""


class EndpointAnalysis(AnalysisBase):
    """An analysis of one endpoint."""

    endpoint: Name
    """Endpoint of config/endpoints.yaml, or of the analysis-ready table."""
    immortal_time: Annotated[ImmortalTime | None, IN_PRINT] = None
    """Acceptance of predictors of this analysis that are known only after the time origin."""


class Regression(EndpointAnalysis):
    """What the regression models share.

    `exposure` is the variable of interest, `covariates` enter beside it, `adjust` names a linear
    predictor of the study: two-step adjustment, with the direct multivariable model beside it.
    """

    exposure: Variable
    """Variable of interest."""
    covariates: tuple[Variable, ...] = ()
    """Further variables of the model."""
    adjust: PredictorName | None = None
    """Linear predictor of the study, instead of covariates."""
    interaction: Variable | None = None
    """A subgroup declared in advance: instead of one effect of the exposure its effect in each
    level, the ratios of these effects to the first one, and the test of all ratios, from one
    model."""
    spline: Literal["auto", 3, 4, 5] | None = None
    """The exposure, a number, as a restricted cubic spline with so many knots at Harrell's
    quantiles: its curve against the median, tests of any effect and of its being curved. auto: 4
    knots, 3 below 100 events."""
    global_p: Flag = False
    """Also the test of each category of three or more levels as a whole."""

    @model_validator(mode="after")
    def _one_adjustment(self) -> Regression:
        if self.covariates and self.adjust:
            raise ValueError("covariates or adjust, not both")
        if self.interaction and self.spline:
            raise ValueError("interaction or spline, not both")
        if self.interaction == self.exposure:
            raise ValueError("interaction: the subgroup is another variable than the exposure")
        return self


def variable_fields(analysis: Any) -> Iterator[tuple[Key, str]]:
    """Yield every variable that an analysis names: the key in its declaration, and the name."""
    single = ("exposure", "marker", "compare", *DIVIDES, "groups")
    said = analysis.__dict__  # ten times as fast as asking for keys that a method does not have
    for field in (*single, "variable", "by"):
        if said.get(field):
            yield (field,), said[field]
    for field in ("covariates", "variables", "subgroups"):
        for position, value in enumerate(said.get(field, ())):
            yield (field, position), value
    for variable in analysis.within:
        yield ("within", variable), variable
