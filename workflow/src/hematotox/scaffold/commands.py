"""`hematotox centre` and `hematotox study`: drafts, checks, and what a plan holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hematotox.run.typed import typed

_ACTIONS = {"centre": ("draft", "check"), "study": ("new", "show", "check")}
_FIRST = {"centre": "draft", "study": "new"}
"""What the command did when it had one action and no name for it."""


def new_form(arguments: Sequence[str]) -> str:
    """Return how a command of an earlier version is typed now; empty if it is none."""
    command, *words = [*arguments, ""]
    if command not in _ACTIONS or words[0] in ("", "-h", "--help", *_ACTIONS[command]):
        return ""
    return f"This is now typed: {typed('hematotox', command, _FIRST[command], *words[:-1])}"


def add_commands(commands: Any) -> None:
    """Add `centre` and `study` to the commands of the program.

    Parameters
    ----------
    commands : the subparsers of an `argparse` parser
    """
    centre = commands.add_parser("centre", help="draft a centre file, check an export")
    actions = centre.add_subparsers(required=True, metavar="ACTION")
    draft = actions.add_parser("draft", help="draft a centre file from a raw export")
    draft.add_argument("folder", type=Path, help="<run folder>/exports/<centre>")
    draft.add_argument("--output", type=Path, help="file to write instead of the run folder's")
    draft.set_defaults(command=_centre_draft)
    check = actions.add_parser("check", help="read a centre's export and say what is odd in it")
    check.add_argument("name", help="name of the centre")
    _add_directory(check)
    check.set_defaults(command=_centre_check)
    study = commands.add_parser("study", help="a new plan; what a plan holds; whether it can run")
    actions = study.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("new", help="a study of other centres that is like one there is")
    new.add_argument("name", help="name of the new study")
    new.add_argument("--like", default="cart_sie", help="whose plan it takes over (cart_sie)")
    new.add_argument("--centres", nargs="+", required=True, help="names of the centres")
    _add_directory(new)
    new.set_defaults(command=_study_new)
    for name, words, command in (
        ("show", "all that a plan stands for, and the lines it comes from", _study_show),
        (
            "check",
            "what is wrong with a plan, and what it cannot do with its centres",
            _study_check,
        ),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("name", help="name of the study")
        _add_directory(action)
        action.set_defaults(command=command)


def _add_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--directory", type=Path, default=Path(), help="run folder (this folder)")


def _centre_draft(parsed: argparse.Namespace) -> list[str]:
    from hematotox.scaffold.centre_file import write_centre_draft

    return write_centre_draft(parsed.folder, output=parsed.output)


def _centre_check(parsed: argparse.Namespace) -> list[str]:
    from hematotox.scaffold.centre_check import check_centre

    return check_centre(parsed.name, run_folder=parsed.directory)


def _study_new(parsed: argparse.Namespace) -> list[str]:
    from hematotox.scaffold.study_file import new_study

    return new_study(
        parsed.name, like=parsed.like, centres=parsed.centres, run_folder=parsed.directory
    )


def _study_show(parsed: argparse.Namespace) -> list[str]:
    from hematotox.scaffold.study_check import show_study

    return show_study(parsed.name, run_folder=parsed.directory)


def _study_check(parsed: argparse.Namespace) -> list[str]:
    from hematotox.scaffold.study_check import check_study

    return check_study(parsed.name, run_folder=parsed.directory)
