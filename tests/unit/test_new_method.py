"""A new method is two files beside its kernel, a new display two: everything else is derived."""

import subprocess
import sys
from pathlib import Path

import pytest

import hematotox.declarations.study.methods as methods_folder
from hematotox.declarations.models_in import models_in
from hematotox.declarations.study.analyses import METHODS, MODELS
from hematotox.declarations.study.analysis_base import AnalysisBase
from hematotox.declarations.study.displays import KINDS
from hematotox.declarations.study.facts import COUNT, MethodFacts, RowFacts

FILES = Path(__file__).parents[1] / "data" / "new_method"
FACTS = {"what": "Anything", "place": 1, "estimands": (COUNT,)}


def test_everything_knows_a_method_and_a_display_that_are_two_files_each():
    check = FILES / "knows_it.py"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", check]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_no_method_can_forget_its_counts():
    with pytest.raises(TypeError, match="'cells'"):
        RowFacts(**FACTS)
    with pytest.raises(TypeError, match="'cells'"):
        MethodFacts(**FACTS, endpoint="any", exposure="any")
    assert all("facts" in vars(model) for model in MODELS.values()), "inherited"


def test_a_module_without_the_model_of_its_name_is_a_fault(tmp_path, monkeypatch):
    (tmp_path / "forgotten.py").write_text("")
    monkeypatch.setattr(methods_folder, "__path__", [*methods_folder.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match="forgotten: needs one model with method: forgotten"):
        models_in(methods_folder, AnalysisBase, "method")


def test_an_estimand_means_one_thing():
    said = [one for facts in METHODS.values() for one in facts.estimands]
    assert len({one.name for one in said}) == len(set(said))
    assert len({facts.place for facts in METHODS.values()}) == len(METHODS)


def test_a_display_shows_methods_that_exist():
    assert {method for model in KINDS.values() for method in model.methods} <= set(MODELS)
