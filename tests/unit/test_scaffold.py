"""A draft of a centre file: what it guesses is right, what it cannot know it leaves open."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from hematotox.cli import main
from hematotox.contracts import Staged
from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import Synonyms, strangers
from hematotox.declarations.yaml_text import read_yaml
from hematotox.dialects import disagreements, open_export
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open, date_formats, order_of, signs
from hematotox.dialects.vocabulary import Vocabulary, normal
from hematotox.errors import UserError
from hematotox.run.files import CLONE, read_text
from hematotox.run.run_folder import new_run
from hematotox.scaffold.centre_draft import CentreDraft, draft_centre
from hematotox.scaffold.draft_text import scalar
from hematotox.scaffold.study_file import new_study
from hematotox.staging import stage
from hematotox.synthetic import read_calibration, simulate

EXPORTS = CLONE / "tests" / "data" / "exports"
DIALECTS = sorted(folder.name for folder in EXPORTS.iterdir() if folder.is_dir())
DICTIONARY = parse(
    read_text(CLONE / "config/dictionary.yaml"), source="dictionary.yaml", model=Dictionary
)
SYNONYMS = parse(read_text(CLONE / "config/synonyms.yaml"), source="synonyms.yaml", model=Synonyms)
VOCABULARY = Vocabulary(SYNONYMS, DICTIONARY)


def units(**said: str) -> dict[str, Any]:
    return {variable: {"unit": unit} for variable, unit in said.items()}


UNKNOWN = dict.fromkeys(("unknown_1", "unknown_2", "unknown_3", "unknown_4"))
USUAL = units(anc="10*9/L", platelets="10*9/L", hemoglobin="g/dL", crp="mg/dL", ferritin="ng/mL")
ANSWERS: dict[str, dict[str, Any]] = {
    "de_csv_long": {
        "tables": {"labs": {"leave_out": ["Kalium"]}},
        "subjects": {"disease": {"values": {"großzelliges B-NHL": "lbcl"}}},
        "labs": units(platelets="10*3/uL"),
    },
    "en_csv_patient_rows": {
        "subjects": {"sex": {"values": {"1": "male", "2": "female"}}},
        "labs": {
            "anc": [
                {
                    "table": "subjects",
                    "column": "ANC pre-LD (K/uL)",
                    "unit": "K/uL",
                    "on_day": "-5",
                },
                {
                    "table": "counts",
                    "days": {"ANC d3": "3", "ANC d6": "6", "ANC d10": "10"},
                    "unit": "K/uL",
                },
            ],
            "platelets": {"date": "ld_start"},
            "hemoglobin": {"on_day": "-5"},
            "crp": {"on_day": "-5"},
            "ferritin": {"on_day": "-5", "unit": "ng/mL"},
        },
    },
    "en_parquet": {"labs": USUAL},
    "en_stata": {
        "labs": units(platelets="10*9/L", hemoglobin="g/L"),
        "events": {
            **UNKNOWN,
            "progression": {"when": {"column": "what", "in": "3"}},
            "crs": {"when": {"column": "what", "in": "1"}, "column": "grade"},
            "response": {
                "when": {"column": "what", "in": "2"},
                "column": "outcome",
                "values": {"1": "cr"},
            },
            "death": {
                "when": {"column": "what", "in": "4"},
                "column": "outcome",
                "values": {"5": "infection"},
            },
        },
    },
    "fr_csv_wide": {},
    "it_csv_wide": {"subjects": {"disease": {"values": {"LNH-B": "lbcl"}}}},
    "it_excel": {
        "decimal": ",",
        "labs": units(
            anc="/uL", platelets="10*3/uL", hemoglobin="g/dL", crp="mg/L", ferritin="ng/mL"
        ),
    },
    "it_spss": {
        "subjects": {
            "disease": {"values": {"1": "lbcl"}},
            "histology": {"values": {"1": "dlbcl", "2": "pmbcl"}},
            "product": {"values": {"1": "axi_cel", "2": "tisa_cel"}},
        },
        "labs": units(
            anc="/uL", platelets="10*9/L", hemoglobin="g/dL", crp="mg/L", ferritin="ng/mL"
        ),
    },
    "it_tab_serial": {
        "tables": {"labs": {"other_patients": "leave_out"}},
        "labs": units(
            anc="/mm3", platelets="/mm3", hemoglobin="g/dL", crp="mg/dL", ferritin="ng/mL"
        ),
    },
    "redcap_csv": {
        "subjects": {
            "sex": {"values": {"0": "male", "1": "female"}},
            "disease": {"values": {"1": "lbcl"}},
            "histology": {
                "checkboxes": {"histo___1": "dlbcl", "histo___2": "pmbcl", "histo___3": "hgbl"}
            },
            "product": {"values": {"1": "axi_cel", "2": "tisa_cel"}},
        },
        "labs": USUAL,
        "events": {
            **UNKNOWN,
            "crs": {"when": {"column": "ae_type", "in": "1"}, "column": "ae_grade"},
            "response": {
                "when": {"column": "ae_type", "in": "2"},
                "column": "resp",
                "values": {"1": "cr", "2": "pr"},
            },
            "progression": {"when": {"column": "ae_type", "in": "3"}},
            "death": {
                "when": {"column": "ae_type", "in": "4"},
                "column": "cod",
                "values": {"1": "infection"},
            },
        },
    },
}
"""What a data manager decides after reading the draft: only what it marks, and nothing else."""


def files_of(name: str) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in (EXPORTS / name).iterdir()
        if path.is_file() and path.name != "centre.yaml"
    }


def draft(files: dict[str, bytes], centre: str = "ward") -> CentreDraft:
    return draft_centre(centre, files, dictionary=DICTIONARY, synonyms=SYNONYMS)


@cache
def draft_of(name: str) -> CentreDraft:
    return draft(files_of(name), name)


def merged(content: Any, answers: Any) -> Any:
    """The draft with answers in their places; None takes a key out."""
    if not (isinstance(content, dict) and isinstance(answers, dict)):
        return answers
    joined = {key: merged(content.get(key), one) for key, one in answers.items()}
    return {key: one for key, one in {**content, **joined}.items() if one is not None}


def staged(files: dict[str, bytes], centre: Centre) -> Staged:
    return stage(open_export(files, source="real"), centre, DICTIONARY)


def as_text(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return sorted(
        tuple("" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v) for v in row)
        for row in frame.itertuples(index=False)
    )


# ---- whole drafts --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIALECTS)
def test_a_decided_draft_stages_what_was_typed_by_hand(name: str) -> None:
    content = read_yaml(draft_of(name).text, source=name).content
    centre = Centre.model_validate(merged(content, ANSWERS[name]))
    assert disagreements(centre, DICTIONARY) == []
    found = staged(files_of(name), centre)
    for table in ("subjects", "events"):
        path = EXPORTS / name / "expected" / f"{table}.csv"
        wanted = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert as_text(getattr(found, table)[list(wanted)]) == as_text(wanted)
    wanted = pd.read_csv(EXPORTS / name / "expected" / "labs.csv", dtype={"patient_id": str})
    keys = ["patient_id", "variable", "day", "measurement"]
    wanted = wanted.sort_values(keys, ignore_index=True)
    assert as_text(found.labs[keys]) == as_text(wanted[keys])
    for column in ("value_low", "value_high"):
        np.testing.assert_allclose(found.labs[column], wanted[column], rtol=2e-8)


@pytest.mark.parametrize("name", sorted(set(DIALECTS) - {"fr_csv_wide", "it_excel"}))
def test_an_undecided_draft_is_never_staged(name: str) -> None:
    """What only the hospital knows stops the run at its line; nothing is assumed."""
    centre = parse(draft_of(name).text, source=f"{name}.yaml", model=Centre)
    assert disagreements(centre, DICTIONARY)


def test_an_undecided_decimal_sign_stops_at_its_line() -> None:
    with pytest.raises(UserError) as caught:
        parse(draft_of("it_excel").text, source="it_excel.yaml", model=Centre)
    assert str(caught.value) == "it_excel.yaml:7: decimal: must be one of '.' or ','"


def test_a_draft_of_which_everything_is_told_needs_no_decision() -> None:
    assert draft_of("fr_csv_wide").decisions == ()
    assert draft_of("fr_csv_wide").unused == ()


def test_drafts_are_as_they_were(kept) -> None:
    """Nine hospitals' exports and the practice hospital's: text, decisions, what is left over."""
    folder = CLONE / "docs" / "tutorial" / "nord"
    nord = draft({path.name: path.read_bytes() for path in sorted(folder.iterdir())}, "nord")
    found = {**{name: draft_of(name) for name in DIALECTS}, "nord": nord}
    told = [f"== {name}\n{one.text}{one.decisions}\n{one.unused}\n" for name, one in found.items()]
    kept("drafts", "".join(told))


@pytest.mark.parametrize("name", DIALECTS)
def test_every_guess_is_marked_and_every_decision_has_its_line(name: str) -> None:
    found = draft_of(name)
    lines = found.text.splitlines()
    assert max(map(len, lines)) <= 100
    document = read_yaml(found.text, source=name)
    for section in ("subjects", "labs", "events", "tables"):
        for key in document.content[section]:
            line = document.line((section, key)) - 1
            above = "\n".join(lines[max(0, line - 3) : line])
            assert "# check" in lines[line] or "check" in above or "decide" in above
    for number, key, _ in found.decisions:
        assert key.rpartition(".")[2] in lines[number - 1]


SHIPPED = ("sie_01", "sie_09", "sie_14")


@cache
def shipped() -> dict[str, Centre]:
    texts = {name: read_text(CLONE / f"config/centres/{name}.yaml") for name in SHIPPED}
    return {name: parse(text, source=name, model=Centre) for name, text in texts.items()}


@cache
def synthetic_exports() -> dict[str, bytes]:
    return simulate(tuple(shipped().values()), read_calibration(), 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_synthetic_centres_are_staged_as_by_their_own_files(name: str) -> None:
    """An Italian system's text files, an English registry, a German workbook: no answer needed."""
    own, made = shipped()[name], synthetic_exports()
    files = {Path(path).name: made[path] for path in made if path.startswith(f"{name}/")}
    del files["SYNTHETIC.json"]
    found = draft(files, name)
    assert found.decisions == ()
    by_draft = staged(files, parse(found.text, source=name, model=Centre))
    by_hand = staged(files, own)
    for table in ("subjects", "labs", "events"):
        pd.testing.assert_frame_equal(getattr(by_draft, table), getattr(by_hand, table))


def test_the_practice_hospital_has_one_code_to_decide() -> None:
    folder = CLONE / "docs" / "tutorial" / "nord"
    found = draft({path.name: path.read_bytes() for path in folder.iterdir()}, "nord")
    assert [key for _, key, _ in found.decisions] == ["events.unknown_1"]
    assert "in: Infekt}" in found.text.splitlines()[found.decisions[0][0] - 1]


# ---- what is never guessed -----------------------------------------------------------------------

PATIENTS = b"id,sex,infusion\n1,1,2021-03-14\n2,2,2021-03-15\n"


def one_lab_file(heading: str, *values: str) -> CentreDraft:
    rows = "".join(f"1,2021-03-{n + 10},{value}\n" for n, value in enumerate(values))
    labs = f"id,date,{heading}\n{rows}".encode()
    return draft({"patients.csv": PATIENTS, "labs.csv": labs})


def labs_of(found: CentreDraft) -> dict[str, Any]:
    return read_yaml(found.text, source="draft").content["labs"]


def test_a_unit_comes_from_the_heading_alone() -> None:
    assert labs_of(one_lab_file("ANC (/uL)", "2400", "50")) == {
        "anc": {"column": "ANC (/uL)", "unit": "/uL"}
    }
    found = one_lab_file("ANC", "2400", "50")
    assert labs_of(found) == {"anc": {"column": "ANC"}}
    assert "# decide: no unit is named; the values are plausible in /uL" in found.text
    assert any(key == "labs.anc.unit" for _, key, _ in found.decisions)


def test_neutrophils_in_percent_are_not_the_neutrophil_count() -> None:
    labs = b"id,date,ANC (%),PLT (G/L)\n1,2021-03-14,55,80\n1,2021-03-15,60,90\n"
    found = draft({"patients.csv": PATIENTS, "labs.csv": labs})
    assert labs_of(found) == {"platelets": {"column": "PLT (G/L)", "unit": "10*9/L"}}
    assert any('"ANC (%)"' in one for one in found.unused)


def test_numbers_for_a_sex_are_not_guessed() -> None:
    found = one_lab_file("ANC (/uL)", "2400")
    subjects = read_yaml(found.text, source="draft").content["subjects"]
    assert subjects["sex"]["values"] == {"1": "", "2": ""}


@pytest.mark.parametrize(
    ("codes", "levels"),
    [
        (["M", "F"], {"M": "male", "F": "female"}),
        (["m", "w"], {"m": "male", "w": "female"}),
        (["H", "F"], {"H": "male", "F": "female"}),
        (["H", "M"], {"H": "", "M": ""}),
        (["V", "M"], {"V": "", "M": ""}),
    ],
)
def test_letters_that_mean_another_sex_in_another_language(codes, levels) -> None:
    """In Spanish M is a woman (mujer) beside H (hombre) or V (varón)."""
    rows = "".join(f"{n},{code},2021-03-1{n}\n" for n, code in enumerate(codes))
    found = draft({"p.csv": f"id,sex,infusion\n{rows}".encode()})
    assert read_yaml(found.text, source="d").content["subjects"]["sex"]["values"] == levels


def test_unknown_is_a_cause_of_death_and_elsewhere_no_value() -> None:
    events = b"id,date,event,detail\n1,2021-04-01,death,unknown\n2,2021-04-01,infection,unknown\n"
    found = draft({"p.csv": PATIENTS, "e.csv": events})
    content = read_yaml(found.text, source="d").content
    assert content["events"]["death"]["column"] == "detail"
    assert "column" not in content["events"]["infection"]
    assert content["missing"] == ["unknown"]


def test_files_without_a_table_are_named() -> None:
    files = {"p.csv": PATIENTS, "notes.txt": b'a "note" of\nthe ward', "scan.pdf": b"%PDF"}
    assert draft(files).unused == ("notes.txt: the whole of it", "scan.pdf: the whole of it")


def test_without_an_infusion_date_the_next_run_says_so() -> None:
    files = {"p.csv": b"id,sex,age\n1,m,61\n2,f,47\n"}
    found = draft(files)
    assert "  # infusion_date: {column: }" in found.text.splitlines()
    with pytest.raises(UserError, match=r"^d:\d+: subjects: infusion_date is missing"):
        parse(found.text, source="d", model=Centre)


def test_an_export_without_anything_known_is_refused() -> None:
    with pytest.raises(UserError, match=r"no file has a table .* has: letter\.docx, x\.csv"):
        draft({"letter.docx": b"", "x.csv": b"a,b\n1,2\n"})


def test_a_code_that_may_be_a_patients_value_stands_in_the_file_only(tmp_path, capsys) -> None:
    new_run(tmp_path / "run", study="cart_sie")
    folder = tmp_path / "run" / "exports" / "ward"
    folder.mkdir()
    (folder / "p.csv").write_text("id,sex,disease,infusion\n7811,q,rarum,2021-03-14\n")
    assert main(["centre", "draft", str(folder)]) == 0
    said = capsys.readouterr().out
    text = (tmp_path / "run/config/centres/ward.yaml").read_text(encoding="utf-8")
    assert "rarum" in text
    assert not any(value in said for value in ("rarum", "7811", "2021-03-14", '"q"'))
    assert "config/centres/ward.yaml:" in said
    assert "7811" not in text


# ---- notation ------------------------------------------------------------------------------------


def column(*cells: Any) -> Column:
    content = np.empty(len(cells), dtype=object)
    content[:] = cells
    return Column("x", content, VOCABULARY)


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["27/02/2021", "03/04/2021"], ["%d/%m/%Y"]),
        (["02/27/2021", "03/04/2021"], ["%m/%d/%Y"]),
        (["27.02.2021"], ["%d.%m.%Y"]),
        (["27/02/2021 08:15", "27/02/2021"], ["%d/%m/%Y", "%d/%m/%Y %H:%M"]),
        (["20210227"], ["%Y%m%d"]),
        (["27 févr. 2021", "4 mars 2021"], ["%d %b %Y"]),
        (["2021-02-27", "n.d."], ["%Y-%m-%d"]),
    ],
)
def test_dates_that_tell_their_format(cells: list[str], formats: list[str]) -> None:
    dates = [column(*cells)]
    found = date_formats(dates, order_of(dates))
    assert isinstance(found, list)
    assert sorted(found) == sorted(formats)


def test_day_and_month_that_cannot_be_told_apart_are_open() -> None:
    dates = [column("03/04/2021", "05/06/2021")]
    assert isinstance(date_formats(dates, order_of(dates)), Open)
    told = [*dates, column("27/02/2021")]
    assert date_formats(dates, order_of(told)) == ["%d/%m/%Y"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["2,4", "80"], {"decimal": ","}),
        (["2,4", "80.000"], {"decimal": ",", "thousands": "."}),
        (["2.4", "80,000"], {"decimal": ".", "thousands": ","}),
        (["2,4", "80 000"], {"decimal": ",", "thousands": " "}),
        (["0.125", "<0.3"], {"decimal": "."}),
        (["1.234,5"], {"decimal": ",", "thousands": "."}),
        (["80", "175"], {}),
        ([2.4, 80.0], {}),
    ],
)
def test_signs_of_numbers(cells: list[Any], said: dict[str, str]) -> None:
    assert signs([column(*cells)]) == said


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["80.000", "175.000"], 'is "." the decimal sign, or does it stand between thousands?'),
        (["80,000"], 'is "," the decimal sign, or does it stand between thousands?'),
        (["9,0", "2.5"], "numbers have a decimal point and a decimal comma"),
    ],
)
def test_a_sign_that_may_mean_two_things_is_open(cells: list[str], words: str) -> None:
    """80.000 is eighty or eighty thousand: the run stops until somebody has said which."""
    found = signs([column(*cells)])["decimal"]
    assert isinstance(found, Open)
    assert found.blocks
    assert found.words == words


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "variable"),
    [
        ("NEUTROFILI/µL", ("anc", "/uL")),
        ("Neutrophile [Gpt/l]", ("anc", "10*9/L")),
        ("PNN (G/L)", ("anc", "10*9/L")),
        ("Emocromo / Piastrine", ("platelets", "")),
        ("Hémoglobine (g/L)", ("hemoglobin", "g/L")),
        ("lab_crp", ("crp", "")),
        ("Neutrofilen", None),
        ("WBC", ("leukocytes", "")),
    ],
)
def test_laboratory_headings(heading: str, variable: tuple[str, str] | None) -> None:
    assert VOCABULARY.variable(heading, "lab") == variable


def test_no_heading_belongs_to_two_variables() -> None:
    for kind in ("subject", "lab", "event"):
        taken: dict[str, str] = {}
        for name in DICTIONARY.of_kind(kind):
            for word in SYNONYMS.headings.get(name, ()):
                assert taken.setdefault(normal(word), name) == name
    for variable, levels in SYNONYMS.levels.items():
        codes = [normal(code) for words in levels.values() for code in words]
        assert len(codes) == len(set(codes)), variable


def test_the_synonyms_name_what_the_dictionary_has() -> None:
    assert strangers(SYNONYMS, DICTIONARY) == []
    assert all(normal(word) == word for words in SYNONYMS.headings.values() for word in words)


@pytest.mark.parametrize(
    "text", ["no", "10*9/L", "a: b", "# x", "1", "", " x ", "Sì", "{a}", "–", "'"]
)
def test_a_text_survives_yaml(text: str) -> None:
    assert read_yaml(f"{scalar(text)}: {scalar(text)}", source="t").content == {text: text}
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]


# ---- files ---------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    new_run(folder, study="cart_sie")
    shutil.copytree(EXPORTS / "fr_csv_wide", folder / "exports" / "fr_csv_wide")
    (folder / "exports" / "fr_csv_wide" / "centre.yaml").unlink()
    shutil.rmtree(folder / "exports" / "fr_csv_wide" / "expected")
    return folder


def test_an_existing_file_is_never_overwritten(run: Path, capsys) -> None:
    command = ["centre", "draft", str(run / "exports" / "fr_csv_wide")]
    own = run / "config" / "centres" / "fr_csv_wide.yaml"
    own.write_text("id: fr_csv_wide  # mine\n", encoding="utf-8")
    assert main(command) == 0
    assert own.read_text(encoding="utf-8") == "id: fr_csv_wide  # mine\n"
    assert (
        own.with_suffix(".draft.yaml").read_text(encoding="utf-8") == draft_of("fr_csv_wide").text
    )
    assert "was there already and was not touched" in capsys.readouterr().out
    assert main(command) == 1
    assert "nothing was written" in capsys.readouterr().err


def test_written_files_are_named_as_they_can_be_opened_from_here(
    run: Path, capsys, monkeypatch
) -> None:
    """She stands beside the run folder, in the export's folder, or names whole paths."""
    export, own = run / "exports" / "fr_csv_wide", "config/centres/fr_csv_wide.yaml"
    for here, named, shown in (
        (run.parent, "run/exports/fr_csv_wide", f"run/{own}"),
        (export, ".", f"../../{own}"),
        (run.parent, str(export), f"{run.resolve()}/{own}"),
    ):
        monkeypatch.chdir(here)
        assert main(["centre", "draft", named]) == 0
        assert capsys.readouterr().out.startswith(f"Wrote {shown}: ")
        Path(shown).unlink()
    monkeypatch.chdir(run.parent)
    assert main(["study", "new", "ours", "--centres", "fr_csv_wide", "--directory", "run"]) == 0
    first, *_, third, _ = capsys.readouterr().out.splitlines()
    assert first.startswith("Wrote run/config/studies/ours.yaml: ")
    assert third == "Name it in run/config/config.yaml: studies: [ours]"
    assert Path("run/config/studies/ours.yaml").is_file()


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("exports/absent", "there is no such folder"),
        ("exports/Klinik Nord", "rename the folder"),
        ("elsewhere/ward", "is not in the exports/ of a run folder"),
    ],
)
def test_a_folder_that_is_no_export_is_refused(run: Path, capsys, folder, message) -> None:
    (run / "exports" / "Klinik Nord").mkdir()
    (run / "elsewhere" / "ward").mkdir(parents=True)
    assert main(["centre", "draft", str(run / folder)]) == 1
    assert message in capsys.readouterr().err


def test_patients_never_enter_the_clone(run: Path, capsys) -> None:
    assert main(["centre", "draft", str(EXPORTS / "fr_csv_wide")]) == 1
    assert "lies inside the program's own folder" in capsys.readouterr().err
    output = ["--output", str(CLONE / "config" / "centres" / "x.yaml")]
    assert main(["centre", "draft", str(run / "exports" / "fr_csv_wide"), *output]) == 1
    assert "name a file elsewhere" in capsys.readouterr().err
    assert not (CLONE / "config" / "centres" / "x.yaml").exists()


def test_another_file_may_be_named_but_not_overwritten(run: Path, tmp_path: Path, capsys) -> None:
    command = [
        "centre",
        "draft",
        str(run / "exports" / "fr_csv_wide"),
        "--output",
        str(tmp_path / "d.yaml"),
    ]
    assert main(command) == 0
    assert (tmp_path / "d.yaml").read_text(encoding="utf-8") == draft_of("fr_csv_wide").text
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err


TITLE = "CAR-HEMATOTOX and SimpleHT in large B-cell lymphoma treated with CD19 CAR T cells"


def test_a_study_for_other_centres_is_like_its_plan(run: Path, capsys) -> None:
    command = ["study", "new", "north", "--like", "cart_sie", "--centres", "nord", "sued"]
    assert main([*command, "--directory", str(run)]) == 0
    said = capsys.readouterr().out
    assert f"No centre file yet: hematotox centre draft {run / 'exports' / 'sued'}" in said
    text = (run / "config/studies/north.yaml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "id: north",
        "like: cart_sie",
        f'title: "{TITLE}: nord, sued"',
        "centres: [nord, sued]",
    ]
    assert main([*command, "--directory", str(run)]) == 1
    assert "is there already; choose another name" in capsys.readouterr().err


def test_a_study_like_a_template_has_a_line_for_each_thing_it_asks_for(run: Path) -> None:
    lines = new_study("north", like="validation", centres=["nord"], run_folder=run)
    text = (run / "config/studies/north.yaml").read_text(encoding="utf-8")
    asked = "    # validation asks for it\n"
    assert text.endswith(f"scores: []{asked}sets: {{adjusted_for: []}}{asked}")
    assert "Say scores: in it; validation asks for it." in lines


@pytest.mark.parametrize(
    ("name", "like", "centres", "message"),
    [
        ("b", "cart_si", ["x"], "there is no such file; known: .*cart_sie"),
        ("B 2", "cart_sie", ["x"], '"B 2" is no name of a study'),
        ("b", "cart_sie", ["x", "x"], "--centres: x is named twice"),
    ],
)
def test_studies_that_cannot_be_made(run: Path, name, like, centres, message) -> None:
    with pytest.raises(UserError, match=message):
        new_study(name, like=like, centres=centres, run_folder=run)


def test_a_study_is_not_written_into_the_clone() -> None:
    with pytest.raises(UserError, match="is the program's own folder"):
        new_study("north", like="cart_sie", centres=["x"], run_folder=CLONE)


# ---- a French hospital, and the usual headings of its neighbours ---------------------------------


@pytest.mark.parametrize(
    ("heading", "variable"),
    [
        ("Date de perfusion", "infusion_date"),
        ("Date d'infusion", "infusion_date"),
        ("Réinjection", "infusion_date"),
        ("Infusionsdatum", "infusion_date"),
        ("Datum der Infusion", "infusion_date"),
        ("Data reinfusione CAR-T", "infusion_date"),
        ("Data dell'infusione", "infusion_date"),
        ("Autogreffe antérieure", "prior_autologous_transplant"),
        ("Allogreffe antérieure", "prior_allogeneic_transplant"),
        ("Vorherige autologe Transplantation", "prior_autologous_transplant"),
        ("Vorherige allogene Transplantation", "prior_allogeneic_transplant"),
        ("Pregresso autotrapianto", "prior_autologous_transplant"),
        ("Pregresso allotrapianto", "prior_allogeneic_transplant"),
        ("Nb lignes antérieures", "prior_lines"),
        ("Nombre de lignes antérieures", "prior_lines"),
        ("Anzahl der Vortherapien", "prior_lines"),
        ("N. linee precedenti", "prior_lines"),
        ("LDH > N", "ldh_above_normal"),
    ],
)
def test_usual_headings_of_patients(heading: str, variable: str) -> None:
    assert VOCABULARY.variable(heading, "subject") == (variable, "")


@pytest.mark.parametrize("code", ["SRC", "CRS (SRC)", "CRS", "Zytokinfreisetzungssyndrom"])
def test_usual_codes_of_a_cytokine_release_syndrome(code: str) -> None:
    assert VOCABULARY.variable(code, "event") == ("crs", "")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("RC (TEP)", "cr"),
        ("Rémission métabolique complète", "cr"),
        ("Komplette metabolische Remission", "cr"),
        ("Remissione metabolica completa", "cr"),
        ("RP (TEP)", "pr"),
        ("RM", None),
    ],
)
def test_usual_codes_of_a_response(code: str, level: str | None) -> None:
    """RM is a metabolic remission at one hospital and a minor response at another: open."""
    assert VOCABULARY.level("response", code) == level


def test_an_autologous_transplant_is_never_taken_for_an_allogeneic_one() -> None:
    assert VOCABULARY.nearest("Autogreffe antérieur") == "prior_autologous_transplant"
    assert VOCABULARY.nearest("Allogreffe antérieur") == "prior_allogeneic_transplant"


def test_a_patient_who_stands_there_twice_does_not_hide_the_others() -> None:
    rows = "".join(f"{n};{'FM'[n % 2]};{n:02d}/05/2021\n" for n in range(1, 26))
    found = draft({"patients.csv": f"IPP;Sexe;Date de perfusion\n{rows}7;F;07/05/2021\n".encode()})
    content = read_yaml(found.text, source="draft").content
    assert content["subjects"]["infusion_date"] == {"column": "Date de perfusion"}
    assert content["tables"]["subjects"]["patient"] == "IPP"
    assert "a patient's number stands there more than once, in rows 8, 27;" in found.text


def test_a_file_of_deaths_and_last_contacts_is_recognised() -> None:
    patients = b"Patient;Sexe;Perfusion\n1;F;13/05/2021\n2;M;14/06/2021\n3;M;15/07/2021\n"
    deaths = "Patient;Décès;Dernières nouvelles\n1;;20/05/2022\n2;01/03/2022;01/03/2022\n3;;\n"
    found = draft({"patients.csv": patients, "suivi.csv": deaths.encode()})
    events = read_yaml(found.text, source="draft").content["events"]
    assert events == {
        "death": {"table": "suivi", "date": "Décès"},
        "last_contact": {"table": "suivi", "date": "Dernières nouvelles"},
    }
    assert found.unused == ()
