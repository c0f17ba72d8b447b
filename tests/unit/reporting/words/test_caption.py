"""Captions as reStructuredText: words only, whatever signs they hold."""

from docutils.core import publish_parts
from jinja2 import Environment

from hematotox.declarations.study.kinds.flow import FlowFigure
from hematotox.reporting.words.caption import caption_rst


def test_no_sign_of_a_caption_is_markup() -> None:
    display = FlowFigure(
        kind="flow", title="Figure 1. ANC < 0.5 *10*9/L", caption="`x` |y| grade_3_ {{ a }} \\"
    )
    text = Environment().from_string(caption_rst(display).decode()).render()
    shown = publish_parts(text, writer="html")["body"]
    assert "Figure 1. ANC &lt; 0.5 *10*9/L" in shown
    assert "`x` |y| grade_3_ {{ a }} \\" in shown
