"""The generated documentation is in sync with the code, complete, and true of our own files."""

import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import Field

from hematotox.declarations.base import Declaration
from hematotox.declarations.study.analyses import ESTIMANDS, METHODS
from hematotox.declarations.study.vocabulary import CONDITIONS, CONF_METHODS
from hematotox.documentation import ESTIMATES, LOCK, PROJECT, generated
from hematotox.documentation.closed_lists import BEGIN, with_closed_lists
from hematotox.documentation.generated import FILES
from hematotox.documentation.schemas import models_of, schema, schema_bytes
from hematotox.documentation.sentences import sentences
from hematotox.documentation.type_words import default_words, type_words
from hematotox.errors import UserError
from hematotox.run.files import CLONE

PATTERNS = {
    "config": "config/config.yaml",
    "study": "config/studies/*.yaml",
    "centre": "config/centres/*.yaml",
    "score": "config/scores/*.yaml",
    "dictionary": "config/dictionary.yaml",
    "endpoints": "config/endpoints.yaml",
    "synonyms": "config/synonyms.yaml",
    "convention": "config/conventions/*.yaml",
    "checklist": "config/checklists/*.yaml",
    "references": "config/references.yaml",
}
ESTIMATES_TEXT = (CLONE / ESTIMATES).read_text(encoding="utf-8")
TEXTS = {"lock": LOCK, "project": PROJECT}
TEXTS = {key: (CLONE / name).read_text(encoding="utf-8") for key, name in TEXTS.items()}
GENERATED = generated(ESTIMATES_TEXT, **TEXTS)
CONFIG_TEXT = (CLONE / "config/README.md").read_text(encoding="utf-8")
SECTIONS = dict(
    re.findall(r"^#+ (.+?)\n(.*?)(?=^#|\Z)", CONFIG_TEXT, flags=re.MULTILINE | re.DOTALL)
)


class EditorLoader(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: `no` is a text, 5 a number, true a boolean."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(true|false)$", "tf"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)$", "-+.0123456789"),
    ("null", r"^(~|null|)$", ["~", "n", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def declarations():
    return [
        (schema_name, path)
        for schema_name, pattern in PATTERNS.items()
        for path in sorted(CLONE.glob(pattern))
    ]


# --- in sync --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GENERATED))
def test_a_generated_file_is_what_the_code_makes(path):
    assert (CLONE / path).read_bytes() == GENERATED[path], "run `hematotox document`"


def test_there_is_no_schema_that_nothing_makes():
    there = {f"workflow/schemas/{p.name}" for p in (CLONE / "workflow/schemas").iterdir()}
    assert there == {f"workflow/schemas/{file.schema}.schema.json" for file in FILES}


def test_making_the_documentation_again_changes_nothing():
    text = ESTIMATES_TEXT
    assert with_closed_lists(with_closed_lists(text)) == with_closed_lists(text) == text


# --- complete -------------------------------------------------------------------------------------


def test_every_kind_of_file_has_its_model():
    there = set((CLONE / "config").rglob("*.yaml"))
    assert there == {path for _, path in declarations()}


@pytest.mark.parametrize("model", [m for f in FILES for m in models_of(f.model)])
def test_every_key_has_its_sentence(model):
    choosing = {"method", "kind"}
    without = set(model.model_fields) - set(sentences(model))
    assert {name for name in without if name not in choosing} == set()
    assert model.__doc__


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.schema)
def test_every_key_of_a_whole_file_stands_in_its_chapter(file):
    chapter = SECTIONS[f"`{file.path}`"]
    bases = [getattr(base, "model_fields", {}) for base in file.model.__mro__[1:]]
    inherited = {name for fields in bases for name in fields}
    own = set(file.model.model_fields) - inherited
    assert own <= set(re.findall(r"^\| `(\w+)` \|", chapter, flags=re.MULTILINE))


def test_every_method_and_kind_of_a_study_has_a_section():
    text = "\n".join(SECTIONS)
    study = schema(next(f.model for f in FILES if f.schema == "study"))
    for key, chosen in (("analyses", "method"), ("displays", "kind")):
        entry = study["properties"][key]["patternProperties"].popitem()[1]
        options = [one for one in (entry, *entry.get("anyOf", ())) if "discriminator" in one]
        for option in options[0]["discriminator"]["mapping"]:
            assert f"`{chosen}: {option}`" in text


def test_links_lead_to_headings():
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", CONFIG_TEXT, flags=re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", CONFIG_TEXT)) <= anchors


@pytest.mark.parametrize("words", [*METHODS, *ESTIMANDS, *CONF_METHODS, *CONDITIONS])
def test_every_word_of_the_closed_lists_is_documented(words):
    assert f"| `{words}` |" in ESTIMATES_TEXT.split(BEGIN)[1]


def test_a_lost_mark_is_a_message():
    with pytest.raises(UserError, match="one of the marks is missing"):
        with_closed_lists(f"# Estimates\n\n{BEGIN}\n")


# --- true of our own files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema_name", "path"),
    declarations(),
    ids=[f"{name}-{path.stem}" for name, path in declarations()],
)
def test_an_editor_finds_nothing_wrong_with_our_declarations(schema_name, path):
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)
    rules = json.loads((CLONE / f"workflow/schemas/{schema_name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(rules)
    found = [error.json_path for error in Draft202012Validator(rules).iter_errors(content)]
    assert found == []


def test_an_editor_sees_an_unknown_key_and_a_wrong_word():
    rules = json.loads((CLONE / "workflow/schemas/config.schema.json").read_text("utf-8"))
    content = {"studies": ["CART-SIE"], "sead": 1}
    found = {error.json_path for error in Draft202012Validator(rules).iter_errors(content)}
    assert found == {"$", "$.studies[0]"}


# --- words ----------------------------------------------------------------------------------------


class Pot(Declaration):
    """A pot."""

    size: float = Field(default=1, ge=0, le=2)
    """In litres."""
    lids: tuple[str, ...] = ("glass", "a|b")
    """Lids that fit, in
    their order."""
    inner: dict[str, int] | None = None
    handle: bool


def test_words_of_a_key():
    keys = schema(Pot)["properties"]
    assert type_words(keys["size"], {}) == "number from 0 to 2"
    assert type_words(keys["lids"], {}) == "list of texts"
    assert type_words(keys["inner"], {}) == "mapping, text: whole number"
    assert type_words(keys["handle"], {}) == "true or false"
    assert default_words(keys["size"], required=False) == "`1`"
    assert default_words(keys["lids"], required=False) == r'`["glass", "a\|b"]`'
    assert default_words(keys["inner"], required=False) == ""
    assert default_words(keys["handle"], required=True) == "**required**"


def test_sentences_are_those_below_the_fields():
    assert sentences(Pot) == {"size": "In litres.", "lids": "Lids that fit, in their order."}


def test_a_schema_is_the_same_whenever_it_is_made():
    assert schema_bytes(Pot) == schema_bytes(Pot)
