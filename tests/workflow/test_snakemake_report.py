"""`snakemake --report` shows each display with its caption, in the part that it belongs to."""

import hashlib
import json
from datetime import datetime
from urllib.parse import unquote

from hematotox.declarations.study.display_base import PLACES
from hematotox.run.catalogue import read_declarations


def test_a_report_of_snakemake_shows_every_display(copied_run, snakemake) -> None:
    made = snakemake(copied_run, "--cores", "1", "bmt_example", "--report", "report.html")
    assert made.returncode == 0, made.stderr
    page = (copied_run / "report.html").read_text(encoding="utf-8")
    study = read_declarations({"studies": ["bmt_example"]}, run_folder=copied_run).studies[
        "bmt_example"
    ]
    for name, display in study.displays.items():
        ending = "svg" if display.form == "figure" else "html"
        assert f"results/displays/bmt_example/{name}.{ending}" in page, name
        assert display.title in page, name
    assert PLACES["main"] in page
    assert "estimates with death in remission as competing event" in page, "captions"


def test_the_results_become_a_research_object_that_reads_back(copied_run, snakemake) -> None:
    made = snakemake(copied_run, "--cores", "1", "--reporter", "rocrate")
    assert made.returncode == 0, made.stderr
    results = copied_run / "results"
    crate = json.loads((results / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    files = [entities[part["@id"]] for part in entities["./"]["hasPart"]]
    assert len(files) > 20
    for file in files:
        path = results / unquote(file["@id"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"], file["@id"]
    run = entities["#run"]
    assert datetime.fromisoformat(run["startTime"]) <= datetime.fromisoformat(run["endTime"])
