"""A user's mistake is one message: file, line and key (or column), and what would be right.

Most mistakes are tried where they are found, in `read_catalogue` and at the way in of a table;
a few go the whole way to the terminal.
"""

import re

import pytest

from hematotox.cohort import enter
from hematotox.errors import UserError
from hematotox.run.catalogue import read_catalogue
from hematotox.run.declaration_reader import settings_files
from hematotox.run.files import CLONE
from hematotox.synthetic.simulation import SEAL, seal

STUDY = "config/studies/bmt_example.yaml"
CENTRE_STUDY = """\
id: small
title: A small study
centres: [sie_01]
population:
  - include: {variable: disease, in: [lbcl], label: "Large B-cell lymphoma"}
scores: [ht]
conventions: {primary: cart_sie}
analyses:
  one: {method: logistic, endpoint: late_icaht_ge3, exposure: ht.group, population: ht}
displays:
  table: {kind: regression_table, title: Table, analyses: [one]}
"""


@pytest.fixture
def folder(run_folder, monkeypatch):
    """A run folder with the study of transplants and one of two centres, and the settings."""
    (run_folder / "config" / "studies" / "small.yaml").write_text(CENTRE_STUDY)
    monkeypatch.chdir(run_folder)
    return run_folder


def message(folder, *studies: str, **settings: object) -> str:
    """Return the message that reading the declarations ends with."""
    config = {"studies": list(studies), "exports": "exports", **settings}
    with pytest.raises(UserError) as caught:
        read_catalogue(config, run_folder=folder)
    text = str(caught.value)
    assert "Traceback" not in text
    assert str(folder) not in text
    assert str(CLONE) not in text
    return text


# --- study files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "tick_every: 20",
            "tik_every: 20",
            'displays.figure4.tik_every: unknown key; is "tick_every" meant? (known here: ',
        ),
        (
            "title:",
            "id: again\ntitle:",
            "id: this key stands here twice (first in line 2); keep one",
        ),
        ("id: bmt_example", "id: bmt", 'id: must be "bmt_example", as the file is named'),
        (
            "cox_fab: {method: cox, endpoint: disease_free_survival",
            "cox_fab: {method: cox, endpoint: disease_free_surviva",
            'analyses.cox_fab.endpoint: there is no endpoint "disease_free_surviva". Is '
            '"disease_free_survival" meant? Known are: disease_free_survival, platelet_recovery',
        ),
        (
            "analyses: [characteristics]",
            "analyses: [charcteristics]",
            'displays.table1.analyses.0: there is no analysis "charcteristics". Is '
            '"characteristics" meant? Known are: ',
        ),
        (
            "file: bmt.csv",
            "file: bone_marrow.csv",
            "cohort.file: exports/bone_marrow.csv: there is no such file; put the table into "
            "exports/",
        ),
        ("cohort:", "cohort: &a", "anchors and aliases are not allowed; write it out"),
        ("missing:", "missing", "not valid YAML"),
    ],
)
def test_a_mistake_in_a_study(folder, old: str, new: str, expected: str) -> None:
    path = folder / STUDY
    text = path.read_text(encoding="utf-8")
    if old not in text:
        text, old = text.replace("  patient_id:", f"  {old} []\n  patient_id:", 1), f"  {old} []"
        new = f"  {new} []"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = line_of(folder, "studies/bmt_example.yaml", new.splitlines()[0])
    found = message(folder, "bmt_example")
    assert found.startswith(f"{STUDY}:{line}: {expected}") or "YAML" in expected, found
    assert re.match(rf"{STUDY}:\d+: {re.escape(expected)}", found)


def test_a_study_that_is_not_utf_8(folder) -> None:
    path = folder / STUDY
    path.write_bytes(path.read_text().replace("Bone", "Knöchern").encode("cp1252"))
    assert message(folder, "bmt_example").startswith(f"{STUDY}: byte ")
    assert message(folder, "bmt_example").endswith("not UTF-8; save the file as UTF-8")


def test_an_empty_study(folder) -> None:
    (folder / STUDY).write_text("")
    assert message(folder, "bmt_example") == f"{STUDY}:1: id: is missing"


def test_troubles_of_all_files_come_together(folder) -> None:
    for name in ("bmt_example", "small"):
        path = folder / "config" / "studies" / f"{name}.yaml"
        path.write_text(path.read_text().replace("title:", "titel:", 1))
    lines = message(folder, "bmt_example", "small").splitlines()
    assert {line.split(":")[0] for line in lines} == {STUDY, "config/studies/small.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "scores: [ht]",
            "scores: [htt]",
            '6: scores.0: there is no score "htt". Is "ht" meant? Known are: all_ht, ',
        ),
        (
            "centres: [sie_01]",
            "centres: [sie_01, sie_99]",
            '3: centres.1: there is no centre "sie_99". Is "sie_',
        ),
        (
            "primary: cart_sie",
            "primary: cartsie",
            '7: conventions.primary: there is no convention "cartsie". Is "cart_sie" meant? Known',
        ),
        (
            "endpoint: late_icaht_ge3",
            "endpoint: late_icaht_ge",
            '9: analyses.one.endpoint: there is no endpoint "late_icaht_ge". Is "late_icaht_ge3" m',
        ),
        (
            "variable: disease",
            "variable: desease",
            '5: population.0.include.variable: there is no variable "desease". Is "disease" meant?',
        ),
        (
            "displays:",
            "published: cart_si.csv\ndisplays:",
            '10: published: there is no file "cart_si.csv". Is "cart_sie" meant? Known are: ',
        ),
    ],
)
def test_a_study_that_names_what_does_not_exist(folder, old, new, expected) -> None:
    path = folder / "config" / "studies" / "small.yaml"
    path.write_text(CENTRE_STUDY.replace(old, new, 1))
    found = message(folder, "small", exports="results/exports")
    assert found.startswith(f"config/studies/small.yaml:{expected}")


# --- scores, centres, settings ----------------------------------------------------------------


def own_copy(folder, name: str, old: str, new: str) -> None:
    """Put a changed copy of one of the clone's declarations into the run folder."""
    text = (CLONE / "config" / name).read_text(encoding="utf-8")
    assert old in text, name
    target = folder / "config" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder, name: str, words: str) -> int:
    lines = (folder / "config" / name).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if words in line)


def test_two_bands_over_one_cut_off(folder) -> None:
    own_copy(folder, "scores/ht.yaml", '"(175, inf)"', '"[175, inf)"')
    line = line_of(folder, "scores/ht.yaml", "[175, inf)")
    found = message(folder, "small", exports="results/exports")
    assert found.startswith("config/scores/ht.yaml:")
    assert abs(int(found.split(":")[1]) - line) <= 5, found
    assert "platelets" in found
    assert '175 is in two bands, "[75, 175]" and "[175, inf)"; each cut-off belongs to one' in found


def test_a_unit_that_is_not_the_dictionarys(folder) -> None:
    own_copy(folder, "scores/ht.yaml", "unit: mg/dL", "unit: mg/L")
    line = line_of(folder, "scores/ht.yaml", "unit: mg/L")
    found = message(folder, "small", exports="results/exports")
    assert found == (
        f"config/scores/ht.yaml:{line}: items.crp.unit: the unit must be the dictionary's, "
        '"mg/dL", not "mg/L"'
    )


def test_a_unit_that_nobody_knows_in_a_centre_file(folder) -> None:
    own_copy(folder, "centres/sie_01.yaml", "unit: mg/L}", "unit: mg/hL}")
    line = line_of(folder, "centres/sie_01.yaml", "mg/hL")
    found = message(folder, "small", exports="results/exports")
    assert found.startswith(f"config/centres/sie_01.yaml:{line}: labs.crp")
    assert "mg/hL" in found
    assert "mg/L" in found, "what would be right"


def test_a_variable_that_is_not_in_the_dictionary_in_a_centre_file(folder) -> None:
    own_copy(folder, "centres/sie_01.yaml", "  platelets: {", "  platelet: {")
    found = message(folder, "small", exports="results/exports")
    assert found.startswith("config/centres/sie_01.yaml:")
    assert 'labs.platelet: is not among the labs of the dictionary; is "platelets" meant?' in found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"studies: [a\nseed: 1\n", "config/config.yaml:2: not valid YAML: "),
        (b"seed: 1\nseed: 2\n", "config/config.yaml:2: seed: this key stands here twice"),
        (b"# \xe4\n", "config/config.yaml: byte 2: not UTF-8; save the file as UTF-8"),
        (b"- a\n", "config/config.yaml:1: (whole file): must be a mapping (key: value)"),
    ],
)
def test_a_settings_file_that_cannot_be_read(folder, content: bytes, expected: str) -> None:
    (folder / "config" / "config.yaml").write_bytes(content)
    with pytest.raises(UserError) as caught:
        settings_files(folder)
    assert str(caught.value).startswith(expected)


def test_settings_of_the_run_folder_come_after_the_clones(folder) -> None:
    clone, own = settings_files(folder)
    assert clone == str(CLONE / "config" / "config.yaml")
    assert own == str((folder / "config" / "config.yaml").resolve())
    (folder / "config" / "config.yaml").write_text("# nothing is set\n")
    assert settings_files(folder) == [clone]
    assert settings_files(CLONE) == [clone], "the demonstration runs in the clone"


def test_settings_are_told_with_their_file_and_line(folder) -> None:
    path = folder / "config" / "config.yaml"
    text = path.read_text()
    path.write_text(text.replace("seed: 1", "sed: 1"))
    line = line_of(folder, "config.yaml", "sed: 1")
    found = message(folder, "bmt_example")
    assert found.startswith(f'config/config.yaml:{line}: sed: unknown key; is "seed" meant?')


def test_a_study_of_the_settings_that_does_not_exist(folder) -> None:
    path = folder / "config" / "config.yaml"
    path.write_text(path.read_text().replace("[bmt_example]", "[bmt_example, bmt_exmple]"))
    line = line_of(folder, "config.yaml", "bmt_exmple")
    found = message(folder, "bmt_example", "bmt_exmple")
    assert found.startswith(
        f'config/config.yaml:{line}: studies: there is no study "bmt_exmple". Is "bmt_example" '
        "meant? Known are: bmt_example, "
    )


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"seed": "one"}, "settings: seed: must be a whole number"),
        ({"show_values": "maybe"}, 'settings: show_values: must be "true" or "false"'),
        ({"expots": "x"}, 'settings: expots: unknown key; is "exports" meant?'),
    ],
)
def test_a_setting_of_the_command_line_has_no_file(folder, settings, expected) -> None:
    assert message(folder, "bmt_example", **settings).replace("settings:1:", "settings:") == (
        expected
        if "unknown" not in expected
        else f"{expected} (known here: bootstrap_replicates, exports, seed, show_values, studies)"
    )


# --- exports ----------------------------------------------------------------------------------


def test_an_empty_exports_folder(folder) -> None:
    (folder / "exports" / "sie_01").mkdir()
    lines = message(folder, "small").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "exports/sie_01/esami.csv",
        "exports/sie_01/eventi.csv",
        "exports/sie_01/pazienti.csv",
    ]
    assert lines[0].endswith(
        "centre sie_01: there is no such file (the folder is empty); put the export there or "
        "correct config/centres/sie_01.yaml"
    )


def exports(folder, centre: str, files: dict[str, bytes], *, synthetic: bool) -> None:
    place = folder / "exports" / centre
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    if synthetic:
        (place / SEAL).write_bytes(seal(files, seed=1, version=1))


SIE_01 = {"pazienti.csv": b"x", "esami.csv": b"x", "eventi.csv": b"x"}


def two_centres(folder, *, synthetic: tuple[bool, bool]) -> None:
    (folder / "config" / "centres" / "sie_02.yaml").write_text(
        (CLONE / "config" / "centres" / "sie_01.yaml").read_text().replace("sie_01", "sie_02")
    )
    path = folder / "config" / "studies" / "small.yaml"
    path.write_text(CENTRE_STUDY.replace("[sie_01]", "[sie_01, sie_02]"))
    for centre, made in zip(("sie_01", "sie_02"), synthetic, strict=True):
        exports(folder, centre, SIE_01, synthetic=made)


def test_a_study_with_synthetic_and_real_patients(folder) -> None:
    two_centres(folder, synthetic=(True, False))
    assert message(folder, "small") == (
        "config/studies/small.yaml: centres: synthetic and real patients must not mix; "
        "synthetic are: sie_01"
    )


@pytest.mark.parametrize("kind", ["synthetic", "real"])
def test_a_study_of_one_source_is_accepted(folder, kind: str) -> None:
    two_centres(folder, synthetic=(kind == "synthetic",) * 2)
    run = read_catalogue({"studies": ["small"], "exports": "exports"}, run_folder=folder)
    assert run.source("small") == kind
    assert run.centre_source("sie_01") == kind


def test_results_made_from_the_other_source(folder) -> None:
    exports(folder, "sie_01", SIE_01, synthetic=False)
    population = folder / "results" / "cohorts" / "small" / "population.csv"
    population.parent.mkdir(parents=True)
    population.write_text(
        "patient_id,centre,source,included,reason\nsie_01/1,sie_01,synthetic,1,\n"
    )
    assert message(folder, "small") == (
        "results/cohorts/small: was made from synthetic patients, now they are real; use another "
        "run folder (hematotox new-run) or move results/ away"
    )


# --- an analysis-ready table ------------------------------------------------------------------

TABLE = (CLONE / "config" / "data" / "bmt.csv").read_text(encoding="utf-8").replace('"', "")
HEADER, *ROWS = TABLE.splitlines()


@pytest.fixture(scope="module")
def study():
    return read_catalogue({"studies": ["bmt_example"]}, run_folder=CLONE).studies["bmt_example"]


def table_message(study, *lines: str, **changes: object) -> str:
    declared = study.model_copy(update={"cohort": study.cohort.model_copy(update=changes)})
    content = "\n".join(lines).encode("utf-8")
    with pytest.raises(UserError) as caught:
        enter(content, declared, source="real")
    return str(caught.value)


def with_cells(column: str, values: list[str]) -> list[str]:
    position = HEADER.split(",").index(column)
    rows = [row.split(",") for row in ROWS]
    for row, value in zip(rows, values, strict=False):
        row[position] = value
    return [HEADER, *(",".join(row) for row in rows)]


def test_a_missing_column(study) -> None:
    header = HEADER.replace("donor_age", "donor_agee")
    assert table_message(study, header, *ROWS) == (
        'bmt.csv: there is no column "donor_age" (cohort.covariates.donor_age.column); is '
        f'"donor_agee" meant? the file has: {header.replace(",", ", ")}'
    )


def test_an_empty_table(study) -> None:
    wanted = "bmt.csv: no patients; the file needs a header and a row for each"
    assert table_message(study) == wanted
    assert table_message(study, HEADER) == wanted
    assert table_message(study, HEADER, "", "") == wanted


def test_duplicate_patient_numbers(study) -> None:
    header, *rows = with_cells("wait", [str(i) for i in range(len(ROWS))])
    assert table_message(study, header, rows[0], *rows, patient_id="wait") == (
        'bmt.csv: column "wait": 1 patient numbers appear more than once; the table needs one row '
        "a patient"
    )


def test_a_column_that_is_unreadable_in_more_than_5_per_cent(study) -> None:
    found = table_message(study, *with_cells("age", ["4711 years"] * 7))
    assert found.startswith('bmt.csv: column "age": 7 of 137 cells cannot be read')
    assert "correct the study's declaration of this column" in found
    assert "4711" not in found, "a patient's value is never shown"


def test_a_few_unreadable_cells_are_findings(study) -> None:
    content = "\n".join(with_cells("age", ["4711 years"] * 6)).encode()
    cohort = enter(content, study, source="real")
    assert cohort.findings["row"].tolist() == [2, 3, 4, 5, 6, 7]
    assert set(cohort.findings["kind"]) == {"unreadable"}
    assert "4711" not in cohort.findings.to_string()
    assert cohort.population["age"].isna().sum() == 6
    assert len(cohort.population) == 137, "nobody is lost"


def test_a_table_in_another_encoding(study) -> None:
    content = TABLE.replace("hospital", "hôpital").encode("latin-1")
    with pytest.raises(UserError, match=r"bmt\.csv: is not utf-8; try encoding: cp1252"):
        enter(content, study, source="real")


def test_a_row_with_too_many_cells(study) -> None:
    found = table_message(study, HEADER, f"{ROWS[0]},4711", *ROWS[1:])
    assert found == (
        "bmt.csv: row 2: more or fewer cells than the header; correct the file, or cohort.delimiter"
    )
    found = table_message(study, HEADER, f'"{ROWS[0]}', *ROWS[1:])
    assert found.startswith("bmt.csv: row 2: a quotation mark is not closed")


def test_columns_without_a_name_do_not_matter(study) -> None:
    content = "\n".join(f"{line},," for line in (HEADER, *ROWS)).encode()
    assert len(enter(content, study, source="real").population) == 137


def test_two_columns_of_one_name(study) -> None:
    header = HEADER.replace("donor_age", "age")
    found = table_message(study, header, *ROWS)
    assert found == "bmt.csv: two columns are called age"


def test_a_table_without_headings_shows_no_patient(study) -> None:
    """Its first row is a patient's; the message must not list it as headings."""
    patient = ROWS[0].replace("2081", "4711")
    assert "4711" in patient
    found = table_message(study, patient, *ROWS)
    assert "4711" not in found
    assert "are there headings in" in found


# --- the whole way to the terminal ------------------------------------------------------------


def said(run) -> list[str]:
    """What the terminal shows, without Snakemake's own first line about the profile."""
    lines = (run.stdout + run.stderr).splitlines()
    return [line for line in lines if line.strip() and "specific profile" not in line]


def test_a_mistake_in_a_declaration_is_the_only_thing_said(folder, snakemake, edited) -> None:
    edited(folder / STUDY, "tick_every: 20", "tik_every: 20")
    line = line_of(folder, "studies/bmt_example.yaml", "tik_every: 20")
    run = snakemake(folder, "--cores", "1")
    assert run.returncode == 1
    (told,) = said(run)
    assert told.startswith(
        f'{STUDY}:{line}: displays.figure4.tik_every: unknown key; is "tick_every" meant? (known '
    )
    assert not (folder / "results").exists(), "nothing was begun"


def test_a_mistake_in_a_table_is_told_by_the_job_that_met_it(folder, snakemake) -> None:
    (folder / "exports" / "bmt.csv").write_text(TABLE.replace("donor_age", "donor", 1))
    run = snakemake(folder, "--cores", "1", "results/estimates/bmt_example.csv")
    assert run.returncode == 1
    _, progress, *lines = said(run)  # the copy of the study is told first
    assert progress.endswith("building the cohort of bmt_example")
    assert len(lines) == 1
    assert lines[0].startswith(
        'bmt.csv: there is no column "donor_age" (cohort.covariates.donor_age'
    )
    assert not list((folder / "results").rglob("*.csv")), "nothing half-written is left"


def test_an_empty_exports_folder_is_told_before_the_first_job(folder, snakemake) -> None:
    run = snakemake(folder, "--cores", "1", "--config", "studies=[small]")
    assert run.returncode == 1
    assert [line.split(":")[0] for line in said(run)] == [
        "exports/sie_01/esami.csv",
        "exports/sie_01/eventi.csv",
        "exports/sie_01/pazienti.csv",
    ]
    assert not (folder / "results").exists()
