"""Which column is which: named by the user, or told by a heading that cannot mean anything else.

Headings are those of `config/synonyms.yaml`. Where two columns could be meant, the user is asked.
Messages show no heading of the file: in a file without headings they would be patients' values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.vocabulary import Vocabulary, normal
from hematotox.errors import UserError
from hematotox.stand_alone.table_file import TableFile

_DAY = re.compile(r"(?:day|d|tag|jour|j|giorno|g|t)?[ _.]?([+-]?[0-9]{1,3})", re.IGNORECASE)
_SHOWN = 8
"""So many of the recognised headings are shown in a message."""
INFUSION, LYMPHODEPLETION = "infusion_date", "lymphodepletion_date"


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """The columns that say when.

    `day` or `date` of the values (neither in a wide table, or where all values are of one time),
    the date of infusion, and further columns with one time a patient: heading by event.
    """

    day: str | None
    date: str | None
    infusion: str | None
    events: dict[str, str]
    codes: tuple[str, ...] = ()
    """Events whose column holds codes, neither days nor dates: it is not read."""

    def dates(self, table: TableFile) -> list[str]:
        """Return all columns that hold dates."""
        events = [one for one in self.events.values() if is_dated(table.columns[one])]
        return [one for one in (self.date, self.infusion, *events) if one]


def is_dated(column: Column) -> bool:
    """Return whether a column holds dates; otherwise days after infusion."""
    told = column.kind == "text" and column.date_texts
    return column.kind == "date" or column.is_serial or bool(told)


def named_column(table: TableFile, named: str, option: str) -> str:
    """Return a column that the user names.

    Raises
    ------
    UserError
        There is no such heading.
    """
    if named in table.columns:
        return named
    alike = [heading for heading in table.headings if normal(heading) == normal(named)]
    if len(alike) == 1:
        return alike[0]
    raise UserError(
        f'--{option}: {table.file} has no column "{named}" among the {len(table.headings)} '
        f"headings of row {table.notation.header_row}"
    )


def find_column(
    table: TableFile,
    option: str,
    named: str | None,
    *,
    means: Callable[[str], bool],
    what: str = "",
) -> str | None:
    """Return the column that the user names, else the one that is recognised.

    Parameters
    ----------
    table : the table
    option : names the column
    named : heading that the user names
    means : whether a heading means the column
    what : the column in words, if the option does not tell

    Raises
    ------
    UserError
        The named column does not exist, or several columns could be meant.
    """
    if named is not None:
        return named_column(table, named, option.partition("=")[0])
    found = [heading for heading in table.headings if means(heading)]
    if len(found) > 1:
        raise UserError(
            f"{table.file}: {len(found)} columns could be {what or f'the {option}'}; say which "
            f"with --{option}"
        )
    return found[0] if found else None


def patient_column(table: TableFile, named: str | None) -> str:
    """Return the column of the patient's number.

    Raises
    ------
    UserError
        There is none, or several could be meant.
    """
    vocabulary = table.vocabulary

    def means(heading: str) -> bool:
        other = vocabulary.event_part(heading) or vocabulary.variable(heading, "lab")
        return vocabulary.is_column("patient", heading) and other is None

    return needed(table, "patient", find_column(table, "patient", named, means=means))


def needed(table: TableFile, role: str, found: str | None, more: str = "") -> str:
    """Return a column that must be there; `more` says how else it may be given.

    Raises
    ------
    UserError
        There is none.
    """
    if found is None:
        words = getattr(table.vocabulary.synonyms.columns, role)
        raise UserError(
            f"{table.file}: no column of the {role} among the headings of row "
            f"{table.notation.header_row}; name it with --{role}{more} (recognised are "
            f"{', '.join(words[:_SHOWN])} and others of config/synonyms.yaml)"
        )
    return found


def role_column(table: TableFile, role: str, named: str | None, *, option: str = "") -> str | None:
    """Return a column that holds no variable: value, unit, name of the measurement."""

    def means(heading: str) -> bool:
        return table.vocabulary.is_column(role, split_unit(heading)[0])

    return find_column(table, option or role, named, means=means)


def day_columns(table: TableFile) -> dict[str, int]:
    """Return the columns whose heading is a day, and the day: "0", "day 7", "d-5", "d+14".

    Raises
    ------
    UserError
        Two headings are the same day.
    """
    days = {}
    for heading in table.headings:
        found = _DAY.fullmatch(heading.strip().replace("\u2212", "-"))
        if found is not None:
            days[heading] = int(found[1])
    if len(set(days.values())) < len(days):
        raise UserError(
            f"{table.file}: two headings of row {table.notation.header_row} are one day"
        )
    return days


def lab_of(text: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Return laboratory variable and unit that a heading or the name of a measurement means.

    Percentages of a count are another variable; of any other unit that is not accepted the user
    is told.
    """
    found = vocabulary.variable(text, "lab")
    base, unit = split_unit(text)
    if found is not None or not unit or unit == "%":
        return found
    bare = vocabulary.variable(base, "lab")
    return None if bare is None else (bare[0], unit)


def time_columns(
    table: TableFile, named: Mapping[str, str | None], *, events: Iterable[str]
) -> TimeColumns:
    """Find the columns that say when; a column of days comes before one of dates.

    Parameters
    ----------
    table : the table
    named : heading that the user names, by option (day, date, infusion_date, death ...)
    events : what may have a column with one time a patient
    """
    vocabulary = table.vocabulary

    def dated(heading: str) -> bool:
        return vocabulary.is_column("date", heading) and is_dated(table.columns[heading])

    def day(heading: str) -> bool:
        return vocabulary.is_column("day", heading) and not is_dated(table.columns[heading])

    of_day = None
    if named.get("date") is None:
        of_day = find_column(table, "day", named.get("day"), means=day)
    of_date = None
    if of_day is None:
        of_date = find_column(table, "date", named.get("date"), means=dated)
    found, codes = {}, []
    for event in events:
        option = event.removesuffix("_date").replace("_", "-")
        means = partial(_is_time_of, event, vocabulary=vocabulary)
        heading = find_column(table, option, named.get(option.replace("-", "_")), means=means)
        said = named.get(option.replace("-", "_"))
        if heading is not None and said is None and _is_code(table.columns[heading]):
            codes.append(event)
        elif heading is not None:
            found[event] = heading
    infusion = find_column(
        table, "infusion-date", named.get("infusion_date"),
        means=lambda one: vocabulary.variable(one, "subject") == (INFUSION, ""),
    )  # fmt: skip
    columns = TimeColumns(of_day, of_date, None, found, tuple(codes))
    return TimeColumns(
        of_day, of_date, infusion if columns.dates(table) else None, found, tuple(codes)
    )


def _is_time_of(event: str, heading: str, *, vocabulary: Vocabulary) -> bool:
    """Return whether a heading means the day or date of an event."""
    if event == LYMPHODEPLETION:
        subject = vocabulary.variable(heading, "subject")
        return subject == (event, "") or vocabulary.subject_day(heading) == event
    part = vocabulary.event_part(heading)
    return part is not None and part[0] == event and part[1] != "detail"


def _is_code(column: Column) -> bool:
    """Return whether a column says whether something happened, and not when."""
    texts = {text.casefold() for text in column.known}
    yes_no = column.vocabulary.synonyms.levels["yes_no"]
    return bool(texts) and texts <= {one.casefold() for some in yes_no.values() for one in some}


def check_infusion(table: TableFile, columns: TimeColumns) -> None:
    """Refuse dates without the date of infusion, from which days are counted.

    Raises
    ------
    UserError
        There are dates and no column of the infusion.
    """
    if columns.dates(table) and columns.infusion is None:
        raise UserError(
            f"{table.file}: dates need the date of infusion, from which days are counted; name its "
            "column with --infusion-date"
        )
