"""The manifest of a run in the words of RO-Crate."""

from datetime import UTC, datetime

import pytest

from hematotox.run.research_object import METADATA, PROFILE, SPECIFICATION, research_object

MANIFEST = {
    "studies": {
        "north": {
            "results": {
                "results/estimates/north.csv": "sha256:aa",
                "results/gone.csv": "sha256:bb",
            },
            "table": {},
        }
    },
    "exports": {"north_1": {"Befunde März.xlsx": "sha256:cc"}},
    "declarations": {"studies/north": "config/studies/north.yaml sha256:dd"},
    "versions": {"hematotox": "9.9.9", "numpy": "2.3.1"},
}
TIME = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def graph() -> dict:
    crate = research_object(MANIFEST, {"results/estimates/north.csv": 12}, started=TIME, ended=TIME)
    assert crate["@context"][0] == f"{SPECIFICATION}/context"
    found = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(found) == len(crate["@graph"]), "every entity stands once"
    return found


def test_the_descriptor_and_the_root_are_as_the_specification_asks(graph) -> None:
    assert graph[METADATA]["about"] == {"@id": "./"}
    assert graph[METADATA]["conformsTo"] == {"@id": SPECIFICATION}
    assert graph["./"]["conformsTo"] == {"@id": PROFILE}
    assert {"name", "description", "datePublished", "license"} <= set(graph["./"])
    assert graph["./"]["datePublished"] == "2026-01-02"


def test_every_link_leads_to_an_entity(graph) -> None:
    def links(value):
        if isinstance(value, list):
            return [link for item in value for link in links(item)]
        return [value["@id"]] if isinstance(value, dict) else []

    named = {
        link for entity in graph.values() for value in entity.values() for link in links(value)
    }
    assert named - {SPECIFICATION} <= set(graph)


def test_results_are_files_with_digest_and_size_and_what_is_gone_is_no_part(graph) -> None:
    assert graph["./"]["hasPart"] == [{"@id": "estimates/north.csv"}]
    file = graph["estimates/north.csv"]
    assert (file["@type"], file["sha256"], file["contentSize"]) == ("File", "aa", "12")


def test_exports_are_named_with_their_digest_and_are_no_files(graph) -> None:
    export = next(e for e in graph.values() if e.get("name", "").startswith("export of"))
    assert (export["@type"], export["sha256"]) == ("CreativeWork", "cc")
    assert " " not in export["@id"]
    assert {"@id": export["@id"]} in graph["#run"]["object"]


def test_the_software_stands_with_its_versions(graph) -> None:
    assert graph["#hematotox"]["softwareVersion"] == "9.9.9"
    assert graph["#hematotox"]["softwareRequirements"] == [{"@id": "#numpy"}]
