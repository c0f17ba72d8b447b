"""A run as a research object: its manifest in the words of RO-Crate, for archives and repositories.

RO-Crate 1.1 (Soiland-Reyes et al. 2022, doi:10.3233/DS-210053) with the profile Process Run Crate
0.5 (Leo et al. 2024, doi:10.1371/journal.pone.0309210).
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
CONTEXT = [f"{SPECIFICATION}/context", {"sha256": "https://schema.org/sha256"}]

Entity = dict[str, Any]


def research_object(
    manifest: Mapping[str, Any], sizes: Mapping[str, int], started: datetime, ended: datetime
) -> dict[str, Any]:
    """Return the metadata of the crate whose folder is `results`, as JSON-LD.

    Parameters
    ----------
    manifest : content of `results/manifest.json`
    sizes : bytes of each result file, by its name in the manifest; a file without size is left out
    started, ended : of the first and of the last job of the run, with time zone

    Exports and tables of patients are named with their digests and are no part of the crate.
    """
    studies = ", ".join(manifest["studies"])
    results = [
        _result(name, digest, sizes[name])
        for study in manifest["studies"].values()
        for name, digest in study["results"].items()
        if name in sizes
    ]
    sources = [*_exports(manifest), *_tables(manifest), *_declarations(manifest)]
    software = _software(manifest["versions"])
    run: Entity = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Validation of {studies}",
        "startTime": started.isoformat(),
        "endTime": ended.isoformat(),
        "instrument": {"@id": "#hematotox"},
        "object": _links(sources),
        "result": _links(results),
    }
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Results of {studies}",
        "description": f"Tables, figures and estimates of the validation studies {studies}, with "
        "the digests of what they were made from.",
        "datePublished": ended.date().isoformat(),
        "license": {"@id": "#license"},
        "conformsTo": {"@id": PROFILE},
        "hasPart": _links(results),
        "mentions": {"@id": "#run"},
    }
    licence: Entity = {
        "@id": "#license",
        "@type": "CreativeWork",
        "name": "Not stated; the authors name one before they publish.",
    }
    profile: Entity = {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate"}
    graph = [_descriptor(), root, run, licence, profile, *software, *sources, *results]
    return {"@context": CONTEXT, "@graph": graph}


def _descriptor() -> Entity:
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }


def _result(name: str, digest: str, size: int) -> Entity:
    kind, _ = mimetypes.guess_type(name)
    return {
        "@id": quote(name.removeprefix("results/")),
        "@type": "File",
        "name": name,
        "contentSize": str(size),
        "encodingFormat": kind or "application/octet-stream",
        "sha256": digest.removeprefix("sha256:"),
    }


def _exports(manifest: Mapping[str, Any]) -> Iterable[Entity]:
    for centre, files in manifest["exports"].items():
        for name, digest in files.items():
            yield _outside(f"export of {centre}: {name}", digest)


def _tables(manifest: Mapping[str, Any]) -> Iterable[Entity]:
    for study, parts in manifest["studies"].items():
        for name, digest in parts["table"].items():
            yield _outside(f"table of {study}: {name}", digest)


def _declarations(manifest: Mapping[str, Any]) -> Iterable[Entity]:
    for name, file_with_digest in manifest["declarations"].items():
        yield {
            "@id": f"#{quote(f'declaration {name}')}",
            "@type": "CreativeWork",
            "name": f"declaration {name}",
            "description": file_with_digest,
        }


def _outside(name: str, digest: str) -> Entity:
    """Return the entity of patients' data: named, with its digest, not a file of the crate."""
    return {
        "@id": f"#{quote(name)}",
        "@type": "CreativeWork",
        "name": name,
        "description": "Patients' data; not part of this crate.",
        "sha256": digest.removeprefix("sha256:"),
    }


def _software(versions: Mapping[str, str]) -> list[Entity]:
    """Return this program and what it computes with."""
    found: list[Entity] = [
        {
            "@id": f"#{name}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": version,
        }
        for name, version in versions.items()
    ]
    program = next(entity for entity in found if entity["name"] == "hematotox")
    program["softwareRequirements"] = _links(e for e in found if e is not program)
    return found


def _links(entities: Iterable[Entity]) -> list[dict[str, str]]:
    return [{"@id": entity["@id"]} for entity in entities]
