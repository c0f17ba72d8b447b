"""The unit that a heading names, and whether it is the one that the centre file declares.

A C-reactive protein in mg/L that is declared in mg/dL is tenfold too high and often still
plausible; where the heading says the unit, the slip need not wait for a clinician to notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hematotox.declarations.centre import Centre, LabSource, SubjectSource
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.units import DIMENSIONS, MOLAR, find_factor, ucum

_UNITS = frozenset(unit for units in (*DIMENSIONS.values(), *MOLAR.values()) for unit in units)
_TIMES = frozenset(DIMENSIONS["time, in d"])
_PATTERNS = (r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]", r"(.+?)[\s_]+(\S+)", r"([^/]+?)\s*(/\s*\S+)")


def split_unit(heading: str, spellings: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return a heading without its unit, and the unit's UCUM code; "" if it names none.

    Parameters
    ----------
    heading : as it stands in the export
    spellings : the centre's own spellings of units and their UCUM codes

    Examples
    --------
    >>> split_unit("CRP [mg/l]"), split_unit("NEUTROFILI/µL"), split_unit("Bulky (> 5 cm)")
    (('CRP', 'mg/L'), ('NEUTROFILI', '/uL'), ('Bulky (> 5 cm)', ''))
    """
    own = spellings or {}
    for pattern in _PATTERNS:
        found = re.fullmatch(pattern, heading)
        if found is None:
            continue
        unit = ucum(own.get(found[2], found[2]))
        if unit in _UNITS and not unit.isdigit():
            return re.sub(r"\s+[x×/]$", "", found[1]), unit
    return heading, ""


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
            named = split_unit(heading, centre.units)[1]
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
    """Return whether a named unit is another than the declared one.

    A letter such as d or a after the name of a laboratory value is no time.
    """
    if not declared or not named or (named in _TIMES and described.unit not in _TIMES):
        return False
    ours = find_factor(variable, described.unit, unit=declared, spellings=centre.units)
    theirs = find_factor(variable, described.unit, unit=named, spellings={})
    return ours is not None and ours != theirs
