"""The options of `hematotox grade` and `hematotox score`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

UNIT_JUMPS = ("stop", "convert", "keep", "set_aside")


def add_grade(commands: Any) -> argparse.ArgumentParser:
    """Add `grade` with its options."""
    from hematotox.run.named_files import known_names

    conventions = ", ".join(known_names("conventions", run_folder=Path.cwd()))
    parser: argparse.ArgumentParser = commands.add_parser(
        "grade",
        help="grade the blood counts of one table",
        description="Grades early and late ICAHT (or another convention's windows) of every "
        "patient of one table: long (patient, day or date with infusion date, value) or wide (one "
        "column a day).",
        epilog="Example: hematotox grade anc.csv --unit 10*9/L --convention cart_sie",
    )
    parser.add_argument("table", type=Path, help="CSV, Excel, SPSS, Stata or Parquet file")
    parser.add_argument("--unit", help="unit of the values, for example 10*9/L or /uL; required "
                        "unless the heading or a column has it")  # fmt: skip
    parser.add_argument(
        "--convention",
        default="consensus",
        metavar="NAME",
        help=f"the published way to grade: {conventions} (consensus)",
    )
    parser.add_argument("--variable", metavar="NAME", help="blood count, where a convention grades "
                        "several: anc, platelets, hemoglobin")  # fmt: skip
    _add_results(parser)
    parser.add_argument("--panel", type=Path, metavar="FILE",
                        help="with --explain: draw the patient (pdf, svg, png)")  # fmt: skip
    columns = _add_columns(parser)
    columns.add_argument("--value", metavar="HEADING", help="the blood count")
    columns.add_argument("--leukocytes", metavar="HEADING",
                         help="leukocytes beside it, for conventions that use them; their unit "
                         "stands in the heading, or is that of the values")  # fmt: skip
    for event, words in (
        ("death", "death"),
        ("last-contact", "the last contact"),
        ("progression", "progression or relapse"),
        ("new-therapy", "the next therapy"),
    ):
        columns.add_argument(f"--{event}", metavar="HEADING", help=f"day or date of {words}")
    _add_notation(parser)
    return parser


def add_score(commands: Any) -> argparse.ArgumentParser:
    """Add `score` with its options."""
    from hematotox.run.named_files import known_names

    parser: argparse.ArgumentParser = commands.add_parser(
        "score",
        help="score one patient at the bedside, or the patients of one table",
        description="Scores one patient from values typed as item=value:unit, or every patient of "
        "one table: wide (one column an item) or long (patient, item, value).",
        epilog="Examples: hematotox score --ht platelets=80:10*9/L anc=0.9:10*9/L "
        "hemoglobin=8.7:g/dL crp=4.1:mg/dL ferritin=900:ng/mL; "
        "hematotox score labs.csv --ht --unit crp=mg/L --unit platelets=10*9/L",
        conflict_handler="resolve",
    )
    parser.add_argument("given", nargs="+", help="item=value:unit …, or one table in a file")
    for name in known_names("scores", run_folder=Path.cwd()):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, dest="score", action="append_const", const=name,
                            help=f"the score of config/scores/{name}.yaml")  # fmt: skip
    parser.add_argument("--score", action="append", metavar="NAME",
                        help="a score by its name; several scores may be asked for")  # fmt: skip
    parser.add_argument("--unit", action="append", default=[], metavar="ITEM=UNIT",
                        help="of a table: unit of an item's values, unless the table says "
                        "it")  # fmt: skip
    _add_results(parser)
    columns = _add_columns(parser)
    columns.add_argument("--column", action="append", default=[], metavar="ITEM=HEADING",
                         help="an item of a wide table")  # fmt: skip
    columns.add_argument("--variable", metavar="HEADING", help="the items of a long table")
    columns.add_argument("--value", metavar="HEADING", help="the values of a long table")
    columns.add_argument(
        "--lymphodepletion", metavar="HEADING", help="day or date of the start of lymphodepletion"
    )
    _add_notation(parser)
    return parser


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="write the result here (CSV) instead of printing")  # fmt: skip
    parser.add_argument("--explain", metavar="PATIENT",
                        help="tell how one patient's result came about")  # fmt: skip


def _add_columns(parser: argparse.ArgumentParser) -> Any:
    group = parser.add_argument_group(
        "columns of the table", "each is found by its usual headings; one of another name is named"
    )
    for name, help_text in (
        ("patient", "the patient's number"),
        ("day", "day of the value after infusion (day 0)"),
        ("date", "date of the value"),
        ("infusion-date", "date of infusion"),
        ("unit-column", "unit of each value"),
    ):
        group.add_argument(f"--{name}", metavar="HEADING", help=help_text)
    return group


def _add_notation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "how the file is written", "told from the file where only one reading is possible"
    )
    signs = [",", ";", "tab", "|"]
    group.add_argument("--delimiter", choices=signs, metavar="SIGN",
                       help="sign between the cells of a CSV file: , ; tab |")  # fmt: skip
    group.add_argument("--decimal", choices=[".", ","], metavar="SIGN",
                       help="decimal sign: point or comma")  # fmt: skip
    group.add_argument("--thousands", default="", choices=["", ".", ",", " ", "'"],
                       metavar="SIGN", help="sign between groups of three digits")  # fmt: skip
    group.add_argument("--encoding", default="utf-8", metavar="NAME",
                       help="of a CSV file: utf-8, cp1252, utf-16 (utf-8)")  # fmt: skip
    group.add_argument("--date-format", metavar="FORMAT",
                       help='how dates are written, for example "%%d.%%m.%%Y"')  # fmt: skip
    group.add_argument("--sheet", metavar="NAME", help="sheet of a workbook")
    group.add_argument("--header-row", type=int, default=1, metavar="ROW",
                       help="row of the headings (1)")  # fmt: skip
    group.add_argument("--missing", action="append", metavar="TEXT",
                       help="a text that says that a value is not known, beside the empty cell "
                       "(NA)")  # fmt: skip
    group.add_argument("--leading-zeros", choices=["drop", "keep"],
                       help="drop: patient 007 is patient 7; keep: they are two")  # fmt: skip
    group.add_argument("--unit-jump", choices=UNIT_JUMPS, default="stop",
                       help="what to do with values a thousandfold too high or low "
                       "(stop)")  # fmt: skip
