"""The unit that a heading names, and whether it is the one that the centre file declares.

A C-reactive protein in mg/L that is declared in mg/dL is tenfold too high and often still
plausible; where the heading says the unit, the slip need not wait for a clinician to notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hematotox.declarations.centre import Centre, LabSource, SubjectSource
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.units import DIMENSIONS, MOLAR, SPELLINGS, find_factor, ucum

_UNITS = frozenset(unit for units in (*DIMENSIONS.values(), *MOLAR.values()) for unit in units)
_TIMES = frozenset(DIMENSIONS["time, in d"])
_BRACKETED = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]\s*")
_BREAK = re.compile(r"[\s_,;:]+|(?=/)")
_PER = re.compile(r"(?:^|[\s_]+)(?:per|pro)[\s_]+", re.IGNORECASE)
_NAMES_AN_AMOUNT = re.compile(
    r"[^/\s]{1,12}\s*/\s*(?:[dmun\u00b5\u03bc]?l|mm[3c\u00b3]|[mun\u00b5\u03bc]?mol|k?g)",
    re.IGNORECASE,
)
"""Text in brackets that is a unit, known or not; any other belongs to the name."""


def split_unit(
    heading: str, spellings: Mapping[str, str] | None = None, *, canonical: str = ""
) -> tuple[str, str]:
    """Return a heading without its unit, and the unit's UCUM code; "" if it names none.

    A unit in brackets that nobody knows ("mg/mmol") is given as it stands there: it is no unit of
    the variable, and silence would take another one for it.

    Parameters
    ----------
    heading : as it stands in the export
    spellings : the centre's own spellings of units and their UCUM codes
    canonical : unit of the variable, if it is known: a letter such as d or a after the name of a
        laboratory value is then no time

    Examples
    --------
    >>> split_unit("CRP [mg/l]"), split_unit("NEUTROFILI/\u00b5L"), split_unit("Bulky (> 5 cm)")
    (('CRP', 'mg/L'), ('NEUTROFILI', '/uL'), ('Bulky (> 5 cm)', ''))
    >>> split_unit("crp_mg_l"), split_unit("anc_per_ul"), split_unit("CRP (mg/mmol)")
    (('crp', 'mg/L'), ('anc', '/uL'), ('CRP', 'mg/mmol'))
    """
    name, unit = _split(heading, spellings or {})
    if unit in _TIMES and canonical and canonical not in _TIMES:
        return heading, ""
    return name, unit


def _split(heading: str, own: Mapping[str, str]) -> tuple[str, str]:
    bracketed = _BRACKETED.fullmatch(heading)
    if bracketed is not None:
        name, text = bracketed[1], bracketed[2].strip()
        unit = _known_unit(text, own) or (text if _NAMES_AN_AMOUNT.fullmatch(text) else "")
        if unit:
            return name, unit
    for gap in _BREAK.finditer(heading):
        name, unit = heading[: gap.start()], _known_unit(heading[gap.end() :], own)
        if name and unit:
            return re.sub(r"\s+[x\u00d7/]$", "", name), unit
    return heading, ""


def _known_unit(text: str, spellings: Mapping[str, str]) -> str:
    """Return the UCUM code of a unit, also with other signs ("mg_l", "MGL"); "" for none."""
    text = _PER.sub("/", re.sub(r"^in[\s_]+", "", text))
    for spelling in (text, "/".join(text.rsplit("_", 1))):
        unit = ucum(spellings.get(spelling, spelling))
        if unit in _UNITS and not unit.isdigit():
            return unit
    return _BY_LETTERS.get(_letters(text), "")


def unit_of_text(text: str) -> str:
    """Return the UCUM code of a cell that is nothing but a unit, "" if it is not.

    Examples
    --------
    >>> unit_of_text("mg/l"), unit_of_text("x10^9/L"), unit_of_text("1"), unit_of_text("d")
    ('mg/L', '10*9/L', '', '')
    """
    unit = ucum(text)
    return unit if unit in _UNITS - _TIMES and not unit.isdigit() else ""


def _letters(unit: str) -> str:
    return re.sub(r"[\W_]+", "", ucum(unit).casefold())


def _by_letters() -> dict[str, str]:
    """Return the units that their letters and digits alone tell: "mgdl" is mg/dL.

    "gl" is g/L or G/L, "ul" U/L or /uL, and "nl" often a country: such letters tell none.
    """
    found: dict[str, set[str]] = {}
    for written, unit in {**{unit: unit for unit in _UNITS - _TIMES}, **SPELLINGS}.items():
        plain = re.sub(r"[\W_]+", "", written.casefold())
        found.setdefault(plain, set()).add(unit)
    return {p: units.pop() for p, units in found.items() if len(units) == 1 and len(p) > 2}


_BY_LETTERS = _by_letters()


def contradicted_units(centre: Centre, dictionary: Dictionary) -> Iterator[tuple[str, str, str]]:
    """Yield section, variable and words for each unit that the heading of its column contradicts.

    Parameters
    ----------
    centre : one centre's declaration
    dictionary : the variables and their canonical units
    """
    for section, variable, source in centre.sources():
        described = dictionary.variables.get(variable)
        if described is None or not isinstance(source, (LabSource, SubjectSource)):
            continue
        if not described.unit or source.heading_unit_wrong:
            continue
        declared = source.unit or (described.unit if section == "subjects" else "")
        for heading in _headings(source):
            named = split_unit(heading, centre.units, canonical=described.unit)[1]
            if _differ(variable, described, declared=declared, named=named, centre=centre):
                words = (
                    f'"{declared}" is declared, but the heading "{heading}" says {named}; write '
                    f"unit: {named}, or heading_unit_wrong: true if the values are known to be in "
                    f"{declared}"
                )
                yield section, variable, words


def _headings(source: LabSource | SubjectSource) -> Iterable[str]:
    if isinstance(source, LabSource):
        return source.column or tuple(source.days or ())
    birth = source.birth_date or source.values is not None
    return (source.column,) if source.column and not birth else ()


def _differ(
    variable: str, described: Variable, *, declared: str, named: str, centre: Centre
) -> bool:
    """Return whether a named unit is another than the declared one."""
    if not declared or not named:
        return False
    ours = find_factor(variable, described.unit, unit=declared, spellings=centre.units)
    theirs = find_factor(variable, described.unit, unit=named, spellings={})
    return ours is not None and ours != theirs
