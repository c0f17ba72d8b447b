"""Finds the variable that a heading means and the level that a code means, by synonyms."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import VITAL_STATUS, YES_NO, Synonyms
from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.units import find_factor

_DAY = re.compile(
    r"(?P<base>.*?)[\s_]*\b_?(?:day|d|tag|giorno|g|jour|j|dia|dag)[\s_]*(?P<day>[+-]?[0-9]+)", re.I
)
_CLOSE = 0.8
"""Likeness of two headings from which one is suggested for the other."""


def normal(text: str) -> str:
    """Return the words of a heading or code without capitals, accents and signs.

    Examples
    --------
    >>> normal("Data dell'aferesi_1"), normal("Größe"), normal("Neutro %"), normal("SÌ")
    ('data dell aferesi 1', 'grosse', 'neutro percent', 'si')
    """
    folded = unicodedata.normalize("NFKD", text.casefold().replace("%", " percent "))
    plain = "".join(one for one in folded if not unicodedata.combining(one))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _parts(heading: str) -> tuple[str, ...]:
    """Return a heading, and what stands below the headings of its groups."""
    return tuple(dict.fromkeys((heading, heading.rpartition(" / ")[2])))


class Vocabulary:
    """The synonyms, by their plain words."""

    def __init__(self, synonyms: Synonyms, dictionary: Dictionary) -> None:
        self.synonyms, self.dictionary = synonyms, dictionary
        self._aside = frozenset(map(normal, synonyms.set_aside))
        self._variables: dict[str, dict[str, str]] = {"subject": {}, "lab": {}, "event": {}}
        for name, words in synonyms.headings.items():
            self._index(self._variables[dictionary.variables[name].kind], name, words)
        self._columns: dict[str, dict[str, str]] = {}
        for role in type(synonyms.columns).model_fields:
            words = getattr(synonyms.columns, role)
            exact = role == "patient"  # "lab id" is the number of a sample
            forms = [[normal(one)] if exact else self._forms(one) for one in words]
            self._columns[role] = {form: role for some in forms for form in some}
        self._missing = frozenset(one.casefold() for one in synonyms.missing)

    def _index(self, index: dict[str, str], name: str, words: Iterable[str]) -> None:
        for word in words:
            for form in self._forms(word):
                index.setdefault(form, name)

    def _forms(self, text: str) -> list[str]:
        """Return the words of a heading as they are, then without those that do not count."""
        words = normal(text)
        kept = " ".join(one for one in words.split() if one not in self._aside)
        return [one for one in dict.fromkeys((words, kept)) if one]

    def variable(self, heading: str, kind: str) -> tuple[str, str] | None:
        """Return variable and unit of a heading; None if no synonym fits.

        A laboratory heading in a unit that the variable cannot have, such as neutrophils in
        percent, is another variable.
        """
        for part in _parts(heading):
            for base, unit in ((part, ""), split_unit(part)):
                name = next(
                    (
                        self._variables[kind][form]
                        for form in self._forms(base)
                        if form in self._variables[kind]
                    ),
                    None,
                )
                if name is not None and (not unit or self.accepts(name, unit)):
                    return name, unit
        return None

    def accepts(self, variable: str, unit: str) -> bool:
        """Return whether a variable may be reported in a unit."""
        canonical = self.dictionary.variables[variable].unit
        return find_factor(variable, canonical, unit=unit, spellings={}) is not None

    def is_column(self, role: str, heading: str) -> bool:
        """Return whether a heading is a synonym of a column that is no variable."""
        parts = _parts(heading)
        forms = {form for part in parts for form in self._forms(part)}
        if role == "patient":  # "lab id" is the number of a sample
            forms = set(map(normal, parts))
        return not forms.isdisjoint(self._columns[role])

    def day_of(self, heading: str) -> tuple[str, str, int] | None:
        """Return laboratory variable, unit and day of a heading such as "ANC d3"."""
        base, unit = split_unit(heading)
        found = _DAY.fullmatch(base)
        match = self.variable(found["base"], "lab") if found is not None else None
        if found is None or match is None:
            return None
        return match[0], unit or match[1], int(found["day"])

    def subject_day(self, heading: str) -> str:
        """Return the patient's date whose day after infusion a heading means; "" if none."""
        found = self._qualified(heading, "subject", words=self.synonyms.qualifiers.day, unit="")
        return "" if found is None else found[0]

    def baseline(self, heading: str) -> tuple[str, str] | None:
        """Return laboratory variable and unit of a heading such as "ANC pre-LD (K/uL)"."""
        words = self.synonyms.qualifiers.baseline
        for part in _parts(heading):
            base, unit = split_unit(part)
            found = self._qualified(base, "lab", words=words, unit=unit)
            if found is not None:
                return found
        return None

    def event_part(self, heading: str) -> tuple[str, str] | None:
        """Return event and part (date, day, detail, or "" if not said) of a patient's column."""
        for text in _parts(heading):
            for part in ("detail", "day", "date"):
                words = getattr(self.synonyms.qualifiers, part)
                found = self._qualified(text, "event", words=words, unit="")
                if found is not None:
                    return found[0], part
            plain = self._variables["event"].get(normal(text))
            if plain is not None:
                return plain, ""
        return None

    def _qualified(
        self, heading: str, kind: str, *, words: Iterable[str], unit: str
    ) -> tuple[str, str] | None:
        qualifiers = self.synonyms.qualifiers
        joining = self._aside - set(map(normal, (*qualifiers.date, *qualifiers.day)))
        text = " ".join(one for one in normal(heading).split() if one not in joining)
        for word in sorted(map(normal, words), key=len, reverse=True):
            for base in (text.removesuffix(f" {word}"), text.removeprefix(f"{word} ")):
                if base != text and base in self._variables[kind]:
                    name = self._variables[kind][base]
                    if not unit or self.accepts(name, unit):
                        return name, unit
        return None

    def level(self, variable: str, code: str) -> str | None:
        """Return the level that a code of a variable means; None if no synonym fits."""
        words = normal(code)
        for level, codes in self._levels_of(variable).items():
            if words and words in map(normal, codes):
                return level
        return None

    def _levels_of(self, variable: str) -> dict[str, tuple[str, ...]]:
        known = self.synonyms.levels
        if variable == VITAL_STATUS:
            return known[VITAL_STATUS]
        levels = self.dictionary.variables[variable].levels or {}
        own = known.get(variable, {})
        shared = known[YES_NO] if set(levels) == set(known[YES_NO]) else {}
        same = next((one for one in known.values() if set(one) == set(levels)), {})
        names = levels or dict.fromkeys(own, "")
        return {
            level: (level, label, *own.get(level, ()), *(shared or same).get(level, ()))
            for level, label in names.items()
        }

    def is_missing(self, text: str) -> bool:
        """Return whether a text is a usual way to say that a value is not known."""
        return text.casefold() in self._missing

    def nearest(self, heading: str) -> str:
        """Return the variable whose synonyms resemble a heading most; "" if none does."""
        everything = {form: name for one in self._variables.values() for form, name in one.items()}
        forms = self._forms(split_unit(heading)[0])
        close = [
            one for form in forms for one in difflib.get_close_matches(form, everything, 1, _CLOSE)
        ]
        words = [word for form in forms for word in form.split() if len(word) > 2]
        close += [word for word in words if word in everything]
        names = [everything[one] for one in close]
        return next((name for name in names if not _opposed(heading, name)), "")


def _opposed(heading: str, variable: str) -> bool:
    """Return whether one means the patient's own cells and the other a donor's."""
    own, donor = "auto" in normal(heading), "allo" in normal(heading)
    return (own and "allogeneic" in variable) or (donor and "autologous" in variable)
