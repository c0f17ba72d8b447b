"""One self-contained page a study: every display with what a reader needs to judge it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import pandas as pd

from hematotox.contracts import without_policies
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.display_base import PLACES
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.vocabulary import CONDITIONS
from hematotox.declarations.study.words import VariableWords, Words
from hematotox.errors import UserError
from hematotox.reporting.formats.table_html import STYLE, cut_display, fragment
from hematotox.reporting.report_links import Target, anchor, linked, pointed, targets
from hematotox.reporting.tables.agreement_table import ANOTHER_COHORT, claims_tally, tally
from hematotox.reporting.tables.checklist import places
from hematotox.reporting.tables.findings_tables import findings_by_centre, findings_by_kind
from hematotox.reporting.tables.flow_tables import (
    analysed_table,
    attrition_table,
    evaluability_table,
)
from hematotox.reporting.words import wording
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.definitions import Definition, definitions
from hematotox.reporting.words.methods_paragraph import methods_paragraph
from hematotox.reporting.words.nobody_analysed import empty_analyses, nothing_to_show
from hematotox.reporting.words.number_style import restyled
from hematotox.reporting.words.rows import is_synthetic
from hematotox.reporting.words.second_opinion import second_opinion_sentence

TABLE_ENDINGS, FIGURE_ENDINGS = ("docx", "xlsx", "csv", "html"), ("pdf", "svg", "png")
TABLES_READ = ("findings", "agreement", "second_opinion")
"""Tables that a page shows beside its displays, by the names of their contracts."""
SHOWN = re.compile(r"(?<=>)[^<]+(?=<)")
"""What stands between the tags of a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a study's report shows beside the content of its displays."""

    plan: DisplayPlan
    """Displays in their order, and the words of the study."""
    estimates: pd.DataFrame
    """The study's estimates table."""
    template: str
    """The page as a Jinja template, `workflow/report/page.html`."""
    cohort: CohortPlan | None = None
    """Declarations of scores and endpoints, for the definitions."""
    findings: pd.DataFrame | None = None
    """Findings on the exports, shown as counts by kind."""
    agreement: pd.DataFrame | None = None
    """Published numbers beside ours, if the study names a paper."""
    second_opinion: pd.DataFrame | None = None
    """The estimates beside those of other libraries."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """What the results were made from: `versions`, `declarations`, `settings`, `data_cuts`."""

    @classmethod
    def of(
        cls,
        sections: tuple[str, str, str],
        *,
        estimates: pd.DataFrame,
        findings: pd.DataFrame,
        agreement: pd.DataFrame,
        second_opinion: pd.DataFrame,
        template: str,
    ) -> Page:
        """Return a page from its sections as JSON: display plan, cohort plan, manifest."""
        displays, cohort, manifest = sections
        return cls(
            plan=DisplayPlan.model_validate_json(displays),
            estimates=without_policies(estimates),
            template=template,
            cohort=CohortPlan.model_validate_json(cohort),
            findings=findings,
            agreement=agreement,
            second_opinion=second_opinion,
            manifest=json.loads(manifest),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """One display as the page shows it."""

    name: str
    title: str
    caption: str
    html: str
    image: str
    """The figure as a data address; empty for a table."""
    readings: str
    """Of a figure of curves: what they say at each place, as JSON."""
    links: tuple[tuple[str, str], ...]
    """Ending and relative address of each file."""


def report(displays: Mapping[str, bytes], page: Page) -> bytes:
    """Return the report as one HTML page that needs no network and reads without its script.

    Parameters
    ----------
    displays : content of the display files by name, at least `<table>.html` and `<figure>.svg`
    page : everything else

    Raises
    ------
    UserError
        A display of the plan was not drawn.
    """
    import jinja2

    words = wording.typeset(page.plan.words)
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    terms = _definitions(page)
    found = targets(page.estimates, words, [one.term for one in terms])
    shown = [_shown(name, displays, page, targets=found) for name in page.plan.displays]
    text = environment.from_string(page.template).render(
        title=words.title,
        citation=words.citation,
        synthetic=is_synthetic(page.estimates),
        provisional=[wording.score(words, name) for name in words.provisional],
        table_style=STYLE,
        places=_places(shown, page.plan),
        patients=_patients(page, words),
        analysed=fragment(analysed_table(page.estimates, words)),
        methods=methods_paragraph(page.estimates, words),
        second_opinion=_second_opinion(page),
        definitions=[(anchor(one.term), one) for one in terms],
        conditions=_conditions(page.estimates, words),
        agreement=_agreement(page),
        shared_nevertheless=_shared_nevertheless(page, words),
        findings=_findings(page.findings),
        versions=dict(page.manifest.get("versions", {})),
        declarations=dict(page.manifest.get("declarations", {})),
        settings=_settings(page.manifest.get("settings", {})),
        data_cuts=_data_cuts(page.manifest.get("data_cuts", {})),
        estimates_address=f"../estimates/{words.study}.csv",
    )
    return SHOWN.sub(lambda found: restyled(found[0]), text).encode()


def _patients(page: Page, words: Words) -> list[str]:
    """Return who is in the study; items of a score have their labels from the dictionary."""
    if page.cohort:
        labels = {
            item: VariableWords(label=found.label)
            for item, found in page.cohort.dictionary.variables.items()
            if item not in words.variables
        }
        words = words.model_copy(update={"variables": {**labels, **words.variables}})
    evaluable = evaluability_table(page.estimates, words)
    analyses = page.estimates["analysis"].unique().tolist()
    note = [wording.dashed(text) for text in empty_analyses(page.estimates, analyses, words)]
    tables = (attrition_table(page.estimates, words), replace(evaluable, notes=tuple(note)))
    return [fragment(table) for table in tables]


def _shown(
    name: str, displays: Mapping[str, bytes], page: Page, *, targets: Mapping[str, Target]
) -> Shown:
    plan = page.plan
    display = plan.displays[name]
    is_figure = display.form == "figure"
    file = f"{name}.svg" if is_figure else f"{name}.html"
    if file not in displays:
        raise UserError(f"{file}: the display was not drawn; draw it before the report")
    nothing = nothing_to_show(page.estimates, display, wording.typeset(plan.words))
    html, image = f"<p>{escape(nothing)}</p>" if nothing else "", ""
    if not nothing and not is_figure:
        cells = displays.get(f"{name}.cells.csv", b"").decode()
        html = linked(cut_display(displays[file].decode()), cells, targets, name=name)
        html = pointed(html, places(plan.words)) if display.kind == "checklist" else html
    elif not nothing:
        image = "data:image/svg+xml;base64," + base64.b64encode(displays[file]).decode()
    folder = f"../displays/{plan.words.study}"
    endings = FIGURE_ENDINGS if is_figure else TABLE_ENDINGS
    return Shown(
        name=name,
        title=display.title,
        caption=display.caption,
        html=html,
        image=image,
        readings=_readings(displays.get(f"{name}.curves.json", b"")) if image else "",
        links=tuple((ending, f"{folder}/{name}.{ending}") for ending in endings),
    )


def _readings(content: bytes) -> str:
    """Return JSON that may stand inside a script element, nothing for a figure without curves."""
    text = content.decode().replace("<", "\\u003c")
    return "" if text == "[]" else text


def _places(shown: Sequence[Shown], plan: DisplayPlan) -> list[tuple[str, list[Shown]]]:
    """Return the displays of each part that has any, with the heading of the part."""
    found = [
        (heading, [each for each in shown if plan.displays[each.name].place == place])
        for place, heading in PLACES.items()
    ]
    return [(heading, members) for heading, members in found if members]


def _definitions(page: Page) -> list[Definition]:
    return definitions(page.cohort) if page.cohort else []


def _conditions(estimates: pd.DataFrame, words: Words) -> list[tuple[str, str, str]]:
    """Return each condition that occurs, its meaning, and the analyses in which it occurs."""
    found: dict[str, dict[str, None]] = {}
    names = analysis_names(estimates, words)
    rows = estimates[estimates["condition"] != ""]
    for text, analysis in dict.fromkeys(zip(rows["condition"], rows["analysis"], strict=True)):
        for name in text.split("; "):
            found.setdefault(name, {})[names[analysis]] = None
    return [
        (wording.capitalised(name), CONDITIONS.get(name, name), "; ".join(found[name]))
        for name in sorted(found)
    ]


def _settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the run's settings as they are read: "yes", "cart_sie, bmt_example"."""
    return {name: _setting(value) for name, value in settings.items()}


def _data_cuts(cuts: Mapping[str, str]) -> dict[str, str]:
    """Return the centres, and perhaps the study, that have each day of a data cut."""
    by_day: dict[str, list[str]] = {}
    for name, day in cuts.items():
        words = "the study" if name == "study" else wording.centre_code(name)
        by_day.setdefault(day, []).append(words)
    return {day: ", ".join(names) for day, names in sorted(by_day.items())}


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def _findings(findings: pd.DataFrame | None) -> list[str]:
    """Return findings counted by kind and by centre; never a value, row or patient."""
    if findings is None or findings.empty:
        return []
    return [fragment(findings_by_kind(findings)), fragment(findings_by_centre(findings))]


def _second_opinion(page: Page) -> str:
    if page.second_opinion is None:
        return ""
    return second_opinion_sentence(page.second_opinion, page.manifest.get("versions", {}))


def _shared_nevertheless(page: Page, words: Words) -> list[str]:
    """Return the analyses that are shared although small numbers follow from them, and why."""
    names = analysis_names(page.estimates, words)
    return [
        f"{names.get(name, name)}: {why}" for name, why in page.plan.shared_nevertheless.items()
    ]


def _agreement(page: Page) -> dict[str, str]:
    """Return the verdicts on the published numbers in a sentence, and where they all stand."""
    if page.agreement is None or page.agreement.empty:
        return {}
    displays = page.plan.displays.items()
    shown = [name for name, display in displays if display.shows == "agreement"]
    synthetic = is_synthetic(page.estimates)
    claims = "; ".join(claims_tally(page.agreement))
    others = f"{ANOTHER_COHORT}; {claims}" if claims else ANOTHER_COHORT
    sentence = tally(page.agreement) if synthetic else others
    return {"sentence": sentence, "display": shown[0] if shown else ""}
