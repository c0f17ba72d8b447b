"""Title and caption of a display as reStructuredText, for a report of Snakemake."""

from __future__ import annotations

import re

from hematotox.declarations.study.display_base import DisplayBase
from hematotox.reporting.words.number_style import restyled

MARKUP = re.compile(r"([\\\\*`_|])")


def caption_rst(display: DisplayBase) -> bytes:
    """Return the text; nothing in it is markup, and nothing is filled in by Jinja."""
    title, caption = (MARKUP.sub(r"\\\1", restyled(t)) for t in (display.title, display.caption))
    text = "\n\n".join(part for part in (f"**{title}**", caption) if part)
    return f"{{% raw %}}{text}{{% endraw %}}\n".encode()
