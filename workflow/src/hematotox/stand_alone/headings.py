"""Which column is which: named by the user, or told by a heading that cannot mean anything else.

Messages show no heading of the file: in a file without headings they would be patients' values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from hematotox.errors import UserError
from hematotox.stand_alone.recognised import EVENTS, ROLES
from hematotox.stand_alone.sheet import Sheet

_DAY = re.compile(r"(?:day|d|tag|jour|j|giorno|g|t)?[ _.]?([+-]?[0-9]{1,3})", re.IGNORECASE)


def uniform(heading: str) -> str:
    """Return a heading in lower case, without accents, all other signs as one underscore.

    Examples
    --------
    >>> uniform(" Infusion-Date "), uniform("CRP [mg/dL]"), uniform("Date de d\u00e9c\u00e8s")
    ('infusion_date', 'crp_mg_dl', 'date_de_deces')
    """
    folded = unicodedata.normalize("NFKD", heading.casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def named_column(sheet: Sheet, named: str, option: str) -> str:
    """Return a column that the user names.

    Raises
    ------
    UserError
        There is no such heading.
    """
    alike = [heading for heading in sheet.headings if uniform(heading) == uniform(named)]
    if named in sheet.columns:
        return named
    if len(alike) == 1:
        return alike[0]
    raise UserError(
        f'--{option}: {sheet.file} has no column "{named}" among the {len(sheet.headings)} '
        f"headings of row {sheet.notation.header_row}"
    )


def find_column(
    sheet: Sheet, role: str, named: str | None, *, recognised: tuple[str, ...] = ()
) -> str | None:
    """Return the column of a role: the one the user names, else the one that is recognised.

    Raises
    ------
    UserError
        The named column does not exist, or several columns could be meant.
    """
    if named is not None:
        return named_column(sheet, named, role)
    meant = {*ROLES.get(role, ()), *recognised}
    found = [heading for heading in sheet.headings if uniform(heading) in meant]
    if len(found) > 1:
        raise UserError(
            f"{sheet.file}: {len(found)} columns could be the {role}; say which with --{role}"
        )
    return found[0] if found else None


def needed_column(
    sheet: Sheet, role: str, named: str | None, *, recognised: tuple[str, ...] = ()
) -> str:
    """Return the column of a role; see `find_column`.

    Raises
    ------
    UserError
        There is none.
    """
    found = find_column(sheet, role, named, recognised=recognised)
    if found is None:
        meant = ", ".join((*ROLES.get(role, ()), *recognised))
        raise UserError(
            f"{sheet.file}: no column of the {role} among the headings of row "
            f"{sheet.notation.header_row}; name it with --{role} (recognised are: {meant})"
        )
    return found


def day_columns(sheet: Sheet) -> dict[str, int]:
    """Return the columns whose heading is a day, and the day: "0", "day 7", "d-5", "d+14".

    Raises
    ------
    UserError
        Two headings are the same day.
    """
    days = {}
    for heading in sheet.headings:
        found = _DAY.fullmatch(heading.strip().replace("−", "-"))
        if found is not None:
            days[heading] = int(found[1])
    if len(set(days.values())) < len(days):
        raise UserError(
            f"{sheet.file}: two headings of row {sheet.notation.header_row} are one day"
        )
    return days


def event_columns(sheet: Sheet, events: Mapping[str, str | None]) -> dict[str, str]:
    """Return the columns with one time a patient: heading by event.

    The heading of death is `death`, `death_day` or `day_of_death` (a day after infusion),
    `death_date` or `date_of_death`, or a word for it in another language.

    Parameters
    ----------
    sheet : the table
    events : events, and the heading that the user names for each, if any

    Raises
    ------
    UserError
        Two columns say the same, or a named one does not exist.
    """
    columns: dict[str, str] = {}
    for event, named in events.items():
        option = event.replace("_", "-")
        if named is not None:
            columns[event] = named_column(sheet, named, option)
            continue
        words = ("{}_day", "day_of_{}", "{}_date", "date_of_{}")
        meant = {event, *(pattern.format(event) for pattern in words), *EVENTS.get(event, ())}
        found = [heading for heading in sheet.headings if uniform(heading) in meant]
        if len(found) > 1:
            raise UserError(
                f"{sheet.file}: {len(found)} columns say {event.replace('_', ' ')}; say which "
                f"with --{option}"
            )
        if found:
            columns[event] = found[0]
    return columns
