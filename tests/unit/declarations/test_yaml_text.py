"""Every scalar stays the text that was written; what could mislead is refused with its line."""

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hematotox.declarations import yaml_text
from hematotox.declarations.yaml_text import read_yaml
from hematotox.errors import UserError
from hematotox.run.files import CLONE


@pytest.mark.parametrize(
    "written",
    ["no", "on", "yes", "007", "12:30", "1e3", "~", "null", "2021-03-04", "0x1F", "1_000", ".inf"],
)
def test_a_scalar_is_never_typed(written: str) -> None:
    assert read_yaml(f"key: {written}", source="a.yaml").content == {"key": written}
    assert read_yaml(f"[{written}]", source="a.yaml").content == [written]


def test_a_key_is_never_typed() -> None:
    assert read_yaml("no: a\n01: b\n", source="a.yaml").content == {"no": "a", "01": "b"}


def test_an_empty_value_is_empty_text_and_an_empty_file_an_empty_mapping() -> None:
    assert read_yaml("key:", source="a.yaml").content == {"key": ""}
    assert read_yaml("# nothing\n", source="a.yaml").content == {}


def test_lines_are_those_of_the_keys() -> None:
    document = read_yaml("a: 1\nb:\n  c: 2\n  d: [x,\n      y]\n", source="a.yaml")
    assert document.line(("a",)) == 1
    assert document.line(("b", "c")) == 3
    assert document.line(("b", "d", 1)) == 5
    assert document.line(("b", "absent", "deeper")) == 2, "the nearest parent that is there"
    assert document.line(("absent",)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "a.yaml:3: a: this key stands here twice (first in line 1); keep one"),
        ("a:\n  b: 1\n  b: 1", "a.yaml:3: a.b: this key stands here twice (first in line 2)"),
        ("a: &x 1\nb: 2", "a.yaml:1: anchors and aliases are not allowed; write it out"),
        ("a: 1\nb: *x", "a.yaml:2: anchors and aliases are not allowed; write it out"),
        ("a: !!int 1", "a.yaml:1: tags are not allowed; write the plain value"),
        ("[1,&x 2]", "a.yaml:1: anchors and aliases are not allowed; write it out"),
        ('{"a":*x }', "a.yaml:1: anchors and aliases are not allowed; write it out"),
        ("- a\n-\t!x b", "a.yaml:2: "),
        ("a: !own 1", "a.yaml:1: tags are not allowed; write the plain value"),
        ("a: [1, 2", "a.yaml:1: not valid YAML"),
        ("a: 1\n\tb: 2", "a.yaml:2: not valid YAML"),
        ("a: 1\n---\nb: 2", "a.yaml:2: not valid YAML"),
        ("[a, b]: 1", "a.yaml:1: a key must be plain text"),
        ("a: \x07", "a.yaml: not valid YAML: unreadable characters"),
    ],
)
def test_what_could_mislead_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read_yaml(text, source="a.yaml")
    assert str(caught.value).startswith(message)


TRICKY = (
    "a: b\t",
    "a: {when: {column:, in: 4}}",
    "a: [b?]",
    "a: {b? c: d}",
    "a: |# no comment\n  b",
    "a:\n  b: c\n\ufeff  d: e",
    "a: 'é\u2028b'\r\nc: d",
    "a: [1, 2",
    "a: *x",
    "a: 1\n---\nb: 2",
    "a: {b: 1, b: 2}",
)


def result(text: str) -> str:
    """Return what is read, with its lines, or the message."""
    try:
        return repr(read_yaml(text, source="a.yaml"))
    except UserError as error:
        return str(error)


DECLARATIONS = [path.read_text(encoding="utf-8") for path in (CLONE / "config").rglob("*.yaml")]


@pytest.mark.parametrize("text", [*TRICKY, *DECLARATIONS])
def test_a_machine_without_libyaml_reads_and_says_the_same(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = result(text)
    monkeypatch.setattr(yaml_text, "_FAST", None)
    assert result(text) == fast


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
def test_libyaml_reads_what_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "BaseLoader", None)
    assert read_yaml("a: {b: [1, 2]}", source="a.yaml").content == {"a": {"b": ["1", "2"]}}


plain = st.text(string.ascii_letters + string.digits + " .:#-_'\"äß", max_size=12)
trees = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=8,
)


@given(content=st.dictionaries(plain, trees, max_size=3))
def test_what_is_written_as_text_is_read_as_the_same_text(content: dict[str, object]) -> None:
    written = yaml.safe_dump(content, default_style='"', allow_unicode=True)
    assert read_yaml(written.replace("!!null ", ""), source="a.yaml").content == content
