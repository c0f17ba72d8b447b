"""`envs/python.yaml`: Python and the pinned libraries of a run, made from the lock file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

HEAD = """\
# Made by `hematotox document` from requirements.lock: what a run needs, nothing of the tests.
# `snakemake --sdm conda` makes it and the clone's own package is put on its path; by hand:
# conda env create -n hematotox -f envs/python.yaml
channels:
  - conda-forge
dependencies:
  - python =3.11
  - pip
  - pip:
"""
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)( ; .*?)? \\$")
VIA = re.compile(r"^    #(?: via|  ) +([A-Za-z0-9._-]+)(?: \(pyproject\.toml\))?$")


def environment_file(lock: str, project: str) -> str:
    """Return the conda environment of a run.

    Parameters
    ----------
    lock : content of `envs/requirements.lock`: each pin is followed by what needs it ("# via")
    project : content of `pyproject.toml`
    """
    pins: dict[str, list[str]] = {}
    needed_by: dict[str, set[str]] = {}
    name = ""
    for line in lock.splitlines():
        if pin := PIN.match(line):
            name = pin[1]
            pins.setdefault(name, []).append(line.removesuffix(" \\"))
        elif via := VIA.match(line):
            needed_by.setdefault(name, set()).add(via[1])
    content = tomllib.loads(project)["project"]
    used = _names(content["dependencies"]) | _names(content["optional-dependencies"]["cluster"])
    while more := {name for name, by in needed_by.items() if by & used} - used:
        used |= more
    lines = [line for name in sorted(used) for line in pins[name]]
    return HEAD + "".join(f"      - {_quoted(line)}\n" for line in lines)


def _names(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", text)[0].lower() for text in requirements}


def _quoted(line: str) -> str:
    return f'"{line}"' if ";" in line else line
