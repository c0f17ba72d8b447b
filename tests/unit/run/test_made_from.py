"""What the manifest and the reports say of a run, and what they leave to others."""

import json
import shutil
from pathlib import Path

import pytest

from hematotox.declarations.study.analyses import FACTS
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.made_from import manifest_made_from, report_made_from, study_settings
from hematotox.run.sections import Catalogue

METHODS = CLONE / "workflow" / "src" / "hematotox" / "analysis"


def catalogue(folder: Path, **settings: object) -> Catalogue:
    studies = ["severe_infection_by_ht", "nih_all_ht"]
    return read_catalogue(
        {"studies": studies, "exports": "results/exports", **settings}, run_folder=folder
    )


def test_only_methods_that_say_so_read_the_settings_of_random_numbers() -> None:
    readers = {"seed": set(), "bootstrap_replicates": set()}
    for path in METHODS.rglob("*.py"):
        for setting, found in readers.items():
            if f"plan.{setting}" in path.read_text(encoding="utf-8"):
                found.add(path.stem)
    for setting, found in readers.items():
        assert found <= {name for name, facts in FACTS.items() if setting in facts.draws}


def test_a_plan_has_the_settings_that_its_methods_draw_from(tmp_path) -> None:
    one, other = (catalogue(tmp_path, seed=seed, bootstrap_replicates=seed) for seed in (1, 2))
    study = "severe_infection_by_ht"
    assert one.plan_section(study) == other.plan_section(study)
    assert study_settings(one, study) == {}
    made_here = study_settings(one, "nih_all_ht")
    assert made_here == {"exports": "results/exports", "seed": 1, "show_values": False}
    assert report_made_from(one, study) == report_made_from(other, study)


def test_a_file_found_by_a_pattern_is_listed_by_the_pattern(tmp_path) -> None:
    """A file may be named after a patient; the manifest may leave the site."""
    (tmp_path / "config" / "centres").mkdir(parents=True)
    (tmp_path / "config" / "studies").mkdir()
    text = (CLONE / "config" / "centres" / "nih_01.yaml").read_text(encoding="utf-8")
    files = [
        line.split("file: ")[1].split(",")[0] for line in text.splitlines() if "file: " in line
    ]
    changed = text.replace(f"file: {files[0]}", 'file: "P*.csv"', 1)
    (tmp_path / "config" / "centres" / "nih_01.yaml").write_text(changed, encoding="utf-8")
    folder = tmp_path / "exports" / "nih_01"
    folder.mkdir(parents=True)
    for name in ("lab_results.csv", "events.csv", "P Rossi.csv", "P Bianchi.csv"):
        (folder / name).write_text("x")
    run = catalogue(tmp_path, exports="exports", studies=["nih_all_ht"])
    content = json.loads(manifest_made_from(run))
    assert {"P*.csv (1)", "P*.csv (2)"} <= set(content["exports"]["nih_01"])
    assert not any("Rossi" in label for label in content["exports"]["nih_01"])
    assert content["exports"]["nih_01"]["P*.csv (2)"] == "exports/nih_01/P Rossi.csv"


@pytest.mark.parametrize(
    ("line", "told"), [("data_cut: 2024-06-30", "2024-06-30"), ("", "not stated")]
)
def test_the_report_has_the_data_cut_of_each_centre(tmp_path, line, told) -> None:
    (tmp_path / "config" / "centres").mkdir(parents=True)
    path = tmp_path / "config" / "centres" / "nih_01.yaml"
    shutil.copy(CLONE / "config" / "centres" / "nih_01.yaml", path)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    content = json.loads(report_made_from(catalogue(tmp_path), "nih_all_ht"))
    assert content["data_cuts"] == {"nih_01": told}
