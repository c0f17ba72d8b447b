"""The combinations of choices under which a headline result was estimated, for table and figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hematotox.declarations.study.words import Words
from hematotox.reporting.words.rows import Row, first
from hematotox.reporting.words.wording import capitalised

POLICIES: dict[str, str] = {
    "complete_case": "no item missing",
    "lowest": "missing items: fewest points",
    "highest": "missing items: most points",
    "determinable": "group certain whatever is missing",
}
"""Policy for missing items and its print."""
NOT_ASSESSABLE = "not assessable"
MISSING = "missing"
UNKNOWN = "unknown"
AUC_NOTE = "The AUC needs points: there is none where only the group is certain."


@dataclass(frozen=True, slots=True)
class Specification:
    """One combination of choices and what it gives; a missing estimate has no row."""

    convention: str
    policy: str
    window: str
    ratio: Row | None
    auc: Row | None

    @property
    def choices(self) -> tuple[str, str, str]:
        """Convention, policy and window."""
        return (self.convention, self.policy, self.window)


@dataclass(frozen=True, slots=True)
class Specifications:
    """All combinations of one analysis, the study's own first, with its counts.

    `grades` has the patients by grade for each convention, `groups` those by risk group for each
    policy and window.
    """

    analysis: str
    endpoint: str
    score: str
    all: tuple[Specification, ...]
    grades: dict[str, dict[str, Row]]
    groups: dict[tuple[str, str], dict[str, Row]]

    @property
    def own(self) -> Specification:
        """The study's own combination."""
        return self.all[0]

    def values(self, place: int) -> list[str]:
        """Return the conventions (0), policies (1) or windows (2), in the order of the plan."""
        return list(dict.fromkeys(one.choices[place] for one in self.all))


def specifications(rows: Sequence[Row], analysis: str) -> Specifications | None:
    """Gather the rows of one analysis of sensitivity; nothing if it has none."""
    own = [row for row in rows if row["analysis"] == analysis]
    estimated = [row for row in own if row["estimand"] in ("log_odds_ratio", "auc")]
    if not estimated:
        return None
    found = []
    for convention, text in dict.fromkeys((r["convention"], r["policy"]) for r in estimated):
        same = [r for r in estimated if (r["convention"], r["policy"]) == (convention, text)]
        policy, _, window = str(text).partition("; ")
        found.append(
            Specification(
                convention=str(convention),
                policy=policy,
                window=window,
                ratio=first(same, estimand="log_odds_ratio"),
                auc=first(same, estimand="auc"),
            )
        )
    counts = [row for row in own if row["estimand"] == "count" and row["method"] == "sensitivity"]
    grades: dict[str, dict[str, Row]] = {}
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    for row in counts:
        if row["term"] == "grade":
            grades.setdefault(str(row["convention"]), {})[str(row["reference"])] = row
        else:
            policy, _, window = str(row["policy"]).partition("; ")
            groups.setdefault((policy, window), {})[str(row["reference"])] = row
    head = estimated[0]
    return Specifications(
        analysis, str(head["endpoint"]), str(head["score"]), tuple(found), grades, groups
    )


def patients_in(counts: dict[str, Row], level: str) -> int:
    """Return the patients of a grade or group; nobody where there is no row."""
    return int(counts[level]["estimate"] or 0) if level in counts else 0


def choice_words(words: Words, score: str, place: int, name: str) -> str:
    """Return a choice in print: a convention (0), a policy (1) or a window (2)."""
    if place == 0:
        return words.conventions.get(name, name.replace("_", " "))
    if place == 1:
        return capitalised(POLICIES.get(name, name.replace("_", " ")))
    return capitalised(words.windows.get(f"{score}.{name}", name.replace("_", " ")))
