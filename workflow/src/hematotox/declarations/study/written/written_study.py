"""A study file as it is written: what a plan takes from another, and what it says once for many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.study.study import AnyAnalysis, AnyDisplay, StudyKeys

COLLECTIONS = ("analyses", "displays", "covariates", "linear_predictors", "sets")
"""Keys whose entries are taken over and replaced one by one, by their names."""


CentrePattern = Annotated[str, StringConstraints(pattern=r"^[a-z*][a-z0-9_*]*$", max_length=60)]
Members = Name | tuple[Text, ...] | dict[Name, Text]
"""The name of a set or list of the study; a list; or names of members and their values."""
Except = dict[Name, Text | tuple[Text, ...]]


def _part(value: Any) -> Any:
    return _Notation.model_validate(value) if isinstance(value, Mapping) else value


def _parts(value: Any, typed: Any) -> Any:
    return typed(value) if isinstance(value, list) else value


_Parts = Annotated[tuple[Annotated[Any, BeforeValidator(_part)], ...], WrapValidator(_parts)]


class _Notation(Declaration):
    """What an analysis, a display, a panel or a selection says to the plan and not to a method."""

    model_config = ConfigDict(extra="allow")

    each: dict[Name, Members] = {}
    except_: Except = Field(default={}, alias="except")
    words: dict[Text, Text] = {}
    after: Text | None = None
    analyses: _Parts = ()
    panels: _Parts = ()


def _as_written(value: Any, typed: Any) -> Any:
    """Keep an analysis or display as it is written; it is typed when the plan has been made."""
    del typed
    if not isinstance(value, Mapping):
        raise PydanticCustomError("dict_type", "must be a mapping (key: value)")
    _Notation.model_validate(value)
    return dict(value)


WrittenAnalysis = Annotated[AnyAnalysis, WrapValidator(_as_written)]
WrittenDisplay = Annotated[AnyDisplay, WrapValidator(_as_written)]


class Family(Declaration):
    """One block, many analyses: each step is done for each combination of the members.

    An analysis is named by the family, its members in the order of `each`, and the step:
    `toxicity.late_icaht.ht.adjusted`. In a step `{score}` stands for the member of `score`; in
    words (title, caption, label) it stands for that member's label. A family of one step may say
    the analysis itself in place of `do`; the names then end with the members.
    """

    model_config = ConfigDict(extra="allow")

    each: dict[Name, Members] = {}
    """What is repeated: a name such as `endpoint` or `score`, and its members: the name of a set
    or list of the study, a list, or `name of the member: value`. A method that has a key of this
    name is given the member."""
    words: dict[Text, Text] = {}
    """Words for members, where they are not to have their own label."""
    with_: dict[Name, Any] = Field(default={}, alias="with")
    """Keys that all steps share whose method has them, perhaps the method itself; a step's own key
    comes before."""
    do: dict[Name, WrittenAnalysis] = {}
    """Steps by name: an analysis each. `except: {endpoint: [late_anemia]}` in a step leaves
    members out."""
    after: Name | None = None
    """In a study that is `like` another: the inherited entry that this one follows."""

    @model_validator(mode="after")
    def _steps_or_one_analysis(self) -> Family:
        alone = self.model_extra or {}
        if not self.do and "method" not in alone:
            raise ValueError("needs do: and its steps, or the method of its only step")
        for key in alone if self.do else ():
            raise ValueError(f"{key}: unknown key; what all steps share stands in with:")
        return self


def _family_or_analysis(value: Any, typed: Any) -> Any:
    """Type a family; keep a single analysis as it is written."""
    if is_family(value):
        return Family.model_validate(value)
    return _as_written(value, typed)


def is_family(value: Any) -> bool:
    """Return whether an entry of `analyses` is a family rather than one analysis."""
    return isinstance(value, Mapping) and ("each" in value or "do" in value)


class LeaveOut(Declaration):
    """What a study does not take over from the one that it is like."""

    analyses: tuple[Name, ...] = ()
    """Families and single analyses."""
    displays: tuple[Name, ...] = ()
    """Tables and figures."""
    covariates: tuple[Name, ...] = ()
    """Covariates."""
    linear_predictors: tuple[Name, ...] = ()
    """Linear predictors."""
    sets: tuple[Name, ...] = ()
    """Sets."""


class WrittenStudy(StudyKeys):
    """`config/studies/<study>.yaml`: the statistical analysis plan of one study.

    A study that is `like` another says only what differs. In `analyses`, `displays`,
    `covariates`, `linear_predictors` and `sets` an entry is added, or replaces the other's entry
    of the same name whole; every other key replaces the other's whole. Never taken over is what
    belongs to one paper or plan: `id`, `title`, `citation`, `centres`, `primary`, `secondary`,
    `registered`, `data_cut`, `published`,
    `agreement`, `release`, `inference: as_printed`, the `reproduces` and `immortal_time` of an
    analysis, and tables of agreement with print. An analysis or display may say `after:`, the name
    of the inherited entry that it follows.

    A list of names may be written as the name of a set. A display names single analyses,
    families, or parts of them: `{family: toxicity, score: ht, do: [unadjusted, adjusted]}`; a
    panel with `each` is drawn for each member.
    """

    id: Name
    """Name of the study in commands and results; also the name of the file."""
    like: Name | None = None
    """The study that says what this one does not; of the same name: the clone's."""
    leave_out: LeaveOut = LeaveOut()
    """What is not taken over from there, by kind."""
    asks_for: tuple[Name, ...] = ()
    """Makes the study a template, which is not run by itself: keys, sets or covariates that a
    study like it must say."""
    title: Text | None = None
    """Title of the report; needed to run."""
    centres: tuple[CentrePattern, ...] = ()
    """Centres whose exports are staged; `sie_*` stands for all of the folder of the file."""
    sets: dict[Name, tuple[Text, ...]] = {}
    """Lists of names by name; a member that is the name of a set stands for its members."""
    analyses: dict[Name, Annotated[Family | AnyAnalysis, WrapValidator(_family_or_analysis)]] = {}
    """Analyses by name, or families of them; the name stands in the estimates table."""
    displays: dict[Name, WrittenDisplay] = {}
    """Tables and figures by name; the name is that of their files."""


OF_ONE_STUDY = frozenset(
    {"id", "like", "leave_out", "asks_for", "title", "citation", "centres", "published"}
    | {"agreement", "data_cut", "release", "primary", "secondary", "registered"}
)
"""Keys that a study says itself and never takes over."""
OF_ONE_ANALYSIS = frozenset({"immortal_time", "reproduces", "after"})
"""Keys of an analysis that are never taken over."""
WAYS_IN: tuple[Literal["centres", "cohort", "counts"], ...] = ("centres", "cohort", "counts")
"""Where a study's patients come from; one that says its own takes over no other."""
