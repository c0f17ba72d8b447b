"""Counts, percentages and denominators of small printed tables."""

import pytest

COLUMN = "denominator of a column"


def cells(printed, group: str, size: int | None, drawn: str, *, n: str = "") -> list:
    """Rows of one column from lines such as `bulky yes 33 (35)`; `size` is the column's head."""
    found = []
    if size is not None:
        head = {"group": group, "term": "ht.group", "reference": "all" if group else ""}
        found.append(printed.row("count", str(size), estimate=float(size), **head))
    for line in drawn.split(";"):
        term, level, count, share = line.split()
        words = {"term": term, "reference": level, "group": group, "n": n or None,
                 "place": f"Table 1, {term}, {group or 'all'}"}  # fmt: skip
        text = f"{count} {share}"
        found.append(printed.row("count", text, estimate=float(count), **words))
        if share != "-":
            value = float(share.strip("()")) / 100
            found.append(printed.row("percentage_of_known", text, estimate=value, **words))
    return found


@pytest.mark.parametrize(
    ("drawn", "size", "wrong"),
    [
        ("sex female 33 (35)", 95, 0),
        ("sex female 33 (36)", 95, 0),  # 33 of 92: three may be unknown
        ("sex female 33 (31)", 95, 1),  # would need 106 patients
        ("sex female 33 (31)", None, 0),  # no head, no limit
        ("lines one 4 (5);lines two 54 (57);lines more 37 (39)", 95, 1),  # adds up: nobody unknown
        ("lines one 4 (4);lines two 54 (57);lines more 37 (39)", 95, 0),
        ("ldh yes 45 (64);ldh missing 25 -", 95, 0),  # 45 of 70
        ("ldh yes 45 (47);ldh missing 25 -", 95, 1),
        ("late yes 9 (10)", 95, 0),  # 9.47 rounded to 9.5 and then to 10
        ("late yes 0 (0)", 95, 0),
    ],
)
def test_percentages_of_one_column(printed, checks, drawn, size, wrong) -> None:
    assert checks(*cells(printed, "high", size, drawn)) == ["count and percentage"] * wrong


def test_a_denominator_given_with_the_row_counts(printed, findings) -> None:
    (found,) = findings(*cells(printed, "", None, "anemia yes 46 (62)", n="76"))
    assert found.message == "46 (62%): 46 of 76 is 60.5%; the percentage fits 74 patients"


def test_a_column_with_another_denominator_is_one_finding(printed, findings) -> None:
    drawn = "a yes 42 (57);b yes 46 (62);c yes 60 (81);d yes 40 (54)"
    (found,) = findings(*cells(printed, "tisa_cel", None, drawn, n="76"))
    assert found.check == COLUMN
    assert "fit its 76 patients; 74 fit most" in found.message


def test_totals_are_the_sum_of_their_groups(printed, findings) -> None:
    def columns(pooled: int) -> list:
        rows = cells(printed, "", None, f"neutropenia yes {pooled} -")
        rows += cells(printed, "tisa_cel", None, "neutropenia yes 22 -")
        return rows + cells(printed, "axi_cel", None, "neutropenia yes 46 -")

    assert findings(*columns(68)) == []
    (found,) = findings(*columns(67))
    assert found.message == "22 + 46 is 68, the total says 67"


def test_a_total_of_which_a_group_is_not_printed_is_no_sum(printed, checks) -> None:
    rows = cells(printed, "", None, "a yes 9 -;b yes 30 -")
    rows += cells(printed, "low", None, "a yes 4 -;b yes 10 -")
    rows += cells(printed, "middle", None, "a yes 3 -")
    rows += cells(printed, "high", None, "a yes 2 -;b yes 5 -")
    assert checks(*rows) == []


def test_levels_that_add_up_to_more_than_the_column(printed, checks) -> None:
    rows = cells(printed, "high", 95, "lines one 4 -;lines two 54 -;lines more 40 -")
    assert checks(*rows) == ["levels and column"]


def test_a_subset_has_no_more_patients_than_those_it_is_of(printed, findings, checks) -> None:
    rows = cells(printed, "low", 465, "bridging yes 370 (80);failure yes 159 (38)")
    (found,) = findings(*rows, among={"failure": "bridging=yes"})
    assert found.check == "denominator of a subset"
    assert found.message.endswith("at least 413 patients, only 370 can be meant")
    assert checks(*rows) == []
    right = cells(printed, "low", 465, "bridging yes 370 (80);failure yes 159 (43)")
    assert checks(*right, among={"failure": "bridging=yes"}) == []
