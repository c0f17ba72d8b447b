"""Finds the variable that a heading means and the level that a code means, by synonyms."""

from __future__ import annotations

import difflib
import functools
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
_BARE_DAY = re.compile(
    r"(?:(?:day|d|tag|giorno|gg?|jour|j|dia|dag|t)[\s_.]*|(?=[+-]))(?P<day>[+-]?[0-9]{1,4})", re.I
)
_CLOSE = 0.8
"""Likeness of two headings from which one is suggested for the other."""


@functools.lru_cache(maxsize=8192)
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


def _bare(text: str) -> str:
    """Return a heading without codes and limits in brackets: "Decesso (0=no; 1=si)" is "Decesso".

    Other words stay: "infusion (2nd)" is not the infusion.
    """
    return re.sub(r"\s*[(\[](?:[^()\[\]]*[=/<>][^()\[\]]*|\d ?- ?\d)[)\]]", "", text).strip()


class Vocabulary:
    """The synonyms, by their plain words, and what an export says of its own headings."""

    def __init__(self, synonyms: Synonyms, dictionary: Dictionary) -> None:
        self.synonyms, self.dictionary = synonyms, dictionary
        self.labels: dict[str, str] = {}
        """By heading, its label: of an SPSS file, or of a data dictionary of REDCap."""
        self.choices: dict[str, dict[str, str]] = {}
        """By heading, its codes and their labels."""
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

    def parts(self, heading: str, *, lab: bool = False) -> tuple[str, ...]:
        """Return a heading, what stands below its groups, its label, and these without brackets.

        Brackets of a laboratory value are kept: a share is no count.
        """
        said = (heading, heading.rpartition(" / ")[2], self.labels.get(heading, ""))
        bare = () if lab else map(_bare, said)
        return tuple(one for one in dict.fromkeys((*said, *bare)) if one)

    def said(self, heading: str, code: str) -> str:
        """Return the label of a code where the export tells it, else the code."""
        return self.choices.get(heading, {}).get(code, code)

    def unit_named(self, heading: str) -> str:
        """Return the unit that a heading or its label names; "" if none does."""
        units = (split_unit(part)[1] for part in self.parts(heading, lab=True))
        return next((unit for unit in units if unit), "")

    def within(self, heading: str, kind: str, *, dated: bool | None = None) -> str:
        """Return the variable whose synonym is the longest that a heading contains.

        It is a weak reading: "" where nothing, or where as much speaks for another one.

        Parameters
        ----------
        heading : as it stands in the export
        kind : of variables: subject, lab, event
        dated : whether variables that are dates are meant, or those that are none; all if None
        """
        found: dict[str, int] = {}
        for part in self.parts(heading):
            text = f" {normal(part)} "
            if any(f" {normal(word)} " in text for word in self.synonyms.qualifiers.another):
                return ""
            for form, name in self._variables[kind].items():
                date = self.dictionary.variables[name].type == "date"
                if (
                    dated in (None, date)
                    and len(form) > 2
                    and f" {form} " in text
                    and not _opposed(part, name)
                ):
                    found[name] = max(found.get(name, 0), len(form))
        best = max(found.values(), default=0)
        names = [name for name, length in found.items() if length == best]
        return names[0] if len(names) == 1 else ""

    def variable(self, heading: str, kind: str) -> tuple[str, str] | None:
        """Return variable and unit of a heading; None if no synonym fits.

        A laboratory heading in a unit that the variable cannot have, such as neutrophils in
        percent, is another variable.
        """
        for part in self.parts(heading, lab=kind == "lab"):
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
                    return name, unit or (self.unit_named(heading) if kind == "lab" else "")
        return None

    def accepts(self, variable: str, unit: str) -> bool:
        """Return whether a variable may be reported in a unit."""
        canonical = self.dictionary.variables[variable].unit
        return find_factor(variable, canonical, unit=unit, spellings={}) is not None

    def is_column(self, role: str, heading: str) -> bool:
        """Return whether a heading is a synonym of a column that is no variable."""
        parts = self.parts(heading)
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

    def bare_day(self, heading: str) -> int | None:
        """Return the day of a heading that is nothing else, such as "D-5"; None for others."""
        found = _BARE_DAY.fullmatch(heading.strip().replace("\u2212", "-"))
        return None if found is None else int(found["day"])

    def named(self, text: str) -> str:
        """Return the laboratory variable that a file or sheet is called after; "" if none."""
        match = self.variable(text, "lab")
        return match[0] if match is not None else self.within(text, "lab")

    def subject_day(self, heading: str) -> str:
        """Return the patient's date whose day after infusion a heading means; "" if none."""
        found = self._qualified(heading, "subject", words=self.synonyms.qualifiers.day, unit="")
        return "" if found is None else found[0]

    def baseline(self, heading: str) -> tuple[str, str] | None:
        """Return laboratory variable and unit of a heading such as "ANC pre-LD (K/uL)"."""
        words = self.synonyms.qualifiers.baseline
        for part in self.parts(heading, lab=True):
            base, unit = split_unit(part)
            found = self._qualified(base, "lab", words=words, unit=unit)
            if found is not None:
                return found
        return None

    def event_part(self, heading: str) -> tuple[str, str] | None:
        """Return event and part (date, day, detail, or "" if not said) of a patient's column."""
        for text in self.parts(heading):
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
