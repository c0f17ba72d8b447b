"""Every condition that a statistical method may report has a word in the closed list."""

import ast
import re
from pathlib import Path

import hematotox.stats
from hematotox.declarations.study.vocabulary import CONDITIONS

NOT_CONDITIONS = {
    "after events",
    "with events",
    "conditional exact",
    "delta method",
    "maximum likelihood",
    "no events of cause ",
    "penalized profile likelihood",
    "profile likelihood",
    "weighted generalised score",
}


def phrases() -> set[str]:
    """Lower-case phrases of several words in the statistics: conditions, or names of methods."""
    found = set()
    for path in Path(hematotox.stats.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if " " in text and re.fullmatch(r"[a-z][a-z0-9 -]{4,60}", text):
                    found.add(text)
    return found


def test_every_phrase_is_known() -> None:
    assert phrases() - NOT_CONDITIONS - set(CONDITIONS) == set()
