"""Whether patients are real or synthetic is told by the exports, and the two never mix."""

import hashlib
import json
from pathlib import Path

import pytest

from hematotox.errors import UserError
from hematotox.run.catalogue import read_catalogue
from hematotox.run.exports import is_synthetic, real_export_troubles, study_source
from hematotox.synthetic.simulation import SEAL, seal

FILES = {"labs.csv": b"id;anc\n1;500\n", "subjects.csv": b"id\n1\n"}


def sealed(folder: Path, files: dict[str, bytes] = FILES) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / SEAL).write_bytes(seal(files, seed=1, version=1))
    return folder


def real(folder: Path) -> Path:
    sealed(folder)
    (folder / SEAL).unlink()
    return folder


def test_sealed_exports_are_synthetic_and_others_are_real(tmp_path) -> None:
    assert is_synthetic(sealed(tmp_path / "a"), FILES)
    assert not is_synthetic(real(tmp_path / "b"), FILES)


def test_a_file_changed_after_it_was_sealed_is_refused(tmp_path) -> None:
    folder = sealed(tmp_path / "a")
    (folder / "labs.csv").write_bytes(b"id;anc\n4711;500\n")
    with pytest.raises(UserError) as caught:
        is_synthetic(folder, FILES)
    assert str(caught.value) == (
        "a/labs.csv: is not the synthetic file that SYNTHETIC.json describes; delete "
        "SYNTHETIC.json if these are real data, or make the synthetic exports again"
    )


def test_a_sealed_file_that_is_gone_is_refused(tmp_path) -> None:
    folder = sealed(tmp_path / "a")
    (folder / "subjects.csv").unlink()
    with pytest.raises(UserError, match=r"a/subjects\.csv: is not the synthetic file"):
        is_synthetic(folder)


def test_a_file_that_is_read_but_was_not_sealed_is_refused(tmp_path) -> None:
    """Real patients put beside synthetic ones would be shown as synthetic."""
    folder = sealed(tmp_path / "a")
    (folder / "events.csv").write_bytes(b"id\n4711\n")
    assert is_synthetic(folder, FILES), "a file that nothing reads does not matter"
    with pytest.raises(UserError, match=r"a/events\.csv: is not among the synthetic files"):
        is_synthetic(folder, [*FILES, "events.csv"])


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": 3}', '{"files": ["a"]}', "\xff"])
def test_a_seal_that_is_none_is_refused(tmp_path, text: str) -> None:
    folder = sealed(tmp_path / "a")
    (folder / SEAL).write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match=r"a/SYNTHETIC\.json: is not a seal of synthetic exports"):
        is_synthetic(folder)


def test_the_seal_holds_the_digests_of_the_files() -> None:
    digests = json.loads(seal(FILES, seed=1, version=1))["files"]
    assert digests == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


def source(run_folder: Path, *centres: str, made_here: bool = False) -> str:
    files = {c: [f"exports/{c}/{name}" for name in (*FILES, SEAL)] for c in centres}
    for names in files.values():
        names[:] = [n for n in names if (run_folder / n).is_file()] or names
    return study_source("small", files, made_here=made_here, run_folder=run_folder)


def test_a_study_of_synthetic_or_of_real_centres(tmp_path) -> None:
    for name in ("a", "b"):
        sealed(tmp_path / "exports" / name)
    real(tmp_path / "exports" / "c")
    assert source(tmp_path, "a", "b") == "synthetic"
    assert source(tmp_path, "c") == "real"


def test_a_study_of_both_is_refused(tmp_path) -> None:
    sealed(tmp_path / "exports" / "a")
    real(tmp_path / "exports" / "c")
    with pytest.raises(UserError) as caught:
        source(tmp_path, "a", "c")
    assert str(caught.value) == (
        "config/studies/small.yaml: centres: synthetic and real patients must not mix; "
        "synthetic are: a"
    )


def test_exports_that_the_run_makes_itself_are_synthetic(tmp_path) -> None:
    assert source(tmp_path, "a", made_here=True) == "synthetic", "before they are made"


def test_a_table_of_patients_is_real(tmp_path) -> None:
    assert study_source("small", {}, made_here=True, run_folder=tmp_path) == "real"


@pytest.mark.parametrize(("earlier", "stops"), [("synthetic", True), ("real", False)])
def test_results_made_from_the_other_source_are_not_overwritten(tmp_path, earlier, stops) -> None:
    real(tmp_path / "exports" / "c")
    population = tmp_path / "results" / "cohorts" / "small" / "population.csv"
    population.parent.mkdir(parents=True)
    population.write_text(f"patient_id,centre,source,included,reason\nc/1,c,{earlier},True,\n")
    if not stops:
        assert source(tmp_path, "c") == "real"
        return
    with pytest.raises(UserError) as caught:
        source(tmp_path, "c")
    assert str(caught.value) == (
        "results/cohorts/small: was made from synthetic patients, now they are real; use another "
        "run folder (hematotox new-run) or move results/ away"
    )


def test_exports_of_many_centres_that_are_not_there_are_one_sentence(tmp_path) -> None:
    files = {f"c{i}": [f"exports/c{i}/labs.csv", f"exports/c{i}/events.csv"] for i in range(20)}
    (message,) = real_export_troubles(files, run_folder=tmp_path)
    assert message.startswith("exports of 20 centres are not there (c0, c1, c2 ...): put each")
    assert "hematotox study new NAME --like STUDY --centres CENTRE" in message
    (tmp_path / "exports" / "c3").mkdir(parents=True)
    (tmp_path / "exports" / "c3" / "labs.csv").write_text("")
    first, second = real_export_troubles(files, run_folder=tmp_path)
    assert first.startswith("exports of 19 centres are not there")
    assert second.startswith("exports/c3/events.csv: centre c3: there is no such file")


def test_an_export_that_is_not_there_is_told_with_what_is_there(tmp_path) -> None:
    files = {"a": ["exports/a/labs.csv"]}
    (message,) = real_export_troubles(files, run_folder=tmp_path)
    assert message == (
        "exports/a/labs.csv: centre a: there is no such file (the folder is empty); put the export "
        "there or correct config/centres/a.yaml"
    )
    (tmp_path / "exports" / "a").mkdir(parents=True)
    (tmp_path / "exports" / "a" / "labor.csv").write_text("")
    (message,) = real_export_troubles(files, run_folder=tmp_path)
    assert "(the folder has 1 other file)" in message
    (message,) = real_export_troubles(files, run_folder=tmp_path, show_values=True)
    assert "(the folder has: labor.csv)" in message
    (tmp_path / "exports" / "a" / "labs.csv").write_text("")
    assert real_export_troubles(files, run_folder=tmp_path) == []


STUDY = """\
id: table
title: A table
cohort:
  file: table.csv
  patient_id: id
  covariates: {age: {column: age, unit: a}}
  endpoints: {dead: {status: dead, values: {"0": censored, "1": event}}}
analyses: {rate: {method: proportion, endpoint: dead}}
displays: {}
"""


@pytest.mark.parametrize("kind", ["synthetic", "real"])
def test_an_analysis_ready_table_is_synthetic_if_it_is_sealed(tmp_path, kind: str) -> None:
    """Its seal lies beside it, in the folder of the exports."""
    table = {"table.csv": b"id,age,dead\n1,50,0\n"}
    {"synthetic": sealed, "real": lambda folder, _: folder.mkdir()}[kind](
        tmp_path / "exports", table
    )
    (tmp_path / "exports" / "table.csv").write_bytes(table["table.csv"])
    study = tmp_path / "config" / "studies" / "table.yaml"
    study.parent.mkdir(parents=True)
    study.write_text(STUDY, encoding="utf-8")
    config = {"studies": ["table"], "exports": "exports"}
    assert read_catalogue(config, run_folder=tmp_path).source("table") == kind
    (tmp_path / "exports" / "table.csv").write_bytes(b"id,age,dead\n1,51,0\n")
    if kind == "synthetic":
        with pytest.raises(UserError, match=r"exports/table\.csv: is not the synthetic file"):
            read_catalogue(config, run_folder=tmp_path)
