"""A draft of a centre file, guessed from its export; every guess is marked for a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import Synonyms
from hematotox.dialects.export import UNREAD, unread_format
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open, Order, date_formats, missing_texts, order_of, signs
from hematotox.dialects.units import DIMENSIONS, MOLAR, ucum
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.errors import UserError
from hematotox.scaffold.draft_text import Entry, Page
from hematotox.scaffold.event_sources import guess_events
from hematotox.scaffold.lab_sources import guess_labs, unknown_names
from hematotox.scaffold.sheets import read_sheets
from hematotox.scaffold.subject_sources import guess_subjects
from hematotox.scaffold.tables import TableGuess, guess_tables, needs_zeros_dropped

_TITLE = """\
Draft, made from the export by "hematotox centre draft". Nobody has looked at it yet.
"check" marks a guess: compare it with the export, then delete the mark.
"decide" marks what the export does not tell: units, codes, columns.\
"""
_KEYS = ("encoding", "delimiter", "dates", "decimal", "thousands")


@dataclass(frozen=True, slots=True)
class CentreDraft:
    """The text of a draft, and what is left to decide."""

    text: str
    decisions: tuple[tuple[int, str, str], ...]
    """Line, key, and what has to be decided in words."""
    unused: tuple[str, ...]
    """Columns and files that the draft does not use."""
    found: tuple[str, ...]
    """Variables that were found."""


def draft_centre(
    centre: str, files: Mapping[str, bytes], *, dictionary: Dictionary, synonyms: Synonyms
) -> CentreDraft:
    """Draft a centre file from an export.

    Parameters
    ----------
    centre : name of the centre
    files : name and content of each file of the export
    dictionary : the variables that are looked for
    synonyms : how hospitals call them and their codes

    Raises
    ------
    UserError
        No file holds a table with a known column, or a file cannot be opened.
    """
    vocabulary = Vocabulary(synonyms, dictionary)
    sheets, left = read_sheets(files, vocabulary)
    tables = guess_tables(sheets, vocabulary)
    if not tables:
        endings = sorted({name.rpartition(".")[2].lower() for name in files} & UNREAD.keys())
        if endings and len(endings) == len({name.rpartition(".")[2].lower() for name in files}):
            raise UserError(f"{centre}: {unread_format(endings[0])}")
        present = ", ".join(sorted(files)) or "nothing"
        raise UserError(
            f"{centre}: no file has a table with columns that are known (the folder has: "
            f"{present}); write the centre file by hand, config/README.md explains each key"
        )
    left += [sheet.label for sheet in sheets if not any(t.sheet is sheet for t in tables)]
    subjects = guess_subjects(tables, vocabulary)
    labs = guess_labs(tables, vocabulary)
    events = guess_events(tables, vocabulary)
    page = Page()
    for line in _TITLE.splitlines():
        page.comment(line)
    for entry in _settings(centre, tables):
        page.entry(entry)
    page.section("tables", _table_entries(tables, vocabulary))
    page.section("subjects", subjects)
    page.section("labs", labs, empty="no laboratory variable was found")
    page.section("events", events, empty="no event was found")
    _write_repeated(page, tables)
    unused = _write_rest(page, tables, left=left, vocabulary=vocabulary)
    found = tuple(
        one.key
        for one in (*subjects, *labs, *events)
        if not (isinstance(one.content, Open) or one.decide)
    )
    _write_absent(page, found, dictionary=dictionary)
    return CentreDraft(page.text, tuple(page.decisions), tuple(unused), found)


# ---- how cells are written -----------------------------------------------------------------------


def _settings(centre: str, tables: list[TableGuess]) -> list[Entry]:
    notations = [_notation(table, order_of(_all_columns(tables))) for table in tables]
    entries = [Entry("id", centre, guessed=False)]
    for key in _KEYS:
        said = [one[key] for one in notations if key in one]
        if not said:
            continue
        opened = next((one for one in said if isinstance(one, Open)), None)
        common = opened or Counter(map(_hashable, said)).most_common(1)[0][0]
        for table, own in zip(tables, notations, strict=True):
            if opened is None and key in own and _hashable(own[key]) != common:
                table.notation[key] = _hashable(own[key])
        content = list(common) if isinstance(common, tuple) else common
        entries.append(Entry(key, content))
    texts = missing_texts(_used_columns(tables))
    if texts:
        entries.append(Entry("missing", texts, "texts that say that a value is unknown"))
    units = _unknown_units(tables)
    if units:
        opened_units = {one: Open("the UCUM code of each spelling", blocks=True) for one in units}
        entries.append(Entry("units", opened_units, "their spelling of units"))
    if needs_zeros_dropped(tables):
        entries.append(Entry("leading_zeros", "drop", "patient 007 of one table is 7 of another"))
    return entries


def _hashable(content: Any) -> Any:
    if isinstance(content, list):
        return content[0] if len(content) == 1 else tuple(content)
    return content


def _notation(table: TableGuess, order: Order) -> dict[str, Any]:
    """Return how the cells of a table are written, as far as its columns tell."""
    columns = list(table.sheet.columns.values())
    dated = [one for one in columns if one.kind == "date" or _is_dated_serial(one, table)]
    formats = date_formats(dated, order)
    found: dict[str, Any] = {"dates": formats} if formats is not None else {}
    if table.sheet.seen.encoding:
        found["encoding"] = table.sheet.seen.encoding
    if table.sheet.seen.delimiter:
        found["delimiter"] = table.sheet.seen.delimiter
    return found | signs(one for one in columns if one.kind == "number")


def _is_dated_serial(column: Column, table: TableGuess) -> bool:
    if column.kind != "number" or not column.is_serial:
        return False
    vocabulary = column.vocabulary
    match = vocabulary.variable(column.heading, "subject")
    of_patients = match is not None and vocabulary.dictionary.variables[match[0]].type == "date"
    return (
        of_patients
        or column.heading == table.date
        or vocabulary.is_column("birth_date", column.heading)
    )


def _all_columns(tables: list[TableGuess]) -> list[Column]:
    return [column for table in tables for column in table.sheet.columns.values()]


def _used_columns(tables: list[TableGuess]) -> list[Column]:
    return [
        table.sheet.columns[heading]
        for table in tables
        for heading in (*sorted(table.used), table.date, table.value, table.event)
        if heading
    ]


def _unknown_units(tables: list[TableGuess]) -> list[str]:
    known = {unit for units in (*DIMENSIONS.values(), *MOLAR.values()) for unit in units}
    said = {
        text for table in tables if table.unit for text in table.sheet.columns[table.unit].known
    }
    return sorted(unit for unit in said if ucum(unit) not in known)


# ---- tables and the rest -------------------------------------------------------------------------


def _table_entries(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    entries = []
    for table in tables:
        said = table.declaration() | table.notation
        if table.measurement and (names := unknown_names(table, vocabulary)):
            listed = "[" + ", ".join(names[:20]) + "]"
            near = [(name, vocabulary.nearest(name)) for name in names]
            hints = ", ".join(f"{name} may be {one}" for name, one in near if one)
            words = "measurements not known here: give each its variable, or list it as not wanted"
            said["leave_out"] = Open(words, listed, codes=hints)
        entries.append(Entry(table.name, said))
    return entries


def _write_repeated(page: Page, tables: list[TableGuess]) -> None:
    """Write which patients stand in a table of patients more than once."""
    for table in tables:
        for rows in table.repeated_patients():
            page.comment(
                f"{table.name}: a patient's number stands there more than once, in rows {rows}; "
                "the first row counts, and what differs counts as unknown"
            )


def _write_rest(
    page: Page, tables: list[TableGuess], *, left: list[str], vocabulary: Vocabulary
) -> list[str]:
    """Write what the draft does not use, and return it."""
    unused = [f"{name}: the whole of it" for name in left]
    page.lines.append("")
    for table in tables:
        for column in table.rest():
            if column.heading not in table.used:
                near = vocabulary.nearest(column.heading)
                hint = f"; is it {near}?" if near else ""
                unused.append(f'{table.sheet.label}: column "{column.heading}"{hint}')
    if unused:
        page.comment("Not used:")
        for one in unused:
            page.comment(f"  {one}")
    return unused


def _write_absent(page: Page, found: tuple[str, ...], *, dictionary: Dictionary) -> None:
    absent = [name for name in dictionary.variables if name not in found]
    events = [name for name in absent if dictionary.variables[name].kind == "event"]
    others = [name for name in absent if name not in events]
    if others:
        page.comment(f"Not found: {', '.join(others)}. Leave them out, or name their columns.")
    if events:
        page.comment(f"Events that were not found: {', '.join(events)}. Name their columns.")
        page.comment(
            "An event that no column tells is unknown, and what needs it is not evaluable; if "
            "somebody has looked and it happened to nobody, list it: none_occurred: [...]."
        )
