"""The rules of the house (DESIGN 4, 6 and 12), told by file, line and name."""

import ast
import re
import statistics
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from hematotox.run.files import CLONE

PACKAGE = CLONE / "workflow" / "src"
SCRIPTS = CLONE / "workflow" / "scripts"
RULE_FILES = sorted((CLONE / "workflow" / "rules").glob("*.smk"))
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION, LONGEST_MODULE, MOST_ARGUMENTS = 60, 300, 6
LONGEST_SCRIPT, LONGEST_RULE, LONGEST_RULE_FILE, LONGEST_SNAKEFILE = 15, 25, 150, 60


def tracked() -> list[Path]:
    """Files that are in the repository, or would be with the next `git add`."""
    if not (CLONE / ".git").exists():
        pytest.skip("a copy without its history")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [CLONE / name for name in listed.stdout.splitlines() if (CLONE / name).is_file()]


def place(path: Path) -> str:
    return path.relative_to(CLONE).as_posix()


# --- rules and their scripts ------------------------------------------------------------------


def rules() -> Iterator[tuple[Path, str, list[str]]]:
    """Every rule: its file, its name (`draw_tables_` of a rule a study), its lines."""
    start = re.compile(r"^( *)(?:rule|checkpoint)(?: (\w+))?:$")
    for path in (CLONE / "workflow" / "Snakefile", *RULE_FILES):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            found = start.match(line)
            if not found:
                continue
            block = [line]
            for following in lines[number + 1 :]:
                if following.strip() and not following.startswith(found[1] + " "):
                    break
                block.append(following)
            while not block[-1].strip():
                block.pop()
            text = "\n".join(block)
            made = re.search(r'name:\s*f?"?([\w]*)(?:\{study\})?"?$', text, re.MULTILINE)
            yield path, found[2] or (made[1] if made else ""), block


RULES = list(rules())
WITH_SCRIPT = [
    (name, "\n".join(block)) for _, name, block in RULES if "script:" in "\n".join(block)
]


def test_the_rules_are_found() -> None:
    names = [name for _, name, _ in RULES]
    assert {"all", "build_cohort", "stage_centre", "estimate_", "draw_figures_"} <= set(names)
    assert len(WITH_SCRIPT) >= 10


def test_every_script_belongs_to_the_rule_of_its_name_and_every_rule_has_its_script() -> None:
    used = {}
    for name, text in WITH_SCRIPT:
        script = re.search(r'script:\s*"\.\./scripts/(\w+)\.py"', text)
        assert script, f"{name}: its script must be a literal path"
        used[name.removesuffix("_")] = script[1]
    assert all(name == script for name, script in used.items()), used
    assert set(used.values()) == {path.stem for path in SCRIPTS.glob("*.py")}


@pytest.mark.parametrize(("name", "text"), WITH_SCRIPT)
def test_every_rule_has_its_log_its_environment_and_the_digest_of_its_code(name, text) -> None:
    for directive in ("log:", "conda:", "params:"):
        assert re.search(rf"^\s*{directive}", text, re.MULTILINE), f"{name}: {directive} is missing"
    assert "digest(" in text or name == "write_manifest", f"{name}: code=digest(...) is missing"
    assert "lambda: " not in text, name


@pytest.mark.parametrize(("name", "text"), WITH_SCRIPT)
def test_every_rule_says_what_it_needs_of_a_machine(name, text) -> None:
    assert re.search(r"resources:\s+mem_mb=\d+,\s+runtime=\d+,", text), name


def test_the_rules_work_in_another_workflow_that_imports_them() -> None:
    """Which has its own folder, number of cores and names of rules."""
    text = "".join(path.read_text(encoding="utf-8") for path in RULE_FILES)
    for word in ("workflow.basedir", "workflow.cores", "localrules:"):
        assert word not in text


def test_no_rule_uses_run_or_shell() -> None:
    """`run:` starts Snakemake again for every job (32 s for 30 trivial ones)."""
    used = [
        name for _, name, block in RULES if re.search(r"^\s*(run|shell):", "\n".join(block), re.M)
    ]
    assert used == []


def test_no_function_in_a_loop_over_studies_uses_the_study() -> None:
    """It would be bound late, and one study silently get another's plan."""
    for path, name, block in RULES:
        if block[0].startswith(" "):
            late = [line for line in block if "lambda" in line and re.search(r"\bstudy\b", line)]
            assert late == [], f"{place(path)}: {name}"


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.name)
def test_a_script_is_a_tail(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_SCRIPT
    tree = ast.parse("\n".join(lines))
    kinds = [type(node) for node in ast.walk(tree)]
    assert ast.FunctionDef not in kinds
    assert ast.Lambda not in kinds
    *imports, main = tree.body
    assert all(isinstance(node, ast.ImportFrom) for node in imports)
    assert isinstance(main, ast.If)
    assert ast.unparse(main.test) == "__name__ == '__main__'"


def test_rules_and_rule_files_are_short() -> None:
    assert [(n, len(b)) for _, n, b in RULES if len(b) > LONGEST_RULE] == []
    long = {place(p): lines_of(p) for p in RULE_FILES if lines_of(p) > LONGEST_RULE_FILE}
    assert long == {}
    assert lines_of(CLONE / "workflow" / "Snakefile") <= LONGEST_SNAKEFILE


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_a_rule_file_opens_with_its_inputs_and_outputs(path: Path) -> None:
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    head = "\n".join(comment[:12])
    assert head.startswith("# ")
    assert "# REQUIRED INPUTS" in head
    assert "# OUTPUTS" in head


# --- budgets of the package -------------------------------------------------------------------


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """All functions of the package; read when first asked for, not when tests are collected."""
    return [
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def code_lines(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function with code on them: neither blank, comment nor docstring."""
    first = node.body[0]
    doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    skipped = range(first.lineno, (first.end_lineno or 0) + 1) if doc else range(0)
    return len(
        {
            line
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if line not in skipped and line in lines_with_code(path)
        }
    )


@cache
def lines_with_code(path: Path) -> set[int]:
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    with path.open("rb") as stream:
        for token in tokenize.tokenize(stream.readline):
            if token.type not in silent:
                lines.update(range(token.start[0], token.end[0] + 1))
    return lines


@cache
def lengths() -> dict[tuple[Path, str, int], int]:
    return {(path, node.name, node.lineno): code_lines(path, node) for path, node in functions()}


def test_functions_are_short() -> None:
    long = {
        f"{place(path)}:{line} {name}": length
        for (path, name, line), length in lengths().items()
        if length > LONGEST_FUNCTION
    }
    assert long == {}


def test_most_functions_are_very_short() -> None:
    """Aim at 10 code lines; the exact median is told, and only a drift far away fails."""
    median = statistics.median(lengths().values())
    print(f"median function: {median} code lines")
    assert median <= 15


def test_modules_are_short() -> None:
    assert {place(p): lines_of(p) for p in MODULES if lines_of(p) > LONGEST_MODULE} == {}


def arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int]:
    """Number of arguments that may be given by position, and of all; `self` is none."""
    given = node.args
    positional = [a.arg for a in (*given.posonlyargs, *given.args) if a.arg not in ("self", "cls")]
    return len(positional), len(positional) + len(given.kwonlyargs)


def test_functions_have_few_arguments() -> None:
    many = {
        f"{place(path)}:{node.lineno} {node.name}": arguments(node)[1]
        for path, node in functions()
        if arguments(node)[1] > MOST_ARGUMENTS
    }
    assert many == {}


def exported(package: str) -> set[str]:
    """Names in `__all__` of a package."""
    path = PACKAGE / "hematotox" / package / "__init__.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


POSITIONAL = {
    "staging": 3, "cohort": 3, "scoring": 3, "analysis": 3, "reporting": 3, "synthetic": 3,
    "stats": 2,
}  # fmt: skip
"""Arguments of an exported function that may be given by position: stages take a frame and its
declarations, whose kinds differ; a statistic takes arrays, which could be swapped."""


@pytest.mark.parametrize("package", POSITIONAL)
def test_arguments_that_could_be_swapped_are_given_by_name(package: str) -> None:
    swappable = {
        f"{place(path)}:{node.lineno} {node.name}": arguments(node)[0]
        for path, node in functions()
        if path.parent.name == package
        and node.name in exported(package)
        and arguments(node)[0] > POSITIONAL[package]
    }
    assert swappable == {}


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "base_utils"}
    assert [place(path) for path in MODULES if path.stem in vague] == []


def test_nothing_is_left_to_be_done() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|placeholder)\b")
    left = [
        f"{place(path)}:{number}"
        for path in (*MODULES, *RULE_FILES, *SCRIPTS.glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if mark.search(line) and not ("placeholder" in line and "manuscript" in path.parts)
    ]
    assert left == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{place(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_layers_hold() -> None:
    """The contracts of import-linter in pyproject.toml: layers, and who may import what."""
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(CLONE / "pyproject.toml")) == EXIT_STATUS_SUCCESS


# --- the repository ---------------------------------------------------------------------------

BINARY = {".png", ".pdf", ".docx", ".xlsx", ".xls", ".sav", ".dta", ".parquet", ".zip", ".ipynb"}
HOSTS = re.compile(
    r"\b(files\.pythonhosted\.org|pypi\.org|pypi\.python\.org|repo\.anaconda\.com)\b"
)
LOCAL = re.compile(
    r"""(?:^|[\s"'(=:,])(/(?:home|Users|root|work|mnt|tmp)/[\w.-]+|[A-Z]:\\Users\\)"""
)
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|https?://(?:localhost|127\.|10\.|192\.168\.)"
)
HERE = Path(__file__).resolve()


def texts() -> Iterator[tuple[Path, int, str]]:
    for path in tracked():
        if path.suffix in BINARY or path.resolve() == HERE:
            continue
        content = path.read_bytes().decode("utf-8", errors="replace")
        yield from ((path, i, line) for i, line in enumerate(content.splitlines(), start=1))


def test_the_repository_names_no_registry_and_no_place_on_a_machine() -> None:
    found = [
        f"{place(path)}:{number}: {line.strip()[:80]}"
        for path, number, line in texts()
        if HOSTS.search(line) or LOCAL.search(line) or INDEX.search(line)
    ]
    assert found == []


def test_the_lock_has_a_hash_for_every_package() -> None:
    lock = (CLONE / "envs" / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9._-]+==)", lock, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_version_stands_once() -> None:
    project = (CLONE / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([\d.]+)"$', project, re.MULTILINE)
    assert version
    elsewhere = [
        f"{place(path)}:{number}"
        for path, number, line in texts()
        if path.suffix == ".py" and re.search(rf"""["']{re.escape(version[1])}["']""", line)
    ]
    assert elsewhere == []


def test_the_changelog_tells_numbers_first_in_every_release() -> None:
    text = (CLONE / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert releases
    for release in releases:
        title = release.splitlines()[0]
        headings = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert headings, f"{title}: what changed?"
        assert headings[0] == "Numbers", title
    version = re.search(
        r'^version = "([\d.]+)"$', (CLONE / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert version
    assert version[1] in releases[0].splitlines()[0], "the newest release is this version"
