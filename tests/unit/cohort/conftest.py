"""Declarations of the repository, for tests of the cohort."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="session")
def conventions() -> dict[str, Convention]:
    return {
        path.stem: parse(path.read_text(encoding="utf-8"), source=path.name, model=Convention)
        for path in sorted((CONFIG / "conventions").glob("*.yaml"))
    }
