"""Whether a centre file and the dictionary agree: variables, kinds, units, levels."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from hematotox.declarations.centre import Centre, EventSource, LabSource, SubjectSource
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.declarations.recorded_events import contradicted
from hematotox.dialects.cells import text_of
from hematotox.dialects.heading_units import contradicted_units
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.units import accepted_units, find_factor

Path = tuple[str | int, ...]
_KINDS = {"subjects": "subject", "labs": "lab", "events": "event"}


def disagreements(centre: Centre, dictionary: Dictionary) -> list[tuple[Path, str]]:
    """Return the key in the centre file and what is wrong with it, for everything that is.

    Parameters
    ----------
    centre : one centre's declaration
    dictionary : the variables that the staged tables may hold
    """
    found: list[tuple[Path, str]] = []
    for section, variable, source in centre.sources():
        described = dictionary.variables.get(variable)
        path = (section, variable)
        if described is None or described.kind != _KINDS[section]:
            found.append((path, _unknown(variable, section, dictionary=dictionary)))
            continue
        if isinstance(source, SubjectSource):
            found += _subject(centre, path, source=source, described=described)
        elif isinstance(source, LabSource):
            found += _lab(centre, path, source=source, described=described)
        else:
            found += _event(path, source, described=described)
    events = dictionary.of_kind("event")
    for position, variable in enumerate(centre.none_occurred):
        if variable not in events:
            words = _unknown(variable, "events", dictionary=dictionary)
        else:
            words = contradicted(centre, variable)
        if words:
            found.append((("none_occurred", position), words))
    found += [
        ((section, variable, "unit"), words)
        for section, variable, words in contradicted_units(centre, dictionary)
    ]
    return [*found, *_tables(centre), *_shared_columns(centre)]


def _unknown(variable: str, section: str, *, dictionary: Dictionary) -> str:
    known = dictionary.of_kind(_KINDS[section])
    close = difflib.get_close_matches(variable, known, n=1)
    hint = f'; is "{close[0]}" meant?' if close else f" (it has {', '.join(known)})"
    return f"is not among the {section} of the dictionary{hint}"


def _subject(
    centre: Centre, path: Path, *, source: SubjectSource, described: Variable
) -> Iterator[tuple[Path, str]]:
    if source.unit is not None:
        yield from _unit(centre, path, unit=source.unit, described=described)
    if source.birth_date and path[1] != "age":
        yield (*path, "birth_date"), "belongs to age only"
    values = source.checkboxes or source.values or {}
    yield from _values(
        (*path, "checkboxes" if source.checkboxes else "values"), values, described=described
    )
    table = centre.tables[centre.table_of("subjects", source)]
    if table.shape != "patient":
        yield (*path, "table"), "one value a patient needs a table of shape: patient"


def _lab(
    centre: Centre, path: Path, *, source: LabSource, described: Variable
) -> Iterator[tuple[Path, str]]:
    table = centre.tables[centre.table_of("labs", source)]
    in_rows = table.shape == "long" and table.unit is not None
    if source.unit is not None:
        yield from _unit(centre, path, unit=source.unit, described=described)
    elif described.unit and not in_rows:
        accepted = ", ".join(accepted_units(str(path[1]), described.unit))
        yield (*path, "unit"), f"is missing; one of: {accepted}"
    dated = (table.date, table.day, source.date, source.on_day, source.days)
    if all(one is None for one in dated):
        yield path, "needs a date: of the table, its own, on_day or days"


def _event(path: Path, source: EventSource, *, described: Variable) -> Iterator[tuple[Path, str]]:
    if described.type == "none" and (source.column or source.values or source.checkboxes):
        yield path, "this event has no detail; tell it by date or when"
    if source.column is None and source.values:
        yield (*path, "values"), "needs column"
    values = source.checkboxes or source.values or {}
    yield from _values(
        (*path, "checkboxes" if source.checkboxes else "values"), values, described=described
    )


def _unit(
    centre: Centre, path: Path, *, unit: str, described: Variable
) -> Iterator[tuple[Path, str]]:
    variable = str(path[1])
    if find_factor(variable, described.unit, unit=unit, spellings=centre.units) is None:
        accepted = ", ".join(accepted_units(variable, described.unit)) or "none: it has no unit"
        close = difflib.get_close_matches(unit, accepted_units(variable, described.unit), n=1)
        hint = f'; is there a typo? The closest one is "{close[0]}"' if close else ""
        yield (*path, "unit"), f'"{unit}" is not accepted (accepted: {accepted}){hint}'


def _values(
    path: Path, values: dict[str, str], *, described: Variable
) -> Iterator[tuple[Path, str]]:
    for theirs, ours in values.items():
        if described.type == "category" and ours not in (described.levels or {}):
            levels = ", ".join(described.levels or {})
            yield (*path, theirs), f'"{ours}" is not a level of the dictionary ({levels})'
        elif described.type in ("number", "integer") and not _is_plausible(ours, described):
            yield (*path, theirs), f'"{ours}" is not a plausible {described.type}'
    yield from _collisions(path, values)


def _is_plausible(text: str, described: Variable) -> bool:
    parsed = parse_number(text)
    if parsed is None or parsed[0] or (described.type == "integer" and parsed[1] % 1):
        return False
    low, high = described.plausible or (parsed[1], parsed[1])
    return low <= parsed[1] <= high


def _collisions(path: Path, values: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Codes that differ in spaces alone cannot be told apart in a cell."""
    seen: dict[str, str] = {}
    for theirs in values:
        if text_of(theirs) in seen:
            yield (*path, theirs), f'is the same code as "{seen[text_of(theirs)]}"'
        seen[text_of(theirs)] = theirs


def _tables(centre: Centre) -> Iterator[tuple[Path, str]]:
    if centre.tables[centre.patients_table].shape != "patient":
        path = ("tables", centre.patients_table, "shape")
        yield path, "the table that lists the patients must have one row a patient: patient"
    sheets: dict[Any, list[str]] = {}
    for name, table in centre.tables.items():
        sheets.setdefault((table.file, table.sheet), []).append(name)
    for names in sheets.values():
        if len(names) > 1:
            yield from _shared(centre, names)


def _shared_columns(centre: Centre) -> Iterator[tuple[Path, str]]:
    """Two laboratory variables never stand in one column: one of them is mistyped."""
    taken: dict[tuple[str, str], str] = {}
    for variable, sources in centre.labs.items():
        for source in sources:
            table = centre.table_of("labs", source)
            for heading in map(text_of, source.column or source.days or ()):
                first = taken.setdefault((table, heading), variable)
                if first != variable:
                    yield ("labs", variable), f'"{heading}" is the column of {first} already'


def _shared(centre: Centre, names: list[str]) -> Iterator[tuple[Path, str]]:
    """Tables that share a sheet must say whose each row is."""
    claimed: dict[str, str] = {}
    columns = {rows.column for n in names if (rows := centre.tables[n].rows) is not None}
    for name in names:
        rows = centre.tables[name].rows
        if rows is None or rows.in_ is None or len(columns) > 1:
            others = ", ".join(n for n in names if n != name)
            yield (
                ("tables", name, "rows"),
                f"stands on one sheet with {others}: each of these tables names the same column "
                "and, by its codes in it, the rows that are its own: "
                "rows: {column: HEADING, in: [CODE, ...]}",
            )
            continue
        for code in map(text_of, rows.in_):
            if code in claimed:
                yield ("tables", name, "rows"), f'"{code}" belongs to {claimed[code]} already'
            claimed[code] = name
