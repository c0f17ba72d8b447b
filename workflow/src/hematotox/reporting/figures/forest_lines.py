"""The lines of a forest plot before it is drawn: headings, effects, summaries, their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_panels import (
    INDENT,
    LABEL_MOST,
    Forest,
    ForestLine,
    factor_lines,
    forest_panels,
    heading_line,
    patients,
    prediction_line,
    ratio_sources,
)
from hematotox.reporting.figures.forest_summary import (
    heterogeneity_notes,
    is_summary,
    of_summary,
    summary_notes,
)
from hematotox.reporting.figures.style import wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect, effect_label, effects, first_models, subset
from hematotox.reporting.words.notes import (
    condition_note,
    disagreement_note,
    interval_note,
    planned_note,
    test_note,
)
from hematotox.reporting.words.rows import Row, all_where, conditions, first
from hematotox.reporting.words.sources import Sources, of_estimate, sources

UNADJUSTED = "Unadjusted"
INTERACTION = (
    "Interaction: test that the effects are equal, of one model with exposure, subgroup and their "
    "product; ratio, of the second effect to the first."
)
MARKS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ"
"""Marks of conditions, in the order of the notes."""


def forest(rows: Sequence[Row], display: ForestFigure, words: Words) -> Forest:
    """Return the declared effects in the order of the analyses, with headings and notes."""
    found = _shown(first_models(effects(rows, words)), display)
    names = _model_names(found)
    cited = dict.fromkeys(note for effect in found for note in _cited(effect, found))
    marks = dict(zip(cited, MARKS, strict=False))
    heads = _compared(found, words)
    lines = [
        replace(line, texts=_marked(line, found, marks)) if line.effect else line
        for line in _lines(found, rows, words, names, heads)
    ]
    heterogeneity = heterogeneity_notes(rows, found)
    notes = [
        *_model_notes(names),
        *summary_notes(found, words),
        *heterogeneity,
        *_method_notes(found),
        *([INTERACTION] if any(line.kind == "test" for line in lines) else []),
        *(f"{mark} {note}" for note, mark in marks.items()),
    ]
    return Forest(
        panels=forest_panels(lines, words, heads),
        notes=tuple(notes),
        sources_of_notes=heterogeneity,
    )


def _compared(found: Sequence[Effect], words: Words) -> dict[str, str]:
    """Return what the ratios of a measure compare, where several endpoints have the same."""
    labels: dict[str, set[str]] = {}
    endpoints: dict[str, set[str]] = {}
    for effect in found:
        labels.setdefault(effect.measure, set()).add(effect_label(effect, words))
        endpoints.setdefault(effect.measure, set()).add(effect.endpoint)
    return {
        measure: next(iter(names))
        for measure, names in labels.items()
        if len(names) == 1 and len(endpoints[measure]) > 1
    }


def _shown(found: Sequence[Effect], display: ForestFigure) -> list[Effect]:
    """Return the effects of the declared terms, or else of the exposures.

    Effects of one endpoint stand together, in the order in which the endpoints come.
    """
    shown = [
        effect
        for effect in found
        if (effect.term in display.terms if display.terms else effect.term == effect.exposure)
    ]
    order = list(dict.fromkeys((e.endpoint, e.measure) for e in shown))
    return sorted(shown, key=lambda e: order.index((e.endpoint, e.measure)))


def _cited(effect: Effect, found: Sequence[Effect]) -> tuple[str, ...]:
    """Return the notes of an effect; beside a summary its marks are about the summary alone."""
    pooled = any(is_summary(other) for other in found)
    return (
        *condition_note(effect.row),
        *planned_note(effect.row),
        *(() if pooled else disagreement_note(effect.row)),
    )


def _method_notes(found: Sequence[Effect]) -> list[str]:
    """Return how intervals and p-values were made, where no summary tells it."""
    if any(is_summary(effect) for effect in found):
        return []
    rows = [effect.row for effect in found]
    said = [*interval_note(rows), *test_note(rows)]
    return [" ".join(said)] if said else []


def _model_names(found: Sequence[Effect]) -> dict[str, str]:
    """Return a short name for each model: "unadjusted", "adjusted", "model 2"."""
    models = list(dict.fromkeys(effect.model for effect in found))
    adjusted = [model for model in models if model != UNADJUSTED]
    names = {UNADJUSTED: "unadjusted"} if UNADJUSTED in models else {}
    for position, model in enumerate(adjusted, start=1):
        names[model] = "adjusted" if len(adjusted) == 1 else f"model {position}"
    return names


def _model_notes(names: dict[str, str]) -> list[str]:
    return [
        f"{wording.capitalised(name)}: {model[:1].lower()}{model[1:]}."
        if name.startswith("model")
        else f"{model}."
        for model, name in names.items()
        if model != UNADJUSTED
    ]


def _lines(
    found: Sequence[Effect],
    rows: Sequence[Row],
    words: Words,
    names: dict[str, str],
    heads: dict[str, str],
) -> list[ForestLine]:
    """Return headings and effects.

    The heading is the endpoint, unless there is only one; where one effect is repeated in
    subsets or centres it stands in the heading, and the lines name only subset and model. Where
    the panel's head says what is compared, an endpoint with one effect is one line.
    """
    populations: dict[tuple[str, str, str], set[str]] = {}
    for effect in found:
        key = (effect.endpoint, effect.measure, effect_label(effect, words))
        populations.setdefault(key, set()).add(effect.population)
    sections: dict[tuple[str, str, str], list[Effect]] = {}
    for effect in found:
        label = effect_label(effect, words)
        several = len(populations[effect.endpoint, effect.measure, label]) > 1
        key = (effect.endpoint, effect.measure, label if several else "")
        sections.setdefault(key, []).append(effect)
    lines: list[ForestLine] = []
    for (endpoint, measure, _), members in sections.items():
        head = heads.get(measure, "")
        repeated = "" if head else _repeated(members, words)
        alone = bool(head) and len(members) == 1
        heading = f"{endpoint}, {repeated}" if repeated else endpoint
        headed = (len(sections) > 1 or bool(repeated)) and not alone
        if headed:
            lines.append(heading_line(heading))
        indent = INDENT if headed else 0.0
        for effect in members:
            if is_summary(effect):
                lines += _summary_lines(effect, rows, words, indent)
                continue
            told = names if len(names) > 1 else {}
            of_factor = [other for other in members if _factor(other) == _factor(effect)]
            if effect.level and len(of_factor) > 1:
                if of_factor[0] is effect:
                    label = _said(_factor_name(effect, words), effect, words, told)
                    lines += factor_lines(effect, label, indent, words)
                label = wording.level(words, effect.term, effect.level)
                lines.append(_effect_line(effect, label, indent + INDENT, counted=False))
            else:
                label = _label(effect, words, told, short=bool(repeated or head))
                label = _said(endpoint, effect, words, told) if alone else label
                lines.append(_effect_line(effect, label, indent))
            lines += _interaction(effect, members, rows, words, indent)
    return lines


def _effect_line(effect: Effect, label: str, indent: float, *, counted: bool = True) -> ForestLine:
    """Return an effect's line; the patients of a level are those of its factor."""
    shown = ratio_sources(effect.row, *(("n", "n_event") if counted else ()))
    texts = (patients(effect.row) if counted else "", *_ratio_texts(effect))
    return ForestLine(tuple(wrap(label, LABEL_MOST - indent)), indent, effect, texts, shown)


def _factor(effect: Effect) -> tuple[str, ...]:
    """Return what the levels of one factor in one model share."""
    return (*_model(effect), effect.term, effect.since, str(effect.row.get("subgroup")))


def _factor_name(effect: Effect, words: Words) -> str:
    return ", ".join(p for p in (wording.label(words, effect.term), effect.since) if p)


def _interaction(
    effect: Effect, members: Sequence[Effect], rows: Sequence[Row], words: Words, indent: float
) -> list[ForestLine]:
    """Return the line of the test of interaction, after the last level of its subgroup."""
    of_analysis = [e for e in members if _model(e) == _model(effect) and e.row.get("subgroup")]
    if not of_analysis or of_analysis[-1] is not effect:
        return []
    subgroup = str(effect.row["subgroup"]).partition("=")[0]
    here = [row for row in rows if _model(replace(effect, row=row)) == _model(effect)]
    test = first(here, estimand="hypothesis_test", comparator=subgroup)
    ratios = all_where(here, estimand="log_ratio_of_ratios")
    if test is None:
        return []
    one = ratios[0] if len(ratios) == 1 else None
    text = f"ratio {numbers.estimate_with_interval(one)}" if one else ""
    label = f"Interaction with {wording.mentioned(words, subgroup)}"
    shown: tuple[Sources, ...] = ((), of_estimate(one) if one else (), sources(test, "p_value"))
    texts = ("", text, numbers.p_value(test["p_value"]))
    return [ForestLine((label,), indent, None, texts, shown, "test")]


def _model(effect: Effect) -> tuple[str, ...]:
    """Return what the rows of one model share."""
    return tuple(
        str(effect.row[column]) for column in ("analysis", "population", "centre", "adjustment")
    )


def _summary_lines(
    effect: Effect, rows: Sequence[Row], words: Words, indent: float
) -> list[ForestLine]:
    """Return the summary over centres and, of five or more, the prediction of a new centre."""
    centre = wording.mentioned(words, "centre")
    texts = (f"{numbers.count(effect.row['n'])} {centre}s", *_ratio_texts(effect))
    shown = ratio_sources(effect.row, "n")
    lines = [ForestLine(("Random-effects summary",), indent, effect, texts, shown, "summary")]
    row = of_summary(rows, effect, estimand="prediction")
    if row is not None and "fewer than five studies" not in conditions([effect.row]):
        new = replace(effect, row={**row, "estimand": effect.row["estimand"]})
        label = f"Prediction interval of a new {centre}"
        lines.append(prediction_line(label, indent, new))
    return lines


def _repeated(members: Sequence[Effect], words: Words) -> str:
    """Return the effect that all members share, if they differ by their patients."""
    labels = {effect_label(effect, words) for effect in members}
    subsets = {effect.population for effect in members}
    return labels.pop() if len(labels) == 1 and len(subsets) > 1 else ""


def _label(effect: Effect, words: Words, names: dict[str, str], *, short: bool) -> str:
    if not short:
        return _said(effect_label(effect, words), effect, words, names)
    model = names.get(effect.model, "")
    label = subset(effect, words) or "All patients"
    return f"{label} ({model})" if model else label


def _said(label: str, effect: Effect, words: Words, names: dict[str, str]) -> str:
    """Return a label with the subset and the model after it."""
    said = [part for part in (subset(effect, words), names.get(effect.model, "")) if part]
    return f"{label} ({'; '.join(said)})" if said else label


def _ratio_texts(effect: Effect) -> tuple[str, str]:
    return numbers.estimate_with_interval(effect.row), numbers.p_value(effect.row["p_value"])


def _marked(line: ForestLine, found: Sequence[Effect], marks: dict[str, str]) -> tuple[str, ...]:
    assert line.effect is not None
    patients, ratio, p = line.texts
    if line.kind == "prediction":
        return line.texts
    return (patients, ratio + "".join(marks.get(n, "") for n in _cited(line.effect, found)), p)
