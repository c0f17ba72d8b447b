"""Every exported function has an example in its documentation, and it runs."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

from hematotox import stats

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(stats.__path__, "hematotox.stats.")
    if not module.ispkg
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "name", [n for n in stats.__all__ if inspect.isfunction(getattr(stats, n))]
)
def test_every_function_has_an_example_and_says_what_it_follows(name):
    words = inspect.getdoc(getattr(stats, name)) or ""
    assert ">>> " in words
    assert "Parameters\n----------" in words
