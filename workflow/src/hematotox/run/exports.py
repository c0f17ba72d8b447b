"""Where exports lie, whether they are synthetic, and that synthetic and real never mix."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hematotox.errors import UserError
from hematotox.run.files import open_centre, sha256

if TYPE_CHECKING:
    from hematotox.dialects import Export

SEAL = "SYNTHETIC.json"


def real_export_troubles(
    files: Mapping[str, list[str]], *, run_folder: Path, show_values: bool = False
) -> list[str]:
    """Return what is absent of the exports: one message a file, one for centres without any.

    Parameters
    ----------
    files : of each centre
    run_folder : folder of the run
    show_values : whether names of other files may be told, which may be those of patients
    """
    absent = {
        centre: [name for name in names if not (run_folder / name).is_file()]
        for centre, names in files.items()
    }
    without = [centre for centre, names in files.items() if names and absent[centre] == names]
    if len(without) > 1:
        listed = ", ".join(without[:3]) + (" ..." if len(without) > 3 else "")
        return [
            f"exports of {len(without)} centres are not there ({listed}): put each centre's files "
            "into exports/<centre>/ or, if they are not your centres, write the plan for your own: "
            "hematotox study new NAME --like STUDY --centres CENTRE ...",
            *_one_by_one(
                {c: n for c, n in absent.items() if c not in without}, run_folder, show_values
            ),
        ]
    return _one_by_one(absent, run_folder, show_values)


def _one_by_one(absent: Mapping[str, list[str]], run_folder: Path, show_values: bool) -> list[str]:
    troubles = []
    for centre, names in absent.items():
        for name in names:
            folder = (run_folder / name).parent
            there = sorted(p.name for p in folder.glob("*")) if folder.is_dir() else []
            listed = f"the folder has {len(there)} other file{'s' * (len(there) != 1)}"
            listed = f"the folder has: {', '.join(there)}" if show_values else listed
            troubles.append(
                f"{name}: centre {centre}: there is no such file "
                f"({listed if there else 'the folder is empty'}); put the export there "
                f"or correct config/centres/{centre}.yaml"
            )
    return troubles


def link_troubles(files: Mapping[str, list[str]], *, exports: Path, run_folder: Path) -> list[str]:
    """Return one message for each file that is a link to somewhere else than the exports folder."""
    base = (run_folder / exports).resolve()
    return [
        f"{name}: centre {centre}: is a link that leads out of the exports folder; copy the file "
        "into it"
        for centre, names in files.items()
        for name in names
        if (run_folder / name).is_relative_to(run_folder / exports)
        and not (run_folder / name).resolve().is_relative_to(base)
    ]


def is_synthetic(folder: Path, names: Iterable[str] = ()) -> bool:
    """Return whether a centre's exports are synthetic: sealed by `simulate`, and unchanged.

    Parameters
    ----------
    folder : the centre's folder
    names : files of it that are read; a sealed folder must hold no others

    Raises
    ------
    UserError
        There is a seal, but it cannot be read, a file changed after it was sealed, or a file
        that is read is not among the sealed ones.
    """
    seal = folder / SEAL
    if not seal.is_file():
        return False
    digests = _sealed(seal)
    for name in sorted(set(names) - {*digests, SEAL}):
        raise UserError(
            f"{folder.name}/{name}: is not among the synthetic files that {SEAL} describes; "
            "synthetic and real patients must not mix: move the file, or delete the synthetic ones "
            f"and {SEAL}"
        )
    for name, digest in digests.items():
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            raise UserError(
                f"{folder.name}/{name}: is not the synthetic file that {SEAL} describes; "
                f"delete {SEAL} if these are real data, or make the synthetic exports again"
            )
    return True


def _sealed(seal: Path) -> dict[str, str]:
    """Return the digest of each file that a seal describes."""
    try:
        files = json.loads(seal.read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"{seal.parent.name}/{SEAL}: is not a seal of synthetic exports; make the synthetic "
            f"exports again, or delete {SEAL} if these are real data"
        ) from None


def study_source(
    study: str, exports: Mapping[str, list[str]], *, made_here: bool, run_folder: Path
) -> str:
    """Return whether a study is `synthetic` or `real`.

    Raises
    ------
    UserError
        The study has both, or its earlier results were made from the other kind.
    """
    if made_here and exports:
        # not made yet, or made again in this run: `checked_source` looks when they are read
        sources = dict.fromkeys(exports, "synthetic")
    else:
        sources = {
            centre: centre_source(files, run_folder=run_folder) for centre, files in exports.items()
        }
    kinds = sorted(set(sources.values())) or ["real"]
    if len(kinds) > 1:
        synthetic = ", ".join(sorted(c for c, kind in sources.items() if kind == "synthetic"))
        raise UserError(
            f"config/studies/{study}.yaml: centres: synthetic and real patients must not mix; "
            f"synthetic are: {synthetic}"
        )
    earlier = _earlier_source(run_folder / "results" / "cohorts" / study / "population.csv")
    if earlier not in ("", kinds[0]):
        raise UserError(
            f"results/cohorts/{study}: was made from {earlier} patients, now they are {kinds[0]}; "
            "use another run folder (hematotox new-run) or move results/ away"
        )
    return kinds[0]


def centre_source(files: list[str], *, run_folder: Path) -> Literal["synthetic", "real"]:
    """Return whether a centre's patients are synthetic or real, from the files of its export."""
    folder = Path(files[0]).parent
    names = [Path(file).name for file in files if Path(file).parent == folder]
    return "synthetic" if is_synthetic(run_folder / folder, names) else "real"


def open_checked(files: list[str], source: str, *, show_values: bool) -> Export:
    """Open the export of a centre, if its seal still says what the run was planned for.

    The demonstration makes its exports itself; a real file put in their place is found here.

    Raises
    ------
    UserError
        The files changed since they were sealed, or since the run was planned.
    """
    found = centre_source(files, run_folder=Path())
    if found != source:
        raise UserError(
            f"{files[0]}: these patients were taken for {source}, but their files are {found}; "
            "run again"
        )
    return open_centre(files, source=found, show_values=show_values)


def _earlier_source(population: Path) -> str:
    if not population.is_file():
        return ""
    with population.open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream), None)
    return first["source"] if first else ""
