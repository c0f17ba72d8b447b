"""What python-docx has no words for: fields, alternative texts, language, styles of many cells."""

from __future__ import annotations

from typing import Any


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field, such as a number that Word counts, with what it shows until then."""
    field = _element("fldSimple", instr=instruction)
    run = _element("r")
    text = _element("t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def describe_table(grid: Any, title: str, text: str) -> None:
    """Give a table its alternative text."""
    properties = grid._tbl.tblPr
    properties.append(_element("tblCaption", val=title))
    if text:
        properties.append(_element("tblDescription", val=text))


def describe_picture(picture: Any, name: str, text: str) -> None:
    """Give a picture its name and alternative text."""
    properties = picture._inline.docPr
    properties.set("name", name)
    properties.set("descr", text)


def set_language(word: Any, language: str) -> None:
    """Say in which language the document is, so that it is spelled and read aloud in it."""
    from docx.oxml.ns import qn

    defaults = word.styles.element.find(qn("w:docDefaults"))
    for properties in defaults.iter(qn("w:rPr")):
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        properties.append(_element("lang", val=language, eastAsia=language, bidi="ar-SA"))


def set_style_of_cells(grid: Any, style: str) -> None:
    """Give every paragraph of a table its style."""
    from docx.oxml.ns import qn

    for paragraph in grid._tbl.iter(qn("w:p")):
        paragraph.get_or_add_pPr().get_or_add_pStyle().set(qn("w:val"), style)
