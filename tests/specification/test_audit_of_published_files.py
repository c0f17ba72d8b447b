"""What contradicts itself in print is found in our published files, and nothing else is.

Each line was checked by hand against the papers' numbers; those of the list of known
inconsistencies carry its number.
"""

import pytest

from hematotox.audit import audit
from hematotox.run.files import CLONE, read_published

PUBLISHED = CLONE / "config" / "published"
AMONG = {"bridging_failure": "bridging=yes"}

CART_SIE = """
    no. 1    text S8                                          the limits belong to 2.58
    no. 4    Table 1, bridging failure (PD), all 560          only 455 can be meant
    no. 4    Table 1, bridging failure (PD), SimpleHT low     only 370 can be meant
    no. 4    Table 1, bridging failure (PD), all 389          only 324 can be meant
    no. 4    Table 1, bridging failure (PD), HT low           only 104 can be meant
    no. 4    Table 1, bridging failure (PD), HT high          only 220 can be meant
    by hand  Table 1, prior lines 1, SimpleHT high            4 of 95 is 4.2%
    by hand  Table 1, prior lines >= 3, SimpleHT high         37 of 95 is 38.9%
    by hand  Table 1, prior lines 2, HT high                  154 of 251 is 61.4%
"""
REJESKI_2021 = """
    no. 12   Abstract, AUC                                    give an AUC of 0.78 to 0.79
"""
REJESKI_2021_TABLES = """
    no. 8    Table 2, thrombocytopenia, tisa cel              7 of 8 percentages of the column
    no. 8    Table 2, thrombocytopenia, axi cel               161 fit most
    no. 9    Table 2, severe neutropenia 14 days, pooled      22 + 46 is 68, the total says 67
    no. 10   Table 3, prolonged neutropenia, europe, P        P 0.027 by Fisher's exact test
"""
REGISTRY = """
    no. 1    Text, overall survival, SimpleHT                 the limits belong to 2.58
"""
OTHER_PAPERS = """
    no. 14   Table 1, patients with severe infection                                  needs 16
    no. 15   Abstract, multivariable, prolonged neutropenia                           P=.001
    no. 17   Key Points, validation, sensitivity                                      71% in
    no. 28   1-year survival, neutropenia of more than 38 days before the boost       there are 15
"""
DE_BOER = """
    no. 13   abstract, AUC (as attached to the binary score)   give an AUC of 0.58 to 0.61
"""
EXPECTED = {
    "de_boer": DE_BOER,
    "cart_sie": CART_SIE,
    "rejeski_2021": REJESKI_2021,
    "rejeski_2021_tables": REJESKI_2021_TABLES,
    "registry": REGISTRY,
    "other_papers": OTHER_PAPERS,
}


def lines(drawn: str) -> list[tuple[str, str]]:
    """Place and words of each drawn finding."""
    if not drawn.strip():
        return []
    cells = [line.split("  ") for line in drawn.strip().splitlines()]
    kept = [[part.strip() for part in row if part.strip()] for row in cells]
    return [(place, words) for _, place, words in kept]


@pytest.mark.parametrize(
    "name", sorted({path.stem for path in PUBLISHED.glob("*.csv")} - {"expected_risks"})
)
def test_exactly_these_findings_and_none_in_any_other_file(name: str) -> None:
    found = audit(read_published(PUBLISHED / f"{name}.csv"), among=AMONG)
    expected = sorted(lines(EXPECTED.get(name, "")))
    assert sorted(one.place.partition(": ")[2] for one in found) == [place for place, _ in expected]
    for one in found:
        place = one.place.partition(": ")[2]
        assert any(words in one.message for at, words in expected if at == place), one


def test_every_contradiction_that_is_noted_and_computable_is_found() -> None:
    """A row that its file calls inconsistent is found, unless its reason is not a number."""
    words_only = (
        "called a range", "could be read", "printed as", "table <.01", "table .05",
        "called not significant", "under proportional hazards", "rounded limits",
    )  # fmt: skip
    for name in ("cart_sie", "registry", "other_papers"):
        rows = read_published(PUBLISHED / f"{name}.csv")
        noted = rows[(rows["inconsistent"] != "") & rows["estimate"].notna()]
        noted = noted[~noted["inconsistent"].str.contains("|".join(words_only), regex=True)]
        # the denominators of a subset are told where they exceed it, not in every column
        noted = noted[~noted["inconsistent"].str.contains("number bridged")]
        places = {one.place.partition(": ")[2] for one in audit(rows, among=AMONG)}
        assert set(noted["place"]) <= places, name
