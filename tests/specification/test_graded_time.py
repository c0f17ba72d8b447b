"""Time to a grade: the day on which the values establish it; death and what is declared compete.

Times of late grades count from day 31. Status 0 is censored, 1 the grade, 2 and above compete; "-"
is not evaluable.
"""

from __future__ import annotations

import pytest

# neutrophils | events | severe late ICAHT (two consecutive values) | the same before progression
LATE = """
anc 40 0.4, anc 47 0.4                         | last_contact 400 | 16 1 | 16 1
anc 40 0.4, anc 47 0.4, anc 48 0.05, anc 49 0.05 | last_contact 400 | 16 1 | 16 1
anc 40 0.4, anc 47 0.6, anc 60 0.4, anc 61 0.5 | last_contact 400 | 30 1 | 30 1
anc 31 0.4, anc 32 0.4                         | last_contact 400 | 1 1  | 1 1
anc 30 0.4, anc 31 0.4, anc 50 2.0             | last_contact 400 | 19 0 | 19 0
anc 30 0.4, anc 31 0.4, anc 50 2.0, anc 85 2.0 | last_contact 400 | 54 0 | 54 0
anc 31 0.4, anc 50 2.0, anc 86 2.0             | last_contact 400 | 69 0 | 69 0
anc 31 0.4, anc 50 2.0, anc 90 0.4             | last_contact 400 | 59 0 | 59 0
anc 99 0.4, anc 100 0.4                        | last_contact 400 | 69 1 | 69 1
anc 100 0.4, anc 101 0.4                       | last_contact 400 | 69 0 | 69 0
anc 40 0.4                                     | last_contact 400 | 9 0  | 9 0
anc 40 2.0                                     | last_contact 400 | 9 0  | 9 0
anc 40 2.0, anc 46 2.0                         | death 60 other   | 29 2 | 29 4
anc 40 2.0, anc 45 2.0                         | death 60 other   | 14 0 | 14 0
anc 40 2.0                                     | death 45 other   | 14 2 | 14 4
anc 40 0.4, anc 47 0.4                         | death 45 other   | 9 0  | 9 0
anc 40 0.4, anc 47 0.4                         | death 47 other   | 16 1 | 16 1
anc 40 2.0                                     | last_contact 60  | 9 0  | 9 0
anc 40 2.0                                     | last_contact 54  | 23 0 | 23 0
anc 40 0.4, anc 47 0.4                         | progression 20, last_contact 400 | 16 1 | -
anc 40 0.4, anc 47 0.4                         | progression 45, last_contact 400 | 16 1 | 14 2
anc 40 0.4, anc 47 0.4                         | progression 47, last_contact 400 | 16 1 | 16 2
anc 40 0.4, anc 47 0.4                         | new_therapy 45, last_contact 400 | 16 1 | 14 3
anc 40 0.4, anc 47 0.4                         | progression ?, last_contact 400 | 16 1 | -
anc 40 0.4, anc 47 0.4                         | death ? other    | -    | -
anc 40 0.4, anc 47 0.4                         | death 20 other   | -    | -
anc 20 0.4, anc 25 0.4                         | last_contact 28  | -    | -
anc 20 0.4, anc 25 0.4                         | last_contact 400 | -    | -
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip("\n").splitlines()]


def shown(row) -> str:
    return f"{row['time']:g} {row['status']}" if row["evaluable"] else "-"


def drawn(text: str, build_all, names) -> list[list[tuple[str, str]]]:
    """Return for each line what each endpoint is, and why, of a patient of her own."""
    labs, events, *_ = zip(*rows(text), strict=True)
    table = build_all(list(events), labs=list(labs), names=names).endpoints
    table = table.assign(shown=table.apply(shown, axis=1)).set_index(["patient_id", "endpoint"])
    of = [[table.loc[(f"a/{i}", name)] for name in names] for i in range(1, len(labs) + 1)]
    return [[(row["shown"], row["reason"]) for row in line] for line in of]


def test_time_to_severe_late_icaht(build_all):
    names = ("time_to_late_icaht_ge3", "time_to_late_icaht_ge3_before_progression")
    for line, found in zip(rows(LATE), drawn(LATE, build_all, names), strict=True):
        assert [one for one, _ in found] == list(line[2:]), line


@pytest.mark.parametrize(
    ("events", "labs", "reason"),
    [
        ("death 20 other", "anc 10 2.0", "died before day 31"),
        ("last_contact 28", "anc 10 2.0", "lost before day 31"),
        ("last_contact 400", "anc 10 2.0", "no value on days 31-100"),
        ("death ? other", "anc 40 2.0", "date of death unknown"),
    ],
)
def test_who_is_not_at_risk_on_day_31(events, labs, reason, build_one):
    row = build_one(events, labs=labs, names=("time_to_late_icaht",)).endpoints.iloc[0]
    assert row["reason"] == reason


# convention, window, lowest grade | values | event | time and status, or why not evaluable
CONVENTIONS = """
consensus late 3     | anc 40 0.4, anc 47 1.6, anc 60 1.4             |                | 29 1
consensus late 3     | anc 40 0.4                                     |                | 9 1
consensus late 3     | anc 40 0.4, anc 47 1.6                         |                | 16 0
consensus early 3    | anc 0 2, leukocytes 3-16 0.3, anc 17-30 2      |                | 16 1
consensus early 1    | anc 20-30 2                                    |                | sampling gap from day 0 on
consensus early 1    | anc 0-9 2, anc 10 0.8                          |                | 10 0
t_icaht_table late 3 | platelets 40 15, platelets 60 15               |                | 29 1
t_icaht_table late 3 | platelets 40 15, platelets 41-99 90            |                | 69 0
t_icaht_table late 3 | platelets 40-99 90                             | progression 50 | 19 0
t_icaht_table late 3 | platelets 40 90                                | progression 20 | progression or new therapy before day 31
t_icaht_table late 3 | platelets 40 150                               |                | 9 0
t_icaht_code late 3  | platelets 40 150                               |                | 9 0
heatwaver_compatible early 1 | anc 5 2                                |                | a single measured day near one end only: the program stops
"""  # noqa: E501


@pytest.mark.parametrize(("graded", "labs", "events", "expected"), rows(CONVENTIONS))
def test_under_other_conventions(graded, labs, events, expected, build_one, endpoints, monkeypatch):
    """The only value of a window, leukocytes below a level, and days that nothing fills in."""
    convention, window, least = graded.split()
    name = "time_to_late_icaht_ge3"
    update = {"convention": convention, "window": window, "at_least": int(least)}
    changed = endpoints.endpoints[name].model_copy(update=update)
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    events = ", ".join(filter(None, [events, "last_contact 400"]))
    row = build_one(events, labs=labs, names=(name,)).endpoints.iloc[0]
    assert (shown(row) if row["evaluable"] else row["reason"]) == expected


# neutrophils | events | >= 14 days below 0.5 by day 60 | death before a no | time to the 14th day
FOURTEEN_DAYS = """
anc 0-2 2.0, anc 3-30 0.3, anc 31-60 2.0      | last_contact 400 | yes | yes | 16 1
anc 0-2 2, anc 3-10 0.3, anc 11-20 2, anc 21-30 0.3, anc 60 2 | death 61 other | yes | yes | 26 1
anc 0-2 2.0, anc 3-10 0.3, anc 11-60 2.0      | last_contact 400 | no  | no  | 60 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-12 2.0      | death 12 other   | -   | no  | 12 2
anc 0-2 2.0, anc 3-30 0.3                     | death 30 other   | yes | yes | 16 1
anc 0-2 2.0, anc 3-10 0.3, anc 11-30 2.0      | last_contact 30  | -   | -   | 30 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-60 2.0      | death 60 other   | no  | no  | 60 2
anc 0 2.0                                     | last_contact 400 | -   | -   | 13 0
anc 0-2 2.0, anc 3-10 0.3, anc 25-60 2.0      | last_contact 400 | -   | -   | 15 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-12 2, anc 25-60 2 | last_contact 400 | no | no | 60 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-20 2.0      | last_contact 20  | -   | -   | 20 0
anc 0-2 2.0, anc 3-10 0.3                     | last_contact 12  | -   | -   | 12 0
anc 0-2 2.0, anc 3-10 0.3                     | last_contact 20  | -   | -   | 15 0
anc 0-2 2.0, anc 3-10 0.3                     | death 15 other   | -   | no  | 15 2
anc 0-2 2.0, anc 3-10 0.3                     | death 20 other   | -   | no  | 15 0
anc 0-2 2.0, anc 3-16 0.3                     | last_contact 400 | yes | yes | 16 1
anc 0-2 2, anc 3-10 0.3, anc 25-30 0.3, anc 31-60 2 | last_contact 400 | yes | yes | 30 1
"""


def test_death_before_the_end_without_fourteen_days(build_all):
    """Not evaluable for the odds ratio, with its reason; competing in the incidence."""
    names = (
        "severe_neutropenia_14_days",
        "severe_neutropenia_14_days_death_no",
        "time_to_severe_neutropenia_14_days",
    )
    table = drawn(FOURTEEN_DAYS, build_all, names)
    for line, found in zip(rows(FOURTEEN_DAYS), table, strict=True):
        (first, reason), (second, _), (time, _) = found
        said = [{"nan 0": "no", "nan 1": "yes"}.get(one, "-") for one in (first, second)]
        assert [*said, time] == list(line[2:]), line
        if said[0] == "-" and "death" in line[1]:
            assert reason == "died before day 60"
