"""The one table of units: what a centre may report, and the way to the canonical unit.

Factors are kept as exact fractions. A value is multiplied by the numerator and divided by the
denominator, so that 41 mg/L become exactly 4.1 mg/dL and no cut-off is moved by float noise.
Units are UCUM codes.

References
----------
UCUM, https://ucum.org. Molar factors: AMA Manual of Style, 11th ed., table of SI conversions;
haemoglobin as monomer (Fe), 16114 g/mol: 1 mmol/L = 1.6114 g/dL; creatinine 113.12 g/mol.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

CANONICAL: dict[str, str] = {
    "anc": "10*9/L",
    "leukocytes": "10*9/L",
    "platelets": "10*9/L",
    "hemoglobin": "g/dL",
    "crp": "mg/dL",
    "ferritin": "ng/mL",
    "ldh": "U/L",
    "ldh_upper_limit": "U/L",
    "creatinine": "mg/dL",
    "marrow_blasts": "%",
    "age": "a",
    "vein_to_vein": "d",
    "hospital_days": "d",
    "potential_follow_up": "d",
    "infusion_to_boost": "d",
    "neutropenia_before_boost": "d",
    "anc_at_boost": "10*9/L",
}
"""Units of the staged tables, as the dictionary has them."""

DIMENSIONS: dict[str, dict[str, Fraction]] = {
    "particles per volume, in 10*9/L": {
        "10*9/L": Fraction(1),
        "10*3/uL": Fraction(1),
        "10*3/mm3": Fraction(1),
        "10*6/mL": Fraction(1),
        "/nL": Fraction(1),
        "/uL": Fraction(1, 1000),
        "/mm3": Fraction(1, 1000),
        "10*6/L": Fraction(1, 1000),
        "10*4/uL": Fraction(10),
        "10*12/L": Fraction(1000),
    },
    "mass per volume, in g/L": {
        "g/L": Fraction(1),
        "mg/mL": Fraction(1),
        "g/dL": Fraction(10),
        "mg/dL": Fraction(1, 100),
        "mg/L": Fraction(1, 1000),
        "ug/mL": Fraction(1, 1000),
        "ug/dL": Fraction(1, 100_000),
        "ug/L": Fraction(1, 1_000_000),
        "ng/mL": Fraction(1, 1_000_000),
        "ng/dL": Fraction(1, 100_000_000),
    },
    "enzyme activity per volume, in U/L": {
        "U/L": Fraction(1),
        "[IU]/L": Fraction(1),
        "mU/mL": Fraction(1),
        "U/mL": Fraction(1000),
        "ukat/L": Fraction(60),
        "nkat/L": Fraction(60, 1000),
    },
    "share, in %": {
        "%": Fraction(1),
        "1": Fraction(100),
    },
    "time, in d": {
        "d": Fraction(1),
        "wk": Fraction(7),
        "mo": Fraction(304375, 10_000),
        "a": Fraction(36525, 100),
    },
}

MOLAR: dict[str, dict[str, Fraction]] = {
    "hemoglobin": {"mmol/L": Fraction(16114, 10_000)},  # g/dL
    "creatinine": {"umol/L": Fraction(10, 884), "mmol/L": Fraction(10_000, 884)},  # mg/dL
    "crp": {"nmol/L": Fraction(100, 9524)},  # mg/dL
    "ferritin": {"pmol/L": Fraction(1000, 2247)},  # ng/mL
}
"""By variable, in its canonical unit: a molar unit needs the substance."""

SPELLINGS: dict[str, str] = {
    "G/L": "10*9/L", "Gpt/L": "10*9/L", "Giga/L": "10*9/L", "K/uL": "10*3/uL", "k/uL": "10*3/uL",
    "K/mm3": "10*3/mm3", "k/mm3": "10*3/mm3", "1000/uL": "10*3/uL", "1000/mm3": "10*3/mm3",
    "thou/uL": "10*3/uL", "Thou/uL": "10*3/uL", "thousand/uL": "10*3/uL",
    "Thousand/uL": "10*3/uL", "thou/mm3": "10*3/mm3", "Tsd/uL": "10*3/uL", "Tsd./uL": "10*3/uL",
    "mila/uL": "10*3/uL", "mila/mmc": "10*3/uL", "cells/uL": "/uL", "Cells/uL": "/uL",
    "{cells}/uL": "/uL", "cell/uL": "/uL", "Zellen/uL": "/uL", "cellule/uL": "/uL",
    "cells/mm3": "/mm3", "Cells/mm3": "/mm3", "cell/mm3": "/mm3", "/mmc": "/mm3",
    "IU/L": "[IU]/L", "UI/L": "[IU]/L", "IE/L": "[IU]/L", "u/L": "U/L", "mcg/L": "ug/L",
    "mcg/mL": "ug/mL", "mcg/dL": "ug/dL", "gm/dL": "g/dL", "gm/L": "g/L", "gr/dL": "g/dL",
    "Mrd/L": "10*9/L", "Mrd./L": "10*9/L", "Thousands/uL": "10*3/uL", "mila/mm3": "10*3/mm3",
    "Tsd/mm3": "10*3/mm3",
}  # fmt: skip
"""Common spellings, after the letters have been made uniform."""


_RAISED = str.maketrans({"\u2074": "^4", "\u2076": "^6", "\u2079": "^9", "\u00b3": "^3"})
_POWER = re.compile(r"^[x\u00d7]?10(?:\^|\*\*?|[eE]|\()([0-9]{1,2})\)?(?=/)")
"""A power of ten as it is typed: "10^9", "x10E9", "10**3", "10(9)"; a raised digit is "^9"."""


@dataclass(frozen=True, slots=True)
class Factor:
    """The way from a unit to the canonical unit: multiply, then divide."""

    multiply: float
    divide: float

    def to_canonical(self, values: Values) -> Values:
        """Return values in the canonical unit."""
        return values * self.multiply / self.divide

    def from_canonical(self, values: Values) -> Values:
        """Return values in the centre's unit."""
        return values * self.divide / self.multiply


@functools.cache
def accepted_units(variable: str, canonical: str) -> Mapping[str, Fraction]:
    """Return the units a variable may be reported in, and the factor to its canonical unit.

    Parameters
    ----------
    variable : name in the dictionary; decides about molar units
    canonical : the dictionary's unit
    """
    for units in DIMENSIONS.values():
        if canonical in units:
            same = {unit: factor / units[canonical] for unit, factor in units.items()}
            return {**same, **MOLAR.get(variable, {})}
    return {canonical: Fraction(1)}


def find_factor(
    variable: str, canonical: str, *, unit: str, spellings: Mapping[str, str]
) -> Factor | None:
    """Return the factor from a unit to the canonical one; None if the unit is not accepted.

    Parameters
    ----------
    variable, canonical : name and unit in the dictionary
    unit : as the centre writes it
    spellings : the centre's own spellings and their UCUM codes
    """
    fraction = accepted_units(variable, canonical).get(ucum(spellings.get(unit, unit)))
    return None if fraction is None else Factor(fraction.numerator, fraction.denominator)


def ucum(unit: str) -> str:
    """Return the UCUM code of a unit's spelling, or the spelling itself.

    Examples
    --------
    >>> ucum("x10^9/l"), ucum("\u00b5g/l"), ucum("G/l"), ucum("g/l")
    ('10*9/L', 'ug/L', '10*9/L', 'g/L')
    """
    text = re.sub(r"[\u00b5\u03bc]", "u", "".join(unit.split()))
    text = _POWER.sub(r"10*\1", text.translate(_RAISED))
    uniform = re.sub(r"(?:mm\^3|cumm|cmm)$", "mm3", re.sub(r"(?<=[/dmunc])l$", "L", text))
    uniform = uniform.replace("/mcL", "/uL")
    return SPELLINGS.get(uniform, uniform)
