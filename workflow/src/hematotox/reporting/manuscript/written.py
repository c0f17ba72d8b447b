"""All files of a study's manuscript."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from hematotox.contracts import without_policies
from hematotox.declarations.base import parse
from hematotox.declarations.manuscript import Reference, References
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.manuscript.citations import Citations
from hematotox.reporting.manuscript.document_docx import write_docx
from hematotox.reporting.manuscript.document_markdown import write_markdown
from hematotox.reporting.manuscript.draft import draft
from hematotox.reporting.manuscript.filled import Filling, Printed, filled, runs_of
from hematotox.reporting.manuscript.methods_section import Settings, further_definitions
from hematotox.reporting.manuscript.numbering import Numbered, numbered
from hematotox.reporting.manuscript.parts import Document, Shown
from hematotox.reporting.manuscript.source_text import SourceText, read_source
from hematotox.reporting.tables.tables import printed_table
from hematotox.reporting.words.nobody_analysed import nothing_to_show
from hematotox.reporting.words.notes import SYNTHETIC
from hematotox.reporting.words.number_style import printed_for, restyled
from hematotox.reporting.words.rows import is_synthetic, named_analyses, rows_for
from hematotox.reporting.words.wording import dashed, typeset


@dataclass(frozen=True, kw_only=True)
class Manuscript:
    """What a manuscript is made of."""

    plan: DisplayPlan
    """Displays in their order, and the words of the study."""
    cohort: CohortPlan
    estimates: pd.DataFrame
    agreement: pd.DataFrame | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Each figure as PNG, by the name of its file."""
    versions: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sections: tuple[str, str, str],
        *,
        estimates: pd.DataFrame,
        agreement: pd.DataFrame,
        files: tuple[Mapping[str, bytes], Mapping[str, str]],
    ) -> Manuscript:
        """Return it from its sections as JSON (displays, cohort, made from) and its files.

        The files are the figures as PNG and the references, each by name.
        """
        displays, cohort, made_from = sections
        return cls(
            plan=DisplayPlan.model_validate_json(displays),
            cohort=CohortPlan.model_validate_json(cohort),
            estimates=estimates,
            agreement=agreement,
            pictures=files[0],
            versions=json.loads(made_from)["versions"],
            references=read_references(files[1]),
        )


def read_references(texts: Mapping[str, str]) -> dict[str, Reference]:
    """Return the references of the clone's file and of the run folder's, which comes last.

    Parameters
    ----------
    texts : content by the name of the file, for messages
    """
    found: dict[str, Reference] = {}
    for source, text in texts.items():
        found |= parse(text, source=source, model=References).references
    return found


def manuscript(made_of: Manuscript, own: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of a manuscript in the style of the study's journal; see `_manuscript`."""
    with printed_for(made_of.plan.words.style):
        return _manuscript(made_of, own)


def _manuscript(made_of: Manuscript, own: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of a manuscript by name.

    Parameters
    ----------
    made_of : results, declarations and references
    own : the author's text by the name of its file; without any a draft from the plan's displays

    Raises
    ------
    UserErrors
        What is wrong in the author's text, each with file and line.
    """
    words = typeset(made_of.plan.words)
    estimates = Estimates(made_of.estimates, words)
    first = draft(made_of.plan, estimates)
    draft_name = f"results/manuscript/{words.study}.draft.md"
    [(name, text)] = own.items() or [(draft_name, first)]
    source = read_source(text, source=name)
    displays = numbered(made_of.plan)
    settings = Settings(
        estimates=without_policies(made_of.estimates),
        words=words,
        plan=made_of.cohort,
        versions=made_of.versions,
        main=_main_analyses(made_of.plan),
        primary=source.front.primary,
    )
    citations = Citations(made_of.references)
    blocks = filled(source, Filling(estimates, citations, settings, displays))
    texts = (blocks, _definitions(settings))
    main, supplement = _documents(made_of, source, texts, citations.list)
    files = {
        "docx": write_docx(main),
        "supplement.docx": write_docx(supplement),
        "md": (write_markdown(main) + "\n" + write_markdown(supplement)).encode(),
        "bib": citations.bibtex.encode(),
        "draft.md": first.encode(),
    }
    return {f"{words.study}.{ending}": content for ending, content in files.items()}


def _main_analyses(plan: DisplayPlan) -> frozenset[str]:
    main = [display for display in plan.displays.values() if display.place == "main"]
    return frozenset(name for display in main for name in named_analyses(display))


def _definitions(settings: Settings) -> list[Printed]:
    found = further_definitions(settings)
    none = Citations({})
    heading = [Printed("heading", (("Further definitions", ""),), 1)] if found else []
    texts = [f"**{dashed(one.term)}**. {one.text}" for one in found]
    return [*heading, *(Printed("paragraph", runs_of(restyled(text), none)) for text in texts)]


def _documents(
    made_of: Manuscript,
    source: SourceText,
    blocks: tuple[Sequence[Printed], Sequence[Printed]],
    references: Sequence[str],
) -> list[Document]:
    """Return the main document and the supplement."""
    title = source.front.title or made_of.plan.words.title
    found = numbered(made_of.plan)
    parts = {True: [], False: []}  # type: dict[bool, list[Shown]]
    for name, display in made_of.plan.displays.items():
        parts[display.place == "main"].append(_shown(made_of, found[name]))
    warning = SYNTHETIC if is_synthetic(made_of.estimates) else ""
    return [
        Document(title, source.front.authors, blocks[0], parts[True], references, warning),
        Document(
            f"Supplement: {title}", source.front.authors, blocks[1], parts[False], (), warning
        ),
    ]


def _shown(made_of: Manuscript, number: Numbered) -> Shown:
    display, words = made_of.plan.displays[number.name], made_of.plan.words
    nothing = nothing_to_show(made_of.estimates, display, typeset(words))
    if nothing:
        return Shown(number, restyled(nothing))
    if display.form == "table":
        rows = rows_for(display, made_of.estimates)
        own = {name: one.called for name, one in numbered(made_of.plan).items()}
        words = words.model_copy(update={"displays": own})
        table = printed_table(rows, display, words, agreement=made_of.agreement)
        return Shown(number, "", table=table.in_print)
    return Shown(
        number, restyled(display.caption), picture=made_of.pictures.get(f"{number.name}.png", b"")
    )
