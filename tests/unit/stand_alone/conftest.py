"""Tables typed by hand, and the commands as a user gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hematotox.cli import main


@dataclass(frozen=True)
class Said:
    """What a command said: exit code, result, and what it told beside the result."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """The result as rows."""
        head, *lines = [line.split(",") for line in self.out.splitlines()]
        return [dict(zip(head, line, strict=True)) for line in lines]


Command = Callable[..., Said]


@pytest.fixture
def hematotox(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run one command, words as on the command line."""

    def run(*words: str | Path) -> Said:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a table and return its place."""

    def write(text: str, name: str = "anc.csv", *, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
