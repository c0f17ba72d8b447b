"""From a centre file to what each step of staging needs."""

from __future__ import annotations

from collections.abc import Iterable

from hematotox.declarations.centre import Centre, EventSource, LabSource, SubjectSource
from hematotox.declarations.centre import When as DeclaredWhen
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.recorded_events import recorded_events
from hematotox.declarations.tables import Table
from hematotox.dialects.cells import missing_texts, text_of
from hematotox.dialects.centre_check import disagreements
from hematotox.dialects.export import headings_of, written_table
from hematotox.dialects.units import find_factor
from hematotox.errors import UserErrors
from hematotox.staging.declared import (
    Claim,
    Declared,
    DeclaredTable,
    EventColumn,
    LabColumn,
    Missing,
    Reads,
    SubjectColumn,
    Told,
    When,
)


def resolve(centre: Centre, dictionary: Dictionary) -> Declared:
    """Return what staging needs to know of a centre.

    Raises
    ------
    UserErrors
        Centre file and dictionary disagree: a message for each key.
    """
    problems = disagreements(centre, dictionary)
    if problems:
        told = (f"{'.'.join(map(str, path))}: {problem}" for path, problem in problems)
        raise UserErrors([f"config/centres/{centre.id}.yaml: {one}" for one in dict.fromkeys(told)])
    resolver = _Resolver(centre, dictionary)
    tables = {name: resolver.table(name) for name in centre.tables}
    return Declared(
        centre=centre.id,
        dictionary=dictionary,
        tables=tables,
        patients_table=centre.patients_table,
        leading_zeros=centre.leading_zeros,
        unreadable_share=centre.unreadable_share,
        subjects={name: resolver.subject(name, one) for name, one in centre.subjects.items()},
        recorded_events=recorded_events(centre, dictionary),
        data_cut=centre.cut.isoformat() if centre.cut is not None else "",
    )


class _Resolver:
    """Looks things up in one centre file."""

    def __init__(self, centre: Centre, dictionary: Dictionary) -> None:
        self.centre, self.variables = centre, dictionary.variables

    def table(self, name: str) -> DeclaredTable:
        table = self.centre.tables[name]
        events = [(v, one) for v, several in self.centre.events.items() for one in several
                  if self.centre.table_of("events", one) == name]  # fmt: skip
        labs = [(v, one) for v, several in self.centre.labs.items() for one in several
                if self.centre.table_of("labs", one) == name]  # fmt: skip
        dated = any(one.date or one.days or one.on_day is not None for _, one in labs)
        home = self.centre.tables[self.centre.patients_table].patient
        return DeclaredTable(
            name=name,
            file=written_table(self.centre, name),
            headings=tuple(map(text_of, headings_of(self.centre, name))),
            patient=table.patient,
            number=table.matches or home,
            strangers_left_out=table.other_patients == "leave_out",
            missing=self._missing(name),
            claim=self._claim(name),
            when=When(table.date or "", table.day or "", missing=self._missing(name)),
            subjects=tuple(
                self.subject(v, one) for v, one in self.centre.subjects.items()
                if self.centre.table_of("subjects", one) == name
            ),
            labs=tuple(self._lab(v, one, name) for v, one in labs),
            events=tuple(self._event(v, one, name, events) for v, one in events),
            rows_need_day=not dated and (table.date or table.day) is not None,
            event_codes=_event_codes([one.when for _, one in events]),
            days_given=table.day is not None or any(one.day for _, one in events),
        )  # fmt: skip

    def _missing(self, table: str, further: tuple[str, ...] = ()) -> Missing:
        return missing_texts(self.centre.dialect(table).missing or (), further)

    # ---- rows -----------------------------------------------------------------------------------

    def _sharing(self, name: str) -> list[str]:
        table = self.centre.tables[name]
        return [n for n, t in self.centre.tables.items()
                if (t.file, t.sheet) == (table.file, table.sheet)]  # fmt: skip

    def _claim(self, name: str) -> Claim:
        """Return the rows of a table; a code that several do not want is left out by the first."""
        rows, siblings = self.centre.tables[name].rows, self._sharing(name)
        if rows is None:
            return Claim((), None, frozenset(), frozenset(), is_first=siblings[0] == name)
        before = [self.centre.tables[one] for one in siblings[: siblings.index(name)]]
        others = [one.rows for one in map(self.centre.tables.__getitem__, siblings) if one.rows]
        return Claim(
            columns=rows.column,
            own=None if rows.in_ is None else _codes(rows.in_),
            left_out=_codes(rows.leave_out) - _codes(c for one in before for c in _left_out(one)),
            claimed=_codes(c for one in others for c in (*(one.in_ or ()), *one.leave_out)),
            is_first=siblings[0] == name,
        )

    # ---- columns --------------------------------------------------------------------------------

    def subject(self, variable: str, source: SubjectSource) -> SubjectColumn:
        described = self.variables[variable]
        table = self.centre.table_of("subjects", source)
        levels = {level: level for level in described.levels or {}}
        unit = described.unit if source.unit is None else source.unit
        factor = find_factor(variable, described.unit, unit=unit, spellings=self.centre.units)
        assert factor is not None, "units were checked against the dictionary"
        reads: Reads = "number"
        codes = dict(source.values or {})
        if source.checkboxes is not None:
            reads, codes = "boxes", dict(source.checkboxes)
        elif described.type == "date" or source.birth_date:
            reads = "date"
        elif described.type == "category":
            reads, codes = "code", codes or levels
        elif source.values is not None:
            reads = "coded number"
        return SubjectColumn(
            variable, described, table, reads, heading=source.column or "",
            missing=self._missing(table, source.missing), codes=codes, factor=factor,
            is_birth_date=source.birth_date, nines_are_values=source.nines_are_values,
        )  # fmt: skip

    def _lab(self, variable: str, source: LabSource, table: str) -> LabColumn:
        described, declared = self.variables[variable], self.centre.tables[table]
        in_rows = declared.shape == "long" and declared.unit is not None
        missing = self._missing(table, source.missing)
        return LabColumn(
            variable, described, headings=source.column,
            days={} if source.days is None else dict(source.days),
            when=self._when(table, source, missing),
            unit=source.unit or ("" if in_rows else described.unit),
            spellings=self.centre.units, missing=missing, unit_jump=source.unit_jump,
            nines_are_values=source.nines_are_values,
        )  # fmt: skip

    def _when(self, table: str, source: LabSource | EventSource, missing: Missing) -> When:
        """Return where a source's day stands: its own column, or else the table's."""
        declared = self.centre.tables[table]
        on_day = getattr(source, "on_day", None)
        day = getattr(source, "day", None) or declared.day
        if on_day is not None:
            return When(on_day=on_day)
        if source.date is not None:
            return When(date=source.date, missing=missing)
        return When(
            date="" if day else declared.date or "", day=day or "", missing=self._missing(table)
        )

    def _event(
        self, variable: str, source: EventSource, table: str,
        events: list[tuple[str, EventSource]],
    ) -> EventColumn:  # fmt: skip
        described, missing = self.variables[variable], self._missing(table, source.missing)
        graded = described.type in ("integer", "number") and source.values is None
        codes = source.values
        if codes is None:
            codes = {level: level for level in described.levels or {}}
        whens = [one.when for _, one in events if one.when is not None]
        return EventColumn(
            variable, described, when=self._when(table, source, missing),
            own_when=source.date or source.day or "", has_own_date=source.date is not None,
            detail=source.column or "",
            codes=None if graded else {**codes, **dict.fromkeys(source.absent, "")},
            absent=_codes(source.absent),
            told=None if source.when is None else _told(source.when, whens),
            boxes=source.checkboxes, missing=missing,
            dates_of=self._dates_of(source, self.centre.tables[table], events),
        )  # fmt: skip

    def _dates_of(
        self, source: EventSource, table: Table, events: list[tuple[str, EventSource]]
    ) -> tuple[Told, ...]:
        heading = source.date or source.day
        others = [one for _, one in events if heading in (one.date, one.day)]
        of_patient = any(one.column == heading for one in self.centre.subjects.values())
        whens = [one.when for one in others if one.when is not None]
        if heading is None or table.shape != "patient" or of_patient or len(whens) < len(others):
            return ()
        return tuple(_told(one, whens) for one in whens)


def _told(when: DeclaredWhen, others: Iterable[DeclaredWhen]) -> Told:
    same = [one for one in others if one.column == when.column]
    return Told(
        column=when.column,
        happened=_codes(when.in_),
        absent=_codes(when.not_in),
        listed=_codes(code for one in same for code in (*one.in_, *one.not_in)),
    )


def _event_codes(whens: list[DeclaredWhen | None]) -> tuple[str, frozenset[str]] | None:
    known = [one for one in whens if one is not None]
    columns = {one.column for one in known}
    if len(columns) != 1 or len(known) < len(whens):
        return None
    return columns.pop(), _codes(code for one in known for code in (*one.in_, *one.not_in))


def _left_out(table: Table) -> tuple[str, ...]:
    return table.rows.leave_out if table.rows else ()


def _codes(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(map(text_of, codes))
