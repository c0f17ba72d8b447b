"""The words of a study: how its variables, endpoints, scores and levels are called in print."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Declaration

StyleName = Literal["plain", "blood", "nejm", "jama", "lancet"]
"""How numbers are printed and words spelled: the house style, or a journal's."""


class VariableWords(Declaration):
    """Label, unit and levels (code: label, in the order of display) of a variable."""

    label: str
    unit: str = ""
    levels: dict[str, str] = {}


class EndpointWords(Declaration):
    """Label of an endpoint and of its causes (cause: label; the first is the event)."""

    label: str
    causes: dict[str, str] = {}


class Place(Declaration):
    """A display or a part of the report, and the analyses of which a number must be shown there."""

    part: str = ""
    display: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    """One of these sets is enough; an empty set is the flow of patients."""


class AskedItem(Declaration):
    """One item of a checklist and where the study may answer it."""

    item: str
    section: str
    asks: str
    author: str = ""
    can_be_answered: bool
    """Whether any run could answer it."""
    places: tuple[Place, ...] = ()


class ChecklistWords(Declaration):
    """A checklist: its name, what stands below it, its items."""

    name: str
    notes: tuple[str, ...]
    items: tuple[AskedItem, ...]


class Words(Declaration):
    """Everything a display needs to speak; contains no number and no patient."""

    study: str
    title: str
    citation: str = ""
    variables: dict[str, VariableWords]
    """By name: covariates, `<score>.group`, `<score>.points`, `linear_predictor`."""
    endpoints: dict[str, EndpointWords]
    scores: dict[str, str]
    """Score id: name in print."""
    conventions: dict[str, str] = {}
    """Convention id: name in print."""
    windows: dict[str, str] = {}
    """`<score>.<variant>` (`<score>.own_window` for the score's own timing): when the values are
    taken."""
    provisional: tuple[str, ...] = ()
    """Scores whose numbers are unverified: every display that uses them says so."""
    analyses: dict[str, str] = {}
    """Analysis name: label, where the study gives one."""
    linear_predictors: dict[str, str] = {}
    """Linear predictor: the covariates behind it, where the study gives words for them."""
    exposures: dict[str, str] = {}
    """Analysis name: variable whose levels stand in the column `group` of its rows."""
    reasons: dict[str, str] = {}
    """Analysis name: why its threshold probabilities are the ones at which acting is weighed."""
    imputations: int = 0
    """How often missing items were imputed; 0 where nothing is."""
    planned: tuple[str, ...] = ()
    """Analyses of the primary (first; empty without one) and the secondary tests, in order."""
    planned_by: str = ""
    """How the secondary tests are adjusted, in words."""
    registered: str = ""
    """Day on which the plan was registered."""
    as_printed: bool = False
    """Whether limits and P of odds ratios are made as the paper made them."""
    style: StyleName = "plain"
    """The journal whose way of printing is followed."""
    inclusion: tuple[str, ...] = ()
    """Criteria of the flow of patients that had to be met; the others are exclusions."""
    checklists: dict[str, ChecklistWords] = {}
    """Checklists that displays of the study show."""
    displays: dict[str, str] = {}
    """Display: its title, where a checklist may point at it."""

    def variable(self, name: str) -> VariableWords:
        """Return the words of a variable; an unknown name speaks for itself."""
        return self.variables.get(name) or VariableWords(label=name.replace("_", " "))

    def level(self, variable: str, code: str) -> str:
        """Return the label of a level; an unknown code speaks for itself."""
        return self.variable(variable).levels.get(code, code.replace("_", " "))
