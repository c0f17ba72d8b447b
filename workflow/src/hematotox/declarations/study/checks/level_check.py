"""Whether the levels that covariates and criteria name are levels of their variables."""

from __future__ import annotations

from collections.abc import Iterator

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.study.study import Covariate, Study
from hematotox.declarations.trouble import Key, Trouble, unknown

NamedLevel = tuple[Key, str, str]
"""Key in the study's file, variable, level."""


def level_troubles(study: Study, dictionary: Dictionary) -> Iterator[Trouble]:
    """Yield levels that their variables do not have: the key in the study's file, and the words.

    Parameters
    ----------
    study : a study of centres; variables that do not exist are told elsewhere
    dictionary : has the levels of each category
    """
    levels = {name: variable.levels or {} for name, variable in dictionary.variables.items()}
    for key, variable, level in _named(study):
        if levels.get(variable) and level not in levels[variable]:
            yield key, unknown(level, levels[variable], f"level of {variable}")
    for name, covariate in study.covariates.items():
        if covariate.levels is not None and not levels.get(covariate.variable, ["unknown"]):
            words = f"{covariate.variable} is no category; use bands or at_least"
            yield ("covariates", name, "levels"), words
        for level, several in covariate.merged.items():
            if level in levels.get(covariate.variable, {}) and level not in several:
                words = f"the level {level} itself does not count as {level}; add it to the list"
                yield ("covariates", name, "levels", level), words


def _named(study: Study) -> Iterator[NamedLevel]:
    for name, covariate in study.covariates.items():
        yield from _of_covariate(("covariates", name), covariate)
    for position, criterion in enumerate(study.population):
        condition = criterion.condition
        key = "include" if criterion.include else "exclude"
        for i, level in enumerate(condition.in_ or ()):
            yield ("population", position, key, "in", i), condition.variable, level


def _of_covariate(key: Key, covariate: Covariate) -> Iterator[NamedLevel]:
    for i, level in enumerate(covariate.yes or ()):
        yield (*key, "yes", i), covariate.variable, level
    if isinstance(covariate.levels, dict):
        for name, several in covariate.levels.items():
            for i, level in enumerate(several):
                yield (*key, "levels", name, i), covariate.variable, level
    else:
        for i, level in enumerate(covariate.levels or ()):
            yield (*key, "levels", i), covariate.variable, level
