"""Whether each planned test of a study is one test with one p-value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hematotox.declarations.study.plan import PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble, unknown

TESTS = frozenset({"log_rank", "gray_test"})


def planned_test_troubles(
    study: Study, variables: Mapping[str, PlannedVariable]
) -> Iterator[Trouble]:
    """Yield what is wrong with the primary and the secondary tests: the key, and the words."""
    named: list[tuple[Key, str]] = []
    if study.planned.primary:
        named.append((("primary",), study.planned.primary))
    if study.secondary is not None:
        order = study.secondary.order
        named += [(("secondary", "order", i), name) for i, name in enumerate(order)]
    for key, name in named:
        analysis = study.analyses.get(name)
        if analysis is None:
            yield key, unknown(name, study.analyses, "analysis")
        elif (words := _not_one_test(analysis, variables)) is not None:
            yield key, f"{name} is not one test: {words}"
        if [other for _, other in named].count(name) > 1 and key[0] == "secondary":
            yield key, f"{name} is planned twice"


def _not_one_test(analysis: Any, variables: Mapping[str, PlannedVariable]) -> str | None:
    if analysis.by is not None:
        return "it is repeated by a variable"
    if analysis.method in TESTS or getattr(analysis, "interaction", None):
        return None
    if not any(effect.scale == "log ratio" for effect in analysis.facts.effects):
        return "name a regression of one ratio, an interaction, log_rank or gray_test"
    variable = variables.get(analysis.exposure)
    if variable is not None and variable.type == "category" and len(variable.levels) != 2:
        return f"{analysis.exposure} has more than two levels"
    return None
