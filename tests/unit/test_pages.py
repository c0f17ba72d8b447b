"""Hand-written pages and notebooks: links lead somewhere, pictures are small, outputs stripped."""

import ast
import json
import re

import pytest

from hematotox.run.files import CLONE

PAGES = sorted(
    path
    for pattern in ("*.md", "config/**/*.md", "docs/**/*.md", "results/README.md", "tests/**/*.md")
    for path in CLONE.glob(pattern)
)
NOTEBOOKS = sorted((CLONE / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)|src=\"([^\"]+)\"")


def anchors_of(path):
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CLONE).as_posix())
def test_links_of_a_page_lead_somewhere(page):
    lost = []
    for file, anchor, picture in LINK.findall(page.read_text(encoding="utf-8")):
        name = file or picture
        if "://" in name:
            continue
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            lost.append(f"{name}#{anchor}")
    assert lost == []


def test_every_page_of_the_documentation_is_linked_from_another():
    linked = {
        (page.parent / file).resolve()
        for page in PAGES
        for file, _, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if file and "://" not in file
    }
    assert [page.name for page in (CLONE / "docs").glob("*.md") if page not in linked] == []


def test_pictures_are_small():
    pictures = list((CLONE / "docs" / "pictures").glob("*"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_no_outputs_and_belongs_to_a_study(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert (CLONE / "config" / "studies" / f"{notebook.stem}.yaml").is_file()
    assert content["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_and_computes_nothing(notebook):
    """It imports only what reads and shows, and calculates with no column."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code"]
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported <= {"pathlib", "hematotox.run.files", "IPython.display"}
    assert not any(isinstance(node, ast.Import) for node in nodes)
    operators = {type(node.op) for node in nodes if isinstance(node, ast.BinOp)}
    assert operators <= {ast.Div, ast.BitAnd}  # paths, conditions on rows


def test_each_study_of_patients_has_its_notebook():
    named = {"bmt_example", "cart_sie", "de_boer", "gla_drst_hscb", "nih_all_ht"}
    assert named == {path.stem for path in NOTEBOOKS}
