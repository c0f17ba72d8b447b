"""The report page of one study in a real browser: `make test-browser`.

The page is given a script that uses it as a reader does and writes down what happened.
"""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.reporting import draw_figures, draw_tables, report
from hematotox.reporting.report_page import Page
from hematotox.run.catalogue import read_declarations
from hematotox.run.files import CLONE, read_table, read_text

FIRST = """<script>
window.troubles = [];
addEventListener("error", (event) => troubles.push(event.message));
addEventListener("securitypolicyviolation", (event) => troubles.push(event.blockedURI));
</script>"""
READER = """<script>
addEventListener("load", () => setTimeout(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = { width: innerWidth, wide: document.documentElement.scrollWidth };
  seen.open = document.querySelector("nav details").open;
  const box = document.querySelector("nav input");
  const parts = all("main > section");
  const search = (words) => { box.value = words; box.dispatchEvent(new Event("input")); };
  search("platelet recovery");
  seen.found = parts.filter((part) => !part.hidden).map((part) => part.id);
  search("no such words");
  seen.none = parts.filter((part) => !part.hidden).length;
  const number = document.querySelector("#table2 a.number");
  search("");
  seen.all = parts.filter((part) => !part.hidden).length === parts.length;
  seen.focusable = number.tabIndex === 0;
  seen.said = number.title;
  const back = document.querySelector("button.back");
  seen.before = back.hidden;
  number.click();
  seen.led = !!document.querySelector(number.getAttribute("href"));
  seen.during = back.hidden;
  back.click();
  seen.after = back.hidden;
  seen.focus = document.activeElement === number;
  const letter = document.querySelector("sup a");
  seen.note = !!document.querySelector(letter.getAttribute("href"));
  const figure = document.querySelector("script.readings").parentElement;
  const image = figure.querySelector("img");
  const [left, top, width, height] = JSON.parse(
    figure.querySelector("script").textContent)[0].box;
  const at = (x, y) => {
    const event = new PointerEvent("pointermove", { bubbles: true });
    Object.defineProperty(event, "offsetX", { value: x * image.clientWidth });
    Object.defineProperty(event, "offsetY", { value: y * image.clientHeight });
    image.dispatchEvent(event);
    const shown = figure.querySelector(".reading");
    return shown.hidden ? "" : shown.textContent;
  };
  seen.reading = at(left + width / 2, top + height / 2);
  seen.outside = at(0, 0);
  const order = all("table.printed th button")[1];
  const table = order.closest("table");
  const column = order.closest("th").cellIndex;
  order.click();
  seen.order = [...table.tBodies[0].rows].map((row) => parseFloat(row.cells[column].textContent));
  seen.unnamed = all("a, button, input, img").filter((one) => !(one.textContent.trim() ||
    one.getAttribute("aria-label") || one.alt)).length;
  seen.requests = performance.getEntriesByType("resource").map((one) => one.name)
    .filter((name) => !name.startsWith("data:"));
  seen.troubles = troubles;
  const written = document.createElement("pre");
  written.id = "seen";
  written.textContent = JSON.stringify(seen);
  document.body.append(written);
}, 50));
</script>"""


@cache
def page() -> str:
    """The report of the transplants with a reader in it."""
    run = read_declarations({"studies": ["bmt_example"]}, run_folder=CLONE)
    plan = DisplayPlan.model_validate_json(run.report_section("bmt_example"))
    estimates = read_table(CLONE / "tests/data/expected/bmt_example.csv", "estimates")
    drawn = {**draw_tables(estimates, plan), **draw_figures(estimates, plan)}
    made_of = Page(
        plan=plan,
        estimates=estimates,
        template=read_text(CLONE / "workflow/report/page.html"),
        cohort=CohortPlan.model_validate_json(run.definitions_section("bmt_example")),
    )
    text = report(drawn, made_of).decode()
    return text.replace("<head>", f"<head>{FIRST}", 1).replace("</body>", f"{READER}</body>", 1)


def read_by(folder: Path, width: int) -> dict[str, Any]:
    """What the reader saw in a window of this width."""
    path = folder / "report.html"
    path.write_text(page(), encoding="utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900",
        "--virtual-time-budget=8000", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    written = re.search(r'<pre id="seen">(.*?)</pre>', found.stdout, re.DOTALL)
    assert written, "the page's reader did not come to its end"
    seen: dict[str, Any] = json.loads(unescape(written[1]))
    return seen


@pytest.mark.parametrize("width", [1280, 768, 500])
def test_a_reader_finds_the_way(tmp_path: Path, width: int) -> None:
    seen = read_by(tmp_path, width)
    assert seen["troubles"] == []
    assert seen["requests"] == []
    assert seen["width"] <= width
    assert seen["wide"] <= seen["width"], "nothing is wider than the window"
    assert seen["open"] == (seen["width"] > 800), "contents are closed where there is no room"
    assert "table6" in seen["found"]
    assert "table2" not in seen["found"]
    assert (seen["none"], seen["all"]) == (0, True)
    assert seen["focusable"]
    assert re.search(r"\(estimate [0-9a-f]{12}\)", seen["said"])
    assert (seen["led"], seen["note"]) == (True, True)
    assert (seen["before"], seen["during"], seen["after"]) == (True, False, True)
    assert seen["focus"], "the way back ends at the number"
    first, *curves = seen["reading"].split("\n")
    assert re.fullmatch(r"\d+\.\d months", first)
    assert len(curves) == 2
    assert all(re.search(r": \d+\.\d \(", line) for line in curves)
    assert seen["outside"] == ""
    assert seen["order"] == sorted(seen["order"])
    assert seen["unnamed"] == 0
