"""Plans from text: `written(oldest, ..., study)` gives what they stand for, or what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.origins import ExpandedDocument, WrittenFile
from hematotox.declarations.study.written.expansion import expand
from hematotox.declarations.study.written.inheritance import merge
from hematotox.declarations.study.written.written_study import WrittenStudy
from hematotox.declarations.yaml_text import read_yaml

LABELS = {"ht": "HT", "simple_ht": "SimpleHT", "os": "Overall survival"}


class Plan:
    """What texts stand for."""

    def __init__(self, *texts: str) -> None:
        files = []
        for text in texts:
            document = read_yaml(text, source="")
            source = f"{document.content['id']}.yaml"
            parse(text, source=source, model=WrittenStudy)
            files.append(WrittenFile(source, document))
        found = expand(merge(files), label=lambda name: LABELS.get(name, name))
        self.document: ExpandedDocument = found.document
        self.troubles = found.troubles

    @property
    def analyses(self) -> dict[str, Any]:
        """Analyses by name."""
        return self.document.content.get("analyses", {})

    @property
    def displays(self) -> dict[str, Any]:
        """Displays by name."""
        return self.document.content.get("displays", {})


@pytest.fixture
def written() -> Callable[..., Plan]:
    return Plan
