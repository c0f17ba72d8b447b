"""What the results of a run are made from: declarations, settings, exports, and its result files.

The manifest has all of it with digests; a report has what concerns its study.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hematotox.declarations.file_names import fits
from hematotox.declarations.study.planning import drawn_settings, needed_conventions
from hematotox.run.files import canonical_json
from hematotox.run.provenance import versions
from hematotox.run.result_files import result_files
from hematotox.run.sections import Catalogue

WHOLE_RUN = ("./dictionary", "./endpoints")


def report_sections(run: Catalogue, study: str) -> tuple[str, str, str]:
    """Return what a study's report depends on: displays, definitions, what it is made from."""
    return (
        run.report_section(study),
        run.definitions_section(study),
        report_made_from(run, study),
    )


def report_made_from(run: Catalogue, study: str) -> str:
    """Return declarations, settings, data cuts and versions behind a study's report, as JSON."""
    content = {
        "declarations": _declarations(run, study),
        "settings": study_settings(run, study),
        "data_cuts": _data_cuts(run, study),
        "versions": versions(),
    }
    return canonical_json(content)


def manifest_made_from(run: Catalogue) -> str:
    """Return what the manifest of a run digests, as JSON.

    `studies` has the centres, the names of the declarations, the table and the result files of
    each; `exports` the files of each centre.
    """
    studies = {
        study: {
            "centres": list(run.studies[study].centres),
            "declarations": sorted(_declarations(run, study)),
            "table": run.cohort_inputs(study) if run.studies[study].table is not None else [],
            "results": result_files(run, study),
        }
        for study in run.settings.studies
    }
    centres = sorted(
        {centre for study in run.settings.studies for centre in run.studies[study].centres}
    )
    content = {
        "settings": run.settings.model_dump(mode="json"),
        "declarations": run.declarations_used,
        "data_cuts": {study: cuts for study in studies if (cuts := _data_cuts(run, study))},
        "exports": {centre: _export_files(run, centre) for centre in centres},
        "studies": studies,
    }
    return canonical_json(content)


def study_settings(run: Catalogue, study: str) -> dict[str, Any]:
    """Return the settings that a number or a word of a study depends on.

    Which studies a run has is no concern of any of them; no number is drawn with the replicates of
    a bootstrap that no analysis makes.
    """
    declared = run.studies[study]
    known = run.settings.model_dump(mode="json")
    used = set(drawn_settings(declared)) | ({"seed"} if declared.missing.pool else set())
    if declared.centres:
        used |= {"exports", "show_values"} | ({"seed"} if run.makes_exports else set())
    return {name: value for name, value in known.items() if name in used}


def _declarations(run: Catalogue, study: str) -> dict[str, str]:
    """Return the file of each declaration that a study uses, in words with its digest."""
    declared = run.studies[study]
    wanted = {f"studies/{study}", *WHOLE_RUN, *(f"{name} (run folder)" for name in WHOLE_RUN)}
    wanted |= {f"centres/{centre}" for centre in declared.centres}
    wanted |= {f"scores/{score}" for score in declared.scores}
    wanted |= {f"conventions/{name}" for name in needed_conventions(declared, run.endpoints)}
    wanted |= {f"checklists/{name}" for name in declared.checklists}
    return {name: file for name, file in run.declarations_used.items() if name in wanted}


def _data_cuts(run: Catalogue, study: str) -> dict[str, str]:
    """Return the day on which each centre's export was cut, and that of the study if it has one."""
    declared = run.studies[study]
    cuts = {centre: run.centres[centre].cut for centre in declared.centres}
    told = {name: cut.isoformat() if cut else "not stated" for name, cut in cuts.items()}
    return {**told, **({"study": declared.data_cut.isoformat()} if declared.data_cut else {})}


def _export_files(run: Catalogue, centre: str) -> dict[str, str]:
    """Return the files of a centre's export by the name under which the manifest lists them.

    A file that was found by a pattern, such as `labs_*.csv`, is listed by the pattern: its name
    may tell a patient.
    """
    patterns = sorted(
        {name for table in run.centres[centre].tables.values() for name in table.file}
    )
    found: dict[str, str] = {}
    for path in run.export_files(centre):
        name = Path(path).name
        found_by = next((p for p in patterns if "*" in p and fits(name, p)), name)
        label = found_by if found_by == name else f"{found_by} ({_count(found, found_by) + 1})"
        found[label] = path
    return found


def _count(found: dict[str, str], pattern: str) -> int:
    return sum(label.startswith(f"{pattern} (") for label in found)
