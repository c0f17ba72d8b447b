"""House style of all figures: sizes in millimetres, fonts, colours, and how they are saved."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

SINGLE_COLUMN, DOUBLE_COLUMN = 85.0, 174.0
"""Widths of journal columns in millimetres."""
MM = 1 / 25.4
FONT = "DejaVu Sans"
TEXT, SMALL, PANEL = 7.0, 6.0, 9.0
"""Font sizes in points: text, numbers at risk and notes, panel letters."""
GREY = "#595959"
RESOLUTION = 300

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#000000", "#882255")
"""Okabe and Ito's blue, vermilion and green, Tol's purple and wine, black: told apart by every
eye."""
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (6, 1.4, 1.2, 1.4)),
    (0, (9, 2.2)),
    (0, (3.5, 1.1, 1.1, 1.1, 1.1, 1.1)),
)
"""Line styles that keep groups apart in a grey print."""
LINE = 1.1
"""Width of a curve in points."""
GRADES = ("#EFF3FF", "#A6CBE3", "#559ACA", "#1F63A8", "#08306B")
"""Fills of grades 0 to 4, darker with the grade, in steps that a grey print keeps."""
HATCH = "//////"
"""Stands for the colour of what is not known: white with oblique lines."""

SETTINGS: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "axes.titlesize": TEXT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "lines.linewidth": LINE,
    "hatch.linewidth": 0.4,
    "lines.solid_capstyle": "butt",
    "lines.dash_capstyle": "butt",
    "lines.scale_dashes": True,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "hematotox",
    "text.parse_math": False,
    "text.usetex": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "path.simplify": True,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw everything inside in the house style, whatever the user's own settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure, sizes in millimetres; `marks` tells which numbers it shows."""
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(width * MM, height * MM))
    figure.marks, figure.readings = [], []
    return figure


def add_axes(figure: Any, left: float, top: float, *, width: float, height: float) -> Any:
    """Return axes at a place given in millimetres from the figure's upper left corner."""
    whole_width, whole_height = (size / MM for size in figure.get_size_inches())
    return figure.add_axes(
        (
            left / whole_width,
            1 - (top + height) / whole_height,
            width / whole_width,
            height / whole_height,
        )
    )


def put_text(figure: Any, left: float, top: float, text: str, **look: Any) -> Any:
    """Write text with its upper left corner in millimetres from the figure's upper left corner."""
    whole_width, whole_height = (size / MM for size in figure.get_size_inches())
    settings = {"ha": "left", "va": "top", "fontsize": TEXT, **look}
    return figure.text(left / whole_width, 1 - top / whole_height, text, **settings)


def filled(colour: str) -> dict[str, Any]:
    """Return the settings of a patch with this fill."""
    if colour == HATCH:
        return {"facecolor": "white", "hatch": HATCH}
    return {"facecolor": colour}


def put_line(
    figure: Any, horizontal: Sequence[float], vertical: Sequence[float], **look: Any
) -> None:
    """Draw a line; its ends in millimetres from the figure's upper left corner."""
    from matplotlib.lines import Line2D

    whole_width, whole_height = (size / MM for size in figure.get_size_inches())
    xs = [x / whole_width for x in horizontal]
    ys = [1 - y / whole_height for y in vertical]
    figure.add_artist(Line2D(xs, ys, **look))


NO_GLYPH = "□"
"""Stands for a character that the figures' font does not have, such as an emoji."""


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=FONT))).get_charmap())


def drawable(text: str) -> str:
    """Return the text with a box for each character that the font does not have."""
    known = _characters()
    return "".join(c if ord(c) in known or c == "\n" else NO_GLYPH for c in text)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, weight: str = "normal") -> float:
    """Return the width of one line of text in millimetres."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=size, weight=weight)
    shown = drawable(text)
    points: float = text_to_path.get_text_width_height_descent(shown, font, ismath=False)[0]
    return points / 72 / MM


def line_height(size: float = TEXT) -> float:
    """Return the distance of two lines of text in millimetres."""
    return size * 1.25 / 72 / MM


def wrap(text: str, width: float, size: float = TEXT) -> list[str]:
    """Return the text in lines that are not wider than so many millimetres.

    A word that is too long by itself is broken; a no-break space keeps its words together.
    """
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        candidate = f"{current} {word}" if current else word
        if text_width(candidate, size) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        *whole, current = _pieces(word, width, size)
        lines += whole
    return [*lines, current] if current or not lines else lines


def wrap_notes(notes: Iterable[str], width: float) -> list[str]:
    """Return notes in lines that are not wider than so many millimetres."""
    return [line for note in notes for line in wrap(note, width, SMALL)]


def put_notes(
    figure: Any, left: float, top: float, *, lines: Iterable[str], step: float | None = None
) -> None:
    """Write the lines of notes one under the other, `step` millimetres apart."""
    for position, line in enumerate(lines):
        y = top + position * (step or line_height(SMALL))
        put_text(figure, left, y, line, fontsize=SMALL, color=GREY)


def _pieces(word: str, width: float, size: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def files(figure: Any, title: str) -> dict[str, bytes]:
    """Return the figure as PDF, SVG and PNG, the same bytes every time."""
    return {
        "pdf": _save(figure, "pdf", {"Title": title, "CreationDate": None, "ModDate": None}),
        "svg": _save(figure, "svg", {"Title": title, "Date": None}),
        "png": _save(figure, "png", {"Title": title, "Software": None}),
    }


def _save(figure: Any, kind: str, metadata: dict[str, str | None]) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format=kind, dpi=RESOLUTION, metadata=metadata)
    return content.getvalue()
