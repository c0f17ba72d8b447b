"""A whole manuscript: Word, supplement, Markdown, references, and the draft to start from."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.errors import UserError
from hematotox.reporting import draw_figures
from hematotox.reporting.manuscript.numbering import numbered
from hematotox.reporting.manuscript.placeholders import placeholders
from hematotox.reporting.manuscript.source_text import read_source
from hematotox.reporting.manuscript.written import Manuscript, manuscript, read_references
from hematotox.run.catalogue import read_declarations
from hematotox.run.files import CLONE, read_table, read_text
from hematotox.run.result_files import MANUSCRIPT

EXPECTED = Path(__file__).parents[3] / "data" / "expected"
REFERENCES = CLONE / "config" / "references.yaml"


@cache
def made_of() -> Manuscript:
    """The study of transplants, two of its displays in the supplement, with one figure drawn."""
    run = read_declarations({"studies": ["bmt_example"]}, run_folder=CLONE)
    plan = DisplayPlan.model_validate_json(run.report_section("bmt_example"))
    moved = {
        name: one.model_copy(update={"place": "supplement"})
        for name, one in plan.displays.items()
        if name in ("table6", "figure4")
    }
    plan = plan.model_copy(update={"displays": {**plan.displays, **moved}})
    estimates = read_table(EXPECTED / "bmt_example.csv", "estimates")
    one = plan.model_copy(update={"displays": {"figure1": plan.displays["figure1"]}})
    return Manuscript(
        plan=plan,
        cohort=CohortPlan.model_validate_json(run.definitions_section("bmt_example")),
        estimates=estimates,
        pictures=draw_figures(estimates, one),
        versions={"python": "3.11", "lifelines": "0.30.3"},
        references=read_references({"config/references.yaml": read_text(REFERENCES)}),
    )


@cache
def files() -> dict[str, bytes]:
    return manuscript(made_of(), {})


def _word(ending: str):
    return docx.Document(io.BytesIO(files()[f"bmt_example.{ending}"]))


def _fields(document) -> list[str]:
    return [f.get(qn("w:instr")) for f in document.element.body.iter(qn("w:fldSimple"))]


def _captions(document) -> list[str]:
    """Captions as Word shows them, the numbers of their fields included."""
    paragraphs = [p for p in document.paragraphs if p.style.name == "Caption"]
    return ["".join(t.text for t in p._p.iter(qn("w:t"))) for p in paragraphs]


def test_the_files_are_those_of_the_rule() -> None:
    assert list(files()) == [f"bmt_example.{ending}" for ending in MANUSCRIPT]


def test_every_display_has_its_caption_with_a_field_and_every_table_is_a_table() -> None:
    main, supplement = _word("docx"), _word("supplement.docx")
    captions = _captions(main)
    assert [c.partition(".")[0] for c in captions] == [
        *(f"Table {n}" for n in range(1, 6)), *(f"Figure {n}" for n in range(1, 6)),
    ]  # fmt: skip
    assert captions[0] == "Table 1. Characteristics of the patients by disease group"
    assert len(main.tables) == 5
    assert _fields(main).count("SEQ Table \\* ARABIC") == 5
    assert _fields(main).count("SEQ Figure \\* ARABIC") == 5
    assert [c.partition(".")[0] for c in _captions(supplement)] == [
        "Supplementary Table 1", "Supplementary Figure 1",
    ]  # fmt: skip
    assert len(supplement.tables) == 1


def test_tables_repeat_their_heads_align_decimals_and_have_alternative_texts() -> None:
    for table in _word("docx").tables:
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Table")
        heads = [row for row in table.rows if row._tr.find(f".//{qn('w:tblHeader')}") is not None]
        assert len(heads) in (1, 2)
        tabs = {tab.get(qn("w:val")) for tab in table._tbl.iter(qn("w:tab")) if tab.keys()}
        assert tabs == {"decimal"}
        styles = {p.style.name for row in table.rows for c in row.cells for p in c.paragraphs}
        assert {name.rstrip("0123456789.") for name in styles} == {"Table text "}


def test_wide_tables_stand_on_turned_pages_and_the_text_does_not() -> None:
    from hematotox.reporting.formats.table_widths import layout_of
    from hematotox.reporting.tables.tables import printed_table

    plan = made_of().plan
    wide = [
        layout_of(printed_table(made_of().estimates, one, plan.words).in_print)[0]
        for one in plan.displays.values()
        if one.form == "table" and one.place == "main"
    ]
    runs = sum(1 for i, one in enumerate(wide) if i == 0 or one != wide[i - 1])
    sections = list(_word("docx").sections)
    turned = [s.page_width > s.page_height for s in sections]
    assert turned[0] is False
    assert turned[1:-1] == [one for i, one in enumerate(wide) if i == 0 or one != wide[i - 1]]
    assert len(turned) == runs + 2


def test_pictures_have_alternative_texts_and_the_document_a_language() -> None:
    document = _word("docx")
    [picture] = [p for p in document.element.body.iter() if p.tag.endswith("}docPr")]
    assert picture.get("descr").startswith("Figure 1. Disease-free survival. Kaplan–Meier")
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_no_line_is_broken_inside_a_p_value_or_before_ci() -> None:
    text = "\n".join(paragraph.text for paragraph in _word("docx").paragraphs)
    assert "HR 1.89 (95%\u00a0CI 1.22–2.93), P\u00a0=\u00a00.0043" in text
    assert "P = " not in text


def test_the_same_manuscript_is_the_same_bytes() -> None:
    assert manuscript(made_of(), {}) == files()
    with zipfile.ZipFile(io.BytesIO(files()["bmt_example.docx"])) as packed:
        assert {info.date_time[0] for info in packed.infolist()} == {2000}


def test_no_number_of_the_draft_is_typed_and_the_text_has_them_all() -> None:
    draft = files()["bmt_example.draft.md"].decode()
    assert not re.search(r"\d\.\d|\d%", re.sub(r"\{\{.*?\}\}", "", draft))
    text = files()["bmt_example.md"].decode()
    assert "{{" not in text
    # R: coxph(Surv(t2, d3) ~ fab) of KMsurv::bmt, as in tests/reference/expected/bmt_example.csv
    assert "HR 1.89 (95% CI 1.22–2.93)" in text
    assert "| Characteristic" in text
    assert "1. Kaplan EL, Meier P." in text


def test_the_draft_of_a_study_can_be_taken_over_as_its_text() -> None:
    own = {"config/manuscripts/bmt_example.md": files()["bmt_example.draft.md"].decode()}
    assert manuscript(made_of(), own) == files()


def test_all_troubles_of_a_text_are_told_with_file_and_line() -> None:
    text = "\n".join(
        [
            "---",
            "title: A title",
            "primary: [cox_fabb]",
            "---",
            "# Results",
            "",
            "The hazard ratio was",
            "{{ cox_fab | hr_ci }} and {{ cox_fba | hr_ci }}.",
            "",
            "Survival was 77.5%. See [@nobody_1900].",
            "{{ display table99 }} and {{ methods.statistic }}.",
            "",
            "{{ methods.statistic }}",
        ]
    )
    with pytest.raises(UserError) as caught:
        manuscript(made_of(), {"config/manuscripts/bmt_example.md": text})
    lines = [line.removeprefix("config/manuscripts/bmt_example.md:")
             for line in str(caught.value).splitlines()]  # fmt: skip
    assert [line.partition(":")[0] for line in lines] == ["1", "8", "11", "11", "10", "10", "13"]
    assert 'is "cox_fab" meant?' in lines[1]
    assert '"77.5" is typed by hand' in lines[4]
    assert "config/references.yaml" in lines[5]


def test_the_front_matter_says_what_is_primary() -> None:
    text = "---\nprimary: [cox_fab]\n---\n# Methods\n\n{{ methods.statistics }}\n"
    found = manuscript(made_of(), {"own.md": text})["bmt_example.md"].decode()
    assert "The primary analysis was: " in found
    assert "All others are exploratory." in found
    assert "No analysis was declared primary" in files()["bmt_example.md"].decode()
    with pytest.raises(UserError, match=r"own\.md:3: primry: unknown key"):
        read_source("---\ntitle: x\nprimry: [cox_fab]\n---\n", source="own.md")


def test_a_typed_number_in_a_title_gives_way_to_the_manuscript_s_own() -> None:
    titles = [one.title for one in numbered(made_of().plan).values()]
    assert not [title for title in titles if re.match(r"(Supplementary )?(Table|Figure) ", title)]


@pytest.mark.parametrize(
    "path", sorted((CLONE / "config" / "manuscripts").glob("*.md")), ids=lambda path: path.stem
)
def test_a_text_of_ours_names_analyses_displays_and_references_that_there_are(path: Path) -> None:
    study = read_declarations(
        {"studies": [path.stem], "exports": "results/exports"}, run_folder=CLONE
    ).studies[path.stem]
    source = read_source(read_text(path), source=path.name)
    asked = [one for block in source.blocks for one in placeholders(block.text)]
    assert len(asked) > 20
    analyses = {one.words[0] for one in asked if one.form} | set(source.front.primary)
    assert analyses <= {"patients", *study.analyses}
    assert {one.words[1] for one in asked if one.words[0] == "display"} <= set(study.displays)
    cited = {key for block in source.blocks for key in re.findall(r"@(\w+)", block.text)}
    assert cited <= set(made_of().references)
