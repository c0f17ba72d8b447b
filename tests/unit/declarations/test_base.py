"""Declarations know their keys, type their values, and name file, line and key of a trouble."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from hematotox.declarations.base import Declaration, Flag, Name, Text, parse
from hematotox.errors import UserErrors


class Curve(Declaration):
    kind: Literal["curve"]
    horizon: float | None = None


class Bars(Declaration):
    kind: Literal["bars"]
    width: int = 1


class Paper(Declaration):
    id: Name
    title: Text
    colour: Flag = False
    weights: dict[Name, float] = Field(default_factory=dict)
    figures: dict[Name, Annotated[Curve | Bars, Field(discriminator="kind")]] = Field(
        default_factory=dict
    )
    pages: tuple[int, ...] = ()


def troubles(text: str) -> list[str]:
    with pytest.raises(UserErrors) as caught:
        parse(text, source="paper.yaml", model=Paper)
    return caught.value.messages


GOOD = 'id: a\ntitle: "A"\n'


def test_values_are_typed_by_the_model() -> None:
    paper = parse(
        GOOD + "colour: true\nweights: {a: 1e-3, b: 7}\npages: [1, 2]", source="", model=Paper
    )
    assert (paper.colour, paper.weights, paper.pages) == (True, {"a": 0.001, "b": 7.0}, (1, 2))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: A", "paper.yaml:1: id: is missing"),
        (GOOD + "titel: B", 'paper.yaml:3: titel: unknown key; is "title" meant? (known here: '),
        (GOOD + "xyz: B", "paper.yaml:3: xyz: unknown key (known here: colour, figures, id, "),
        (GOOD + "colour: yes", 'paper.yaml:3: colour: must be "true" or "false"'),
        (GOOD + "pages: [1, two]", "paper.yaml:3: pages.1: must be a whole number"),
        (GOOD + "pages: 3", "paper.yaml:3: pages: must be a list"),
        (GOOD + "weights: 3", "paper.yaml:3: weights: must be a mapping (key: value)"),
        (GOOD + "weights:\n  a: heavy", "paper.yaml:4: weights.a: must be a number"),
        (GOOD + "weights:\n  a: nan", "paper.yaml:4: weights.a: must be a number"),
        (GOOD + "weights:\n  a: inf", "paper.yaml:4: weights.a: must be a number"),
        ('id: a\ntitle: " "', "paper.yaml:2: title: must not be empty"),
        ("id: Äpfel\ntitle: A", "paper.yaml:1: id: must be lower-case letters, digits and _"),
        ("- a\n- b", "paper.yaml:1: (whole file): must be a mapping (key: value)"),
        (
            GOOD + "figures:\n  one: {kind: pie}",
            "paper.yaml:4: figures.one: must be one of 'curve', 'bars'",
        ),
        (GOOD + "figures:\n  one: {width: 2}", "paper.yaml:4: figures.one: the key 'kind' is miss"),
        (
            GOOD + "figures:\n  one:\n    kind: curve\n    horizn: 5",
            'paper.yaml:6: figures.one.horizn: unknown key; is "horizon" meant? (known here: ',
        ),
    ],
)
def test_a_trouble_names_line_and_key_and_what_would_be_right(text: str, message: str) -> None:
    (found,) = troubles(text)
    assert found.startswith(message)


def test_all_troubles_come_together_in_the_order_of_their_lines() -> None:
    found = troubles("id: 1\nweights: {a: x}\npages: y\nnew: 2")
    assert [line.split(":")[1] for line in found] == ["1", "1", "2", "3", "4"]
    assert "paper.yaml:1: title: is missing" in found


def test_a_declaration_cannot_be_changed() -> None:
    paper = parse(GOOD, source="", model=Paper)
    with pytest.raises(ValueError, match="frozen"):
        paper.title = "B"


def test_a_declaration_survives_the_way_through_a_rule() -> None:
    paper = parse(
        GOOD + "figures: {one: {kind: curve, horizon: 365}}\nweights: {a: 0.1}",
        source="",
        model=Paper,
    )
    assert Paper.model_validate_json(paper.model_dump_json(by_alias=True)) == paper
