"""Citations in the order of the text, the list of references, and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hematotox.declarations.manuscript import Person, Reference
from hematotox.errors import UserError
from hematotox.reporting.manuscript.placeholders import unknown_word

MOST_AUTHORS, SHOWN_AUTHORS = 6, 3
BIBTEX_TYPES = {"article-journal": "article", "book": "book"}


class Citations:
    """The references that a text cites, numbered as they come."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self.references = references
        self.cited: list[str] = []

    def numbers(self, group: str) -> str:
        """Return "1,3-5" for "@a; @b": the numbers of a group of citations.

        Raises
        ------
        UserError
            There is no such reference.
        """
        found = []
        for part in re.split(r"[;,]\s*", group):
            key = part.strip().removeprefix("@")
            if key not in self.references:
                where = "; references stand in config/references.yaml"
                raise UserError(unknown_word(key, self.references, "reference") + where)
            if key not in self.cited:
                self.cited.append(key)
            found.append(self.cited.index(key) + 1)
        return _spans(sorted(set(found)))

    def for_what(self, *names: str) -> str:
        """Return the citation of the references that are used for one of these, or nothing."""
        keys = [k for k, one in self.references.items() if set(names) & set(one.used_for)]
        return f" [{'; '.join(f'@{key}' for key in keys)}]" if keys else ""

    @property
    def list(self) -> list[str]:
        """The references that were cited, as they are printed."""
        return [vancouver(self.references[key]) for key in self.cited]

    @property
    def bibtex(self) -> str:
        """The references that were cited, for BibTeX."""
        return "\n".join(bibtex(key, self.references[key]) for key in self.cited)


def _spans(found: list[int]) -> str:
    spans: list[list[int]] = []
    for number in found:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    texts = []
    for span in spans:
        joint = "–" if len(span) > 2 else ","
        texts.append(f"{span[0]}{joint}{span[-1]}" if len(span) > 1 else str(span[0]))
    return ",".join(texts)


def vancouver(reference: Reference) -> str:
    """Return a reference as medical journals print it.

    A journal article is "Cox DR. Regression models and life-tables. J R Stat Soc. 1972;34:187–220."
    (AMA Manual of Style, 11th ed.; up to six authors, of more the first three).
    """
    names = [_name(person) for person in reference.author]
    if len(names) > MOST_AUTHORS or names[-1] == "et al":
        names = [*[name for name in names if name != "et al"][:SHOWN_AUTHORS], "et al"]
    issue = f"({reference.issue})" if reference.issue else ""
    pages = f":{reference.page.replace('-', '–')}" if reference.page else ""
    volume = f";{reference.volume}{issue}{pages}" if reference.volume else ""
    parts = [
        ", ".join(names),
        reference.title,
        reference.container_title or reference.publisher,
        f"{reference.issued}{volume}",
    ]
    text = ". ".join(part.rstrip(".") for part in parts if part) + "."
    if reference.doi:
        return f"{text} doi:{reference.doi}"
    return f"{text} {reference.url}" if reference.url else text


def _name(person: Person) -> str:
    if person.literal:
        return person.literal
    initials = "".join(part[0] for part in re.split(r"[\s.-]+", person.given) if part)
    return f"{person.family} {initials}".strip()


def bibtex(key: str, reference: Reference) -> str:
    """Return one entry of a BibTeX file, in UTF-8."""
    authors = [
        "others" if person.literal == "et al" else _bibtex_name(person)
        for person in reference.author
    ]
    fields = {
        "author": " and ".join(authors),
        "title": f"{{{reference.title}}}",
        "journal": reference.container_title,
        "publisher": reference.publisher,
        "year": str(reference.issued),
        "volume": reference.volume,
        "number": reference.issue,
        "pages": reference.page.replace("-", "--"),
        "doi": reference.doi,
        "url": reference.url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = BIBTEX_TYPES.get(reference.type, "misc")
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _bibtex_name(person: Person) -> str:
    if person.literal:
        return f"{{{person.literal}}}"
    return f"{person.family}, {person.given}" if person.given else person.family
