"""Names of files and sheets, and the patterns of a centre file that they fit."""

from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase


def fits(name: str, pattern: str) -> bool:
    r"""Return whether a file or sheet has a name; "*" stands for any letters.

    A Mac writes an umlaut as two signs, which look like the one that is typed.

    Examples
    --------
    >>> fits("U\u0308bersicht.csv", "\u00dcbersicht.csv"), fits("labs_2.csv", "labs_*.csv")
    (True, True)
    """
    return fnmatchcase(unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", pattern))


def inside(name: str) -> str:
    r"""Return the name of a file of the exports folder.

    Raises
    ------
    ValueError
        It leads out of the folder: `/etc/passwd`, `../other/labs.csv`, `C:\labs.csv`.
    """
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise ValueError("leads out of the exports folder; put the file there and name it alone")
    return name
