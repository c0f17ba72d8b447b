"""`hematotox …`: what a user does beside running the workflow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hematotox.errors import UserError
from hematotox.scaffold import commands as scaffold
from hematotox.stand_alone import commands as stand_alone

if TYPE_CHECKING:
    import pandas as pd


class Contradictions(list[str]):
    """Lines of a command that found what it looks for: they are its output, the exit code is 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a user's mistake is one message on stderr and exit code 1.

    Anything else is a fault of this program and is told as one, with the stack but no value.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if moved := scaffold.new_form(words):
        sys.stderr.write(f"{moved}\n")
        return 1
    parsed = _parser().parse_args(words)
    try:
        lines = parsed.command(parsed)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as error:
        from hematotox.run.job import FAULT, stack

        sys.stderr.write(f"{FAULT}, not of your data\n\n{stack(error)}")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(isinstance(lines, Contradictions))


AUDITED = "published numbers (as config/published/<study>.csv) or an estimates table"
TRACED = "a file of results/displays/<study>/, or an estimate_id"
FOLDER = "run folder of an estimate_id; the current one if not named"
AMONG = "only patients with this level of B can have A: bridging_failure=bridging=yes"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hematotox",
        description="Validation of haematotoxicity risk scores after CAR T-cell therapy.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new_run = commands.add_parser("new-run", help="make a folder for a run on real data")
    new_run.add_argument("folder", type=Path, help="a new folder outside the clone")
    new_run.add_argument("--study", default="cart_sie", help="study to start with (cart_sie)")
    new_run.set_defaults(command=_new_run)
    scaffold.add_commands(commands)
    diff = commands.add_parser("diff", help="which estimates differ between two tables")
    diff.add_argument("before", type=Path, help="estimates table (CSV)")
    diff.add_argument("after", type=Path, help="estimates table (CSV)")
    diff.add_argument("--tolerance", type=float, default=1e-8, help="relative difference (1e-8)")
    diff.set_defaults(command=_diff)
    audit = commands.add_parser("audit", help="what contradicts itself in tables of results")
    audit.add_argument("files", type=Path, nargs="+", metavar="FILE", help=AUDITED)
    audit.add_argument("--among", action="append", default=[], metavar="A=B=LEVEL", help=AMONG)
    audit.set_defaults(command=_audit)
    calibrate = commands.add_parser("calibrate", help="make calibration.json again")
    calibrate.set_defaults(command=_calibrate)
    stand_alone.add_commands(commands)
    traced = commands.add_parser("trace", help="where a printed number comes from")
    traced.add_argument("what", metavar="FILE", help=TRACED)
    traced.add_argument("cell", nargs="?", help="of a file: a cell such as E4, or its printed text")
    traced.add_argument("--directory", type=Path, default=Path(), metavar="FOLDER", help=FOLDER)
    traced.set_defaults(command=_trace)
    document = commands.add_parser("document", help="make the generated documentation again")
    document.set_defaults(command=_document)
    return parser


def _new_run(parsed: argparse.Namespace) -> list[str]:
    from hematotox.run.run_folder import new_run

    return new_run(parsed.folder, study=parsed.study)


def _diff(parsed: argparse.Namespace) -> list[str]:
    from hematotox.comparison import compare_estimates

    tables = [_estimates(path) for path in (parsed.before, parsed.after)]
    return compare_estimates(tables[0], tables[1], tolerance=parsed.tolerance)


def _trace(parsed: argparse.Namespace) -> list[str]:
    from hematotox.run.trace import trace

    return trace(parsed.what, parsed.cell, folder=parsed.directory)


def _audit(parsed: argparse.Namespace) -> list[str]:
    from hematotox.audit import audit

    among = {}
    for text in parsed.among:
        subset, _, of = text.partition("=")
        if not subset or len(of.split("=")) != 2:
            raise UserError(f"--among {text}: must be {AMONG.rpartition(': ')[2]} or alike")
        among[subset] = of
    tables = {path: _results(path) for path in parsed.files}
    lines = [
        f"{path.name}: {one.place}: {one.message} [{one.check}]"
        for path, table in tables.items()
        for one in audit(table, among=among)
    ]
    return Contradictions(lines) if lines else ["Nothing contradicts itself."]


def _results(path: Path) -> pd.DataFrame:
    """Read published numbers or an estimates table that the user names.

    Raises
    ------
    UserError
        There is no such file, or it is neither.
    """
    from hematotox.audit.short_form import read_short_form
    from hematotox.run.files import read_published, read_text

    heading = read_text(path).partition("\n")[0].rstrip("\r").split(",")
    if "printed" not in heading:
        return _estimates(path)
    try:
        if "measure" in heading:
            return read_short_form(read_text(path), source=str(path))
        return read_published(path)
    except ValueError:
        raise UserError(f"{path}: text where a number belongs") from None


def _estimates(path: Path) -> pd.DataFrame:
    """Read an estimates table that the user names.

    Raises
    ------
    UserError
        There is no such file, or it is no estimates table.
    """
    from hematotox.errors import ContractError
    from hematotox.run.files import read_table

    if not path.is_file():
        raise UserError(f"{path}: there is no such file")
    try:
        return read_table(path, "estimates")
    except (ContractError, ValueError) as error:
        raise UserError(
            f"{path}: is no estimates table, such as results/estimates/<study>.csv"
        ) from error


def _calibrate(parsed: argparse.Namespace) -> list[str]:
    del parsed
    import pandas as pd

    from hematotox.run.files import CLONE, find_declaration
    from hematotox.run.writing import write_bytes
    from hematotox.synthetic import CALIBRATION, calibrate, calibration_text, read_assumptions

    published = pd.read_csv(find_declaration("published", "cart_sie.csv", run_folder=CLONE))
    calibration = calibrate(published, read_assumptions())
    write_bytes(CALIBRATION, calibration_text(calibration).encode("utf-8"))
    return [f"Wrote {CALIBRATION.name}."]


def _document(parsed: argparse.Namespace) -> list[str]:
    del parsed
    from hematotox.documentation import ESTIMATES, LOCK, PROJECT, generated
    from hematotox.run.files import CLONE, read_text, write_all

    texts = {"lock": read_text(CLONE / LOCK), "project": read_text(CLONE / PROJECT)}
    files = generated(read_text(CLONE / ESTIMATES), **texts)
    write_all(files, folder=CLONE)
    return [f"Wrote {path}." for path in files]
