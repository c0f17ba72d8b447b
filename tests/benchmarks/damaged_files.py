"""Mutated exports through the readers and through staging: each is read or answered by a message.

python tests/benchmarks/damaged_files.py [--readers 20000] [--staging 2000] [--seed 1]

The committed exports of the tests, in all formats, are changed: bytes turned, cut off, doubled,
inserted, zeroed; cells made long, dates and numbers made odd. Counted is what comes of it: read, a
message of one or more lines without a word of the program's, or a fault of the program (the goal is
none), and what took longer than LONGEST seconds. The test suite runs a small sample.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.export import open_export, written_table
from hematotox.errors import UserError
from hematotox.staging import stage

CLONE = Path(__file__).parents[2]
EXPORTS = CLONE / "tests" / "data" / "exports"
LONGEST = 20.0
OF_PROGRAM = re.compile(r"Traceback|Error\b|Exception|0x[0-9a-f]{6}|NoneType|<class")
ODD = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"\r",
    b";;;;;;",
    b"9" * 400,
    b"1e999",
    b"\xef\xbb\xbf",
    b"31.02.",
)
Mutation = Callable[[bytearray, random.Random], None]


def turned(data: bytearray, chance: random.Random) -> None:
    """Turn a few bits."""
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random) -> None:
    """Cut off the end, or a piece from the middle."""
    start = chance.randrange(len(data))
    end = len(data) if chance.random() < 0.5 else start + chance.randrange(1, 200)
    del data[start:end]


def doubled(data: bytearray, chance: random.Random) -> None:
    """Repeat a piece."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 500)]
    data[start:start] = piece * chance.choice((1, 1, 3))


def inserted(data: bytearray, chance: random.Random) -> None:
    """Insert what does not belong into a table."""
    at = chance.randrange(len(data))
    data[at:at] = chance.choice(ODD)


def zeroed(data: bytearray, chance: random.Random) -> None:
    """Zero a piece, or fill it."""
    start = chance.randrange(len(data))
    width = min(chance.randrange(1, 64), len(data) - start)
    data[start : start + width] = bytes([chance.choice((0, 255))]) * width


MUTATIONS: tuple[Mutation, ...] = (turned, turned, cut, doubled, inserted, zeroed)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a file with one to three changes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if changed:
            chance.choice(MUTATIONS)(changed, chance)
    return bytes(changed)


def centres() -> dict[str, tuple[Centre, dict[str, bytes]]]:
    """Return the committed exports: centre file and content of each file."""
    found = {}
    for folder in sorted(p for p in EXPORTS.iterdir() if (p / "centre.yaml").is_file()):
        text = (folder / "centre.yaml").read_text(encoding="utf-8")
        centre = parse(text, source="centre.yaml", model=Centre)
        names = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
        del names["centre.yaml"]
        found[folder.name] = (centre, names)
    return found


def outcome(work: Callable[[], object]) -> tuple[str, str]:
    """Return what came of a piece of work, and the words that tell a fault."""
    start = time.process_time()
    try:
        work()
        found = "read", ""
    except UserError as error:
        told = OF_PROGRAM.search(str(error))
        found = ("fault", f"message: {error}") if told else ("message", "")
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        found = "fault", f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
    return found if time.process_time() - start < LONGEST else ("slow", "")


def reading(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield format, outcome and words of one mutated file after the other through the readers."""
    drawn = [(c, n) for c, files in centres().values() for n in files.items()]
    while True:
        centre, (name, data) = chance.choice(drawn)
        content = mutated(data, chance)
        tables = [t for t in centre.tables if name in centre.tables[t].file]

        def work(
            files: Mapping[str, bytes] = {name: content},
            centre: Centre = centre,
            tables: list[str] = tables,
        ) -> None:
            for table in tables:
                list(open_export(files, source="real").pieces(written_table(centre, table)))

        yield name.rpartition(".")[2], *outcome(work)


def staging(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield format, outcome and words of one export with a mutated file after the other."""
    text = (CLONE / "config" / "dictionary.yaml").read_text(encoding="utf-8")
    dictionary = parse(text, source="dictionary.yaml", model=Dictionary)
    drawn = list(centres().values())
    while True:
        centre, files = chance.choice(drawn)
        name = chance.choice(sorted(files))
        damaged = {**files, name: mutated(files[name], chance)}

        def work(files: Mapping[str, bytes] = damaged, centre: Centre = centre) -> None:
            stage(open_export(files, source="real"), centre, dictionary)

        yield name.rpartition(".")[2], *outcome(work)


def counted(cases: Iterator[tuple[str, str, str]], number: int) -> tuple[Counter, Counter]:
    """Return the outcomes by format, and the faults by their words."""
    outcomes: Counter = Counter()
    faults: Counter = Counter()
    for _, (kind, found, words) in zip(range(number), cases, strict=False):
        outcomes[kind, found] += 1
        if found in ("fault", "slow"):
            faults[kind, found, words] += 1
    return outcomes, faults


def main() -> None:
    """Print the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--staging", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name, cases, number in (
        ("readers", reading, asked.readers),
        ("staging", staging, asked.staging),
    ):
        outcomes, faults = counted(cases(random.Random(asked.seed)), number)
        print(f"{name}: {number} files")
        for (kind, found), count in sorted(outcomes.items()):
            print(f"  {kind:8} {found:8} {count:6}")
        for (kind, found, words), count in faults.most_common():
            print(f"  {count:6} {kind} {found} {words}")


if __name__ == "__main__":
    main()
