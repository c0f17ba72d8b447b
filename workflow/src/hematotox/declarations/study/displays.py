"""The tables and figures a study may declare, one model a kind."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.study.analyses import FACTS
from hematotox.declarations.study.words import Words

TimeUnit = Literal["days", "months", "years"]


RATIOS = frozenset(
    method
    for method, facts in FACTS.items()
    if any(effect.scale == "log ratio" for effect in facts.effects)
)
"""Methods that estimate a ratio of their exposure: those of a regression."""


class DisplayBase(Declaration):
    """What every display says: its place in the manuscript and the analyses it shows."""

    methods: ClassVar[frozenset[str]] = frozenset()
    """Methods whose analyses it can show; empty where any fits, or none is named."""
    title: Text
    """Shown above a table and under a figure, for example "Figure 1A. Overall survival"."""
    caption: str = ""
    """Further words under the title."""
    analyses: tuple[Name, ...] = ()
    """Analyses that it shows, in their order."""
    place: Literal["main", "supplement"] = "main"
    """Part of the manuscript that it belongs to."""


class BaselineTable(DisplayBase):
    """Table 1: characteristics by group (analyses of method describe)."""

    methods = frozenset({"describe"})
    kind: Literal["baseline_table"]


class RegressionTable(DisplayBase):
    """Effects with intervals and p (cox, fine_gray, cause_specific_cox, logistic)."""

    methods = RATIOS
    kind: Literal["regression_table"]
    terms: tuple[Text, ...] = ()
    """Variables to show; all terms of the models if absent."""
    show_models: Flag = True
    """Patients and events, concordance and the proportional-hazards test under each model."""


class SurvivalTable(DisplayBase):
    """Survival or cumulative incidence at times, medians, tests, restricted means."""

    methods = frozenset(
        {"kaplan_meier", "follow_up", "log_rank", "rmst", "cumulative_incidence", "gray_test"}
    )
    kind: Literal["survival_table"]
    causes: tuple[Name, ...] = ()
    """Causes of an incidence to show; all if absent."""
    time_unit: TimeUnit = "months"
    """Unit in which times are printed."""


class DiscriminationTable(DisplayBase):
    """AUC, sensitivity, specificity, predictive values, likelihood ratios."""

    methods = frozenset({"roc", "diagnostic_accuracy"})
    kind: Literal["discrimination_table"]


class OutcomeTable(DisplayBase):
    """Binary outcomes by group with unadjusted and adjusted odds ratios (proportion, logistic).

    Of a model adjusted by a linear predictor the two-step odds ratio is shown; a regression table
    shows the direct multivariable one beside it.
    """

    methods = frozenset({"proportion", "logistic"})
    kind: Literal["outcome_table"]


class ReclassificationTable(DisplayBase):
    """Two scores on the same patients (reclassification, paired_tests, roc with compare)."""

    methods = frozenset({"reclassification", "paired_tests", "roc"})
    kind: Literal["reclassification_table"]


class DurationTable(DisplayBase):
    """Medians of numbers of days by group, and correlations (durations, correlation)."""

    kind: Literal["duration_table"]


class RegistryTable(DisplayBase):
    """The study's estimates among the published ones, with their summaries (registry)."""

    kind: Literal["registry_table"]


class AgreementTable(DisplayBase):
    """The paper's printed numbers beside ours, with a verdict; needs no analyses."""

    kind: Literal["agreement_table"]
    sections: dict[Text, Text] = {}
    """How a place in the paper begins, and the heading over the numbers that stand there; without
    it the words before its first comma."""


class SensitivityTable(DisplayBase):
    """Patients, odds ratio and AUC under each convention, policy and window (sensitivity)."""

    kind: Literal["sensitivity_table"]


class DeterminabilityTable(DisplayBase):
    """Patients whose score and grade are determined by what was measured (determinability)."""

    kind: Literal["determinability_table"]


class Panel(Declaration):
    """One panel of a figure."""

    title: str = ""
    """Shown above the panel."""
    analyses: tuple[Name, ...]
    """Analyses that it shows."""


class CurveFigure(DisplayBase):
    """What figures of curves over time share."""

    panels: tuple[Panel, ...] = ()
    """Without panels, one panel of `analyses`."""
    time_unit: TimeUnit = "months"
    """Unit of the time axis."""
    horizon: float | None = None
    """End of the time axis in days; the last event or censoring if absent."""
    tick_every: float | None = None
    """Distance of the ticks in `time_unit`."""


class KaplanMeierFigure(CurveFigure):
    """Survival curves with limits, numbers at risk, and the test and ratio declared with them."""

    methods = frozenset({"kaplan_meier", "log_rank", "cox"})
    kind: Literal["kaplan_meier"]
    y_label: Text | None = None
    """Label of the vertical axis; the endpoint if absent."""
    show_limits: Flag = True
    """Draw the confidence limits as a light band."""
    show_censored: Flag = True
    """Mark times of censoring by a short line on the curve."""


class CumulativeIncidenceFigure(CurveFigure):
    """Cumulative incidence of the event and of the competing event, with numbers at risk."""

    methods = frozenset({"cumulative_incidence", "gray_test", "fine_gray", "cause_specific_cox"})
    kind: Literal["cumulative_incidence"]
    causes: tuple[Name, ...] = ()
    """Causes to draw; all if absent."""
    y_label: Text | None = None
    """Label of the vertical axis; the cause if absent."""
    y_end: float | None = None
    """Upper end of the vertical axis in per cent; above the highest curve if absent."""
    show_limits: Flag = True
    """Draw the confidence limits as light bands."""


class ForestFigure(DisplayBase):
    """Effects with intervals on a log axis."""

    methods = RATIOS | {"random_effects"}
    kind: Literal["forest"]
    terms: tuple[Text, ...] = ()
    """Variables to show; without them the exposure of every analysis."""
    x_low: float | None = None
    """Lower end of the axis, a ratio; limits beyond it become arrows."""
    x_high: float | None = None
    """Upper end of the axis, a ratio."""


class RegistryFigure(DisplayBase):
    """Forest plot of the study's ratios among the published ones (registry)."""

    kind: Literal["registry_forest"]
    x_low: float | None = None
    """Lower end of the axis, a ratio; limits beyond it become arrows."""
    x_high: float | None = None
    """Upper end of the axis, a ratio."""


class SpecificationCurve(DisplayBase):
    """Odds ratio and AUC under each combination of choices, in their order (sensitivity)."""

    kind: Literal["specification_curve"]

    @model_validator(mode="after")
    def _one_analysis(self) -> SpecificationCurve:
        if len(self.analyses) != 1:
            raise ValueError("analyses: needs exactly one analysis of method sensitivity")
        return self


class FlowFigure(DisplayBase):
    """Flow of patients from the exports to the analysis."""

    kind: Literal["flow"]
    endpoints: tuple[Name, ...] = ()
    """Endpoints whose evaluability stands under the flow; the scores always do."""


class RocFigure(DisplayBase):
    """ROC curves with the area and the operating point of the groups."""

    methods = frozenset({"roc", "diagnostic_accuracy"})
    kind: Literal["roc"]


TableDisplay = (
    BaselineTable
    | RegressionTable
    | OutcomeTable
    | SurvivalTable
    | DiscriminationTable
    | ReclassificationTable
    | DurationTable
    | RegistryTable
    | AgreementTable
    | SensitivityTable
    | DeterminabilityTable
)
FigureDisplay = (
    KaplanMeierFigure
    | CumulativeIncidenceFigure
    | ForestFigure
    | RegistryFigure
    | SpecificationCurve
    | FlowFigure
    | RocFigure
)
Display = TableDisplay | FigureDisplay

FIGURE_KINDS = frozenset(
    literal
    for model in FigureDisplay.__args__
    for literal in model.model_fields["kind"].annotation.__args__
)
"""The kinds of display that are figures; all others are tables."""


class DisplayPlan(Declaration):
    """Displays of a study and the words they speak: what drawing them depends on."""

    displays: dict[Name, Annotated[Display, Field(discriminator="kind")]]
    words: Words
