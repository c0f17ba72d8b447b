"""A result is remade when its code or a library changes; the manifest says what it came from."""

import json
import re
import shutil
import sys
from hashlib import sha256
from importlib.metadata import packages_distributions

import grimp
import pytest

from hematotox.run import provenance
from hematotox.run.provenance import LIBRARIES, MAY_IMPORT, READS_AND_WRITES, digest, manifest

STAGES = sorted(MAY_IMPORT)
DECLARATIONS_ONLY = {"pyyaml", "pydantic"}
"""They read declarations, which are parameters of every rule themselves."""


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Every module that a stage imports, directly or through others."""
    graph = grimp.build_graph("hematotox", include_external_packages=True)
    found = {}
    for stage in STAGES:
        root = f"hematotox.{stage}"
        upstream = graph.find_upstream_modules(root, as_package=True)
        found[stage] = {root, *graph.find_descendants(root), *upstream}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_the_digest_covers_every_module_that_the_stage_imports(imports, stage) -> None:
    own = {module.split(".")[1] for module in imports[stage] if module.startswith("hematotox.")}
    assert own <= {part.removesuffix(".py") for part in MAY_IMPORT[stage]}


@pytest.mark.parametrize("stage", STAGES)
def test_the_digest_covers_every_library_that_the_stage_imports(imports, stage) -> None:
    owners = packages_distributions()
    roots = {module.split(".")[0] for module in imports[stage]} - {"hematotox"}
    used = {owners[root][0].lower() for root in roots - set(sys.stdlib_module_names)}
    assert used - DECLARATIONS_ONLY <= {name.lower() for name in LIBRARIES[stage]}


@pytest.fixture
def digests(tmp_path, monkeypatch):
    """Return the digest of every stage, of a copy of the package that a test may edit."""
    copy = tmp_path / "hematotox"
    shutil.copytree(provenance.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    monkeypatch.setattr(provenance, "PACKAGE", copy)

    def of() -> dict[str, str]:
        return {stage: digest.__wrapped__(stage) for stage in STAGES}

    return copy, of


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("stats/survival/kaplan_meier.py", {"analysis", "imputation"}),
        ("analysis/methods/cox.py", {"analysis"}),
        ("reporting/words/numbers.py", {"reporting"}),
        ("scoring/points.py", {"scoring"}),
        ("cut_offs.py", {"cohort", "scoring", "imputation"}),
        ("synthetic/calibration.json", {"synthetic"}),
        ("checks/flow.py", {"checks"}),
        ("contracts.py", set(STAGES)),
        ("run/files.py", set(STAGES)),
        ("cli.py", set()),
    ],
)
def test_an_edit_changes_the_digest_of_the_stages_that_use_the_file(digests, file, changed) -> None:
    package, of = digests
    before = of()
    edited = package / file
    edited.write_text(edited.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = of()
    assert {stage for stage in STAGES if before[stage] != after[stage]} == changed


def test_a_new_or_renamed_file_changes_the_digest(digests) -> None:
    package, of = digests
    before = of()
    (package / "stats" / "new.py").write_text("")
    with_new = of()
    assert before["analysis"] != with_new["analysis"]
    (package / "stats" / "new.py").rename(package / "stats" / "newer.py")
    assert with_new["analysis"] != of()["analysis"]


def test_another_version_of_a_library_changes_the_digest(digests, monkeypatch) -> None:
    _, of = digests
    before = of()
    monkeypatch.setattr(
        provenance, "version", lambda name: "0" if name == "matplotlib" else real(name)
    )
    assert {stage for stage, value in of().items() if value != before[stage]} == {"reporting"}


real = provenance.version


def test_what_scripts_import_beside_their_stage_is_in_every_digest() -> None:
    scripts = provenance.PACKAGE.parents[1] / "scripts"
    pattern = re.compile(r"^from hematotox\.run\.(\w+) import", re.MULTILINE)
    imported = {
        name for script in scripts.glob("*.py") for name in pattern.findall(script.read_text())
    }
    assert {f"run/{name}.py" for name in imported} - {"run/provenance.py"} <= set(READS_AND_WRITES)


def test_a_library_has_the_digest_of_what_was_installed() -> None:
    assert re.fullmatch("sha256:[0-9a-f]{64}", provenance.library_digest("numpy"))
    found = {provenance.library_digest(name) for name in ("numpy", "pandas", "scipy")}
    assert len(found) == 3


def test_the_manifest_digests_all_that_it_names(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.csv").write_text("b")
    (tmp_path / "a.csv").write_text("a")
    study = {"centres": ["c"], "declarations": ["studies/x"], "table": [], "results": ["b.csv"]}
    made_from = {
        "settings": {"seed": 1},
        "declarations": {"studies/x": "clone: x.yaml"},
        "exports": {"c": {"labs_*.csv (1)": "a.csv"}},
        "studies": {"x": study},
    }
    content = manifest(json.dumps(made_from))
    read = json.loads(content)
    a, b = (sha256(name.encode()).hexdigest() for name in "ab")
    assert read["exports"] == {"c": {"labs_*.csv (1)": f"sha256:{a}"}}
    assert read["studies"]["x"] == {**study, "table": {}, "results": {"b.csv": f"sha256:{b}"}}
    assert read["declarations"] == made_from["declarations"]
    assert read["settings"] == {"seed": 1}
    assert set(read["code"]) == {*STAGES, "workflow"}
    assert read["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"hematotox", "snakemake", "numpy", "pandas"} <= set(read["versions"])
    assert {"snakemake", "numpy", "pandas"} <= set(read["libraries"])
    assert manifest(json.dumps(made_from)) == content, "no clock"
