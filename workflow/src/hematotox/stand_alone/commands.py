"""`hematotox grade` and `hematotox score`: the files they read and what they write."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hematotox.errors import UserError
from hematotox.stand_alone.options import add_grade, add_score

if TYPE_CHECKING:
    import pandas as pd

    from hematotox.dialects.vocabulary import Vocabulary
    from hematotox.stand_alone.grade_table import Graded, GradeRequest
    from hematotox.stand_alone.layouts import Chosen
    from hematotox.stand_alone.table_file import Notation, TableFile

DELIMITER_NAMES = {"tab": "\t"}


def add_commands(commands: Any) -> None:
    """Add `grade` and `score` to the commands of the program."""
    add_grade(commands).set_defaults(command=_grade)
    add_score(commands).set_defaults(command=_score)


def _grade(parsed: argparse.Namespace) -> list[str]:
    from hematotox.declarations.conventions import Convention
    from hematotox.stand_alone.grade_table import GradeRequest, explain_patient, grade_table

    request = GradeRequest(
        convention=_declaration("conventions", parsed.convention, Convention),
        dictionary=_dictionary(),
        variable=parsed.variable,
        unit=parsed.unit,
        chosen=_chosen(parsed),
    )
    if parsed.panel is not None:
        _check_panel(parsed)
    graded = grade_table(_table(parsed.table, parsed), request)
    _tell(graded.notes)
    if parsed.explain is None:
        return _result(graded.table, parsed.output)
    lines = explain_patient(graded, request, parsed.explain)
    if parsed.panel is not None:
        _draw_panel(graded, request, parsed)
    return lines


def _check_panel(parsed: argparse.Namespace) -> None:
    from hematotox.stand_alone.panel import check_ending

    check_ending(parsed.panel)
    if parsed.explain is None:
        raise UserError("--panel: say whose with --explain PATIENT")


def _draw_panel(graded: Graded, request: GradeRequest, parsed: argparse.Namespace) -> None:
    from hematotox.run.writing import write_bytes
    from hematotox.stand_alone.panel import panel_of_patient

    ending = parsed.panel.suffix.removeprefix(".")
    write_bytes(parsed.panel, panel_of_patient(graded, request, parsed.explain, ending=ending))


def _score(parsed: argparse.Namespace) -> list[str]:
    from hematotox.declarations.score import Score
    from hematotox.stand_alone.bedside import score_at_bedside

    if not parsed.score:
        raise UserError("which score? Say --ht, or --score with a name of config/scores")
    names = tuple(dict.fromkeys(parsed.score))
    scores = {name: _declaration("scores", name, Score) for name in names}
    typed = [text for text in parsed.given if "=" in text]
    if len(typed) == len(parsed.given):
        return score_at_bedside(list(scores.values()), typed, vocabulary=_vocabulary())
    if typed or len(parsed.given) > 1:
        raise UserError("give either item=value:unit …, or one file")
    return _score_file(Path(parsed.given[0]), scores, parsed)


def _score_file(path: Path, scores: dict[str, Any], parsed: argparse.Namespace) -> list[str]:
    from hematotox.stand_alone.score_table import ScoreRequest, explain_patient, score_table

    request = ScoreRequest(
        scores=scores,
        dictionary=_dictionary(),
        units=_pairs(parsed.unit, "--unit"),
        chosen=_chosen(parsed, items=_pairs(parsed.column, "--column")),
    )
    scored = score_table(_table(path, parsed), request)
    _tell(scored.notes)
    if parsed.explain is not None:
        return explain_patient(scored, request, parsed.explain)
    return _result(scored.table, parsed.output)


def _chosen(parsed: argparse.Namespace, items: dict[str, str] | None = None) -> Chosen:
    """Return what the user says about the columns of the table."""
    from hematotox.stand_alone.layouts import Chosen

    return Chosen(vars(parsed), items or {}, parsed.unit_jump)


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    """Return `item=text` options as a dictionary.

    Raises
    ------
    UserError
        One is written otherwise.
    """
    pairs = [text.partition("=") for text in texts]
    if any(not name or not sign or not value for name, sign, value in pairs):
        raise UserError(f"{option}: write item=…, for example {option} crp=mg/dL")
    return {name.strip().lower().replace("-", "_"): value.strip() for name, _, value in pairs}


def _declaration(kind: str, name: str, model: Any) -> Any:
    from hematotox.run.declaration_reader import Reader

    reader = Reader(Path.cwd())
    declared = reader.read(kind, name, model)
    reader.stop_if_troubled()
    return declared


def _dictionary() -> Any:
    from hematotox.declarations.dictionary import Dictionary

    return _declaration(".", "dictionary", Dictionary)


def _vocabulary() -> Vocabulary:
    from hematotox.declarations.synonyms import Synonyms
    from hematotox.dialects.vocabulary import Vocabulary

    return Vocabulary(_declaration(".", "synonyms", Synonyms), _dictionary())


def _table(path: Path, parsed: argparse.Namespace) -> TableFile:
    """Read the table that the user names.

    Raises
    ------
    UserError
        There is no such file, or it cannot be read.
    """
    from hematotox.stand_alone.table_file import read_table

    if not path.is_file():
        raise UserError(f"{path}: there is no such file")
    return read_table(path.name, path.read_bytes(), _notation(parsed), vocabulary=_vocabulary())


def _notation(parsed: argparse.Namespace) -> Notation:
    from hematotox.stand_alone.table_file import Notation

    return Notation(
        delimiter=DELIMITER_NAMES.get(parsed.delimiter, parsed.delimiter),
        decimal=parsed.decimal,
        thousands=parsed.thousands,
        encoding=parsed.encoding,
        sheet=parsed.sheet,
        header_row=parsed.header_row,
        date_format=parsed.date_format,
        missing=tuple(parsed.missing or ("NA",)),
        leading_zeros=parsed.leading_zeros,
    )


def _tell(notes: list[str]) -> None:
    """Write findings beside the result, so that the result can be piped."""
    sys.stderr.write("".join(f"{note}\n" for note in notes))


def _result(table: pd.DataFrame, output: Path | None) -> list[str]:
    """Return the table as lines, or write it and say how many patients it has."""
    from hematotox.reporting.formats.table_csv import neutral
    from hematotox.run.writing import write_bytes

    # no cell is one that a spreadsheet would execute
    shown = table.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
    text = shown.rename(columns=neutral).to_csv(
        index=False, float_format="%.9g", lineterminator="\n"
    )
    if output is None:
        return text.splitlines()
    write_bytes(output, text.encode("utf-8"))
    count = table["patient_id"].nunique()
    return [f"Wrote {output}: {count} patient{'' if count == 1 else 's'}."]
