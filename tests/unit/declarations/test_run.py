"""The settings of a run."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.run import RunSettings
from hematotox.errors import UserError


def test_what_is_not_set_has_a_default() -> None:
    settings = parse("studies: [a, b]", source="config.yaml", model=RunSettings)
    assert settings.studies == ("a", "b")
    assert settings.show_values is False, "a patient's value is shown only on request"
    assert (settings.seed, settings.bootstrap_replicates) == (1, 2000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("studies: [a, b, a]", "config.yaml:1: studies: a: named twice; name each once"),
        ("studies: []", "config.yaml:1: studies: "),
        ("studies: [A]", "config.yaml:1: studies.0: must be lower-case letters"),
        ("studies: [a]\nseed: -1", "config.yaml:2: seed: "),
        ("studies: [a]\nseed: 1.5", "config.yaml:2: seed: "),
        ("studies: [a]\nseed: 010", 'config.yaml:2: seed: "010" begins with 0; write the number'),
        ("studies: [a]\nbootstrap_replicates: 0100", "config.yaml:2: bootstrap_replicates: "),
        ("studies: [a]\nshow_values: yes", 'config.yaml:2: show_values: must be "true" or "false"'),
        ("studies: [a]\nsed: 1", 'config.yaml:2: sed: unknown key; is "seed" meant?'),
    ],
)
def test_a_wrong_setting_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text, source="config.yaml", model=RunSettings)
    assert str(caught.value).startswith(message)
