"""Studies read from the run folder and the clone: lineage, centres, landmarks, sections."""

import re
import shutil
from pathlib import Path

import pytest

from hematotox.declarations.study.plan import Plan
from hematotox.errors import UserError
from hematotox.run.catalogue import opening_lines, read_catalogue, read_declarations
from hematotox.run.files import CLONE
from hematotox.run.made_from import report_made_from

CART_SIE = (CLONE / "config" / "studies" / "cart_sie.yaml").read_text(encoding="utf-8")
NORTH = "id: north\nlike: cart_sie\ntitle: HT in the north\ncentres: [sie_01]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    (tmp_path / "config" / "studies").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, name: str, text: str) -> None:
    (folder / "config" / f"{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
    (folder / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")


def own(name: str, text: str = CART_SIE) -> str:
    """Return CART-SIE's plan under another name, with one of its centres."""
    return text.replace("id: cart_sie", f"id: {name}").replace("[sie_*]", "[sie_01]")


def declared(*studies: str):
    return read_declarations({"studies": list(studies)}, run_folder=Path())


def message(*studies: str) -> str:
    with pytest.raises(UserError) as caught:
        declared(*studies)
    return str(caught.value)


# --- lineage --------------------------------------------------------------------------------------


def test_a_study_of_four_lines(folder) -> None:
    put(folder, "studies/north", NORTH)
    found = declared("north", "cart_sie")
    north, whole = found.studies["north"], found.studies["cart_sie"]
    assert north.centres == ("sie_01",)
    assert set(north.analyses) == set(whole.analyses)
    assert set(whole.displays) - set(north.displays) == {"supplementary_table9"}
    theirs, evidence = "config/studies/cart_sie.yaml", "config/studies/evidence.yaml"
    assert found.files.like == {"north": (theirs, evidence), "cart_sie": (evidence,)}


def test_what_is_told_beyond_the_paper_comes_last(folder) -> None:
    put(folder, "studies/north", NORTH)
    for study in declared("north", "cart_sie").studies.values():
        places = [display.place for display in study.displays.values()]
        assert set(places) == {"main", "supplement", "evidence"}
        assert places == sorted(places, key=["main", "supplement", "evidence"].index)


def test_a_study_stands_beside_the_published_risks_of_others(folder) -> None:
    put(folder, "studies/north", NORTH)
    run = declared("north", "cart_sie")
    beside = {
        study: {
            name: {(one.source, one.window, one.estimand) for one in risks}
            for name, risks in Plan.model_validate_json(run.plan_section(study)).expected.items()
        }
        for study in run.studies
    }
    families = ("risk", "utility", "each_centre_beside_print")
    pooled = {f"{f}.severe_neutropenia_14_days.ht": {("REJ21", "0-60", "proportion")}
              for f in families}  # fmt: skip
    assert beside["cart_sie"] == pooled, "its own paper is no other"
    assert beside["north"] == pooled | {
        **{f"{f}.early_icaht.ht": {("SIE25", "0-30", "proportion")} for f in families[:2]},
        "risk_by_one_year.overall_survival.ht": {("SIE25", "0-365", "1 - KM")},
        "risk_by_one_year.overall_survival.simple_ht": {("SIE25", "0-365", "1 - KM")},
        "risk_by_one_year.non_relapse_mortality.ht": {("SIE25", "0-365", "incidence")},
        "risk_by_one_year.non_relapse_mortality.simple_ht": {("SIE25", "0-365", "incidence")},
    }


def test_like_its_own_name_is_like_the_clones(folder) -> None:
    put(folder, "studies/cart_sie", NORTH.replace("id: north", "id: cart_sie"))
    assert declared("cart_sie").studies["cart_sie"].title == "HT in the north"
    put(
        folder,
        "studies/north",
        NORTH.replace("HT in the north", "North").replace("sie_01", "sie_02"),
    )
    like = declared("north").files.like["north"]
    assert like[:2] == ("config/studies/cart_sie.yaml",) * 2, "run folder, clone"


def test_a_circle(folder) -> None:
    for name, like in (("a", "b"), ("b", "c"), ("c", "a")):
        put(folder, f"studies/{name}", f"id: {name}\nlike: {like}\ntitle: T\ncentres: [sie_01]\n")
    assert message("a") == "config/studies/c.yaml:2: like: a circle: a -> b -> c -> a"


def test_like_nothing(folder) -> None:
    put(folder, "studies/north", NORTH.replace("cart_sie", "cart_si"))
    assert message("north").startswith(
        'config/studies/north.yaml:2: like: there is no study "cart_si". Is "cart_sie" meant? Known'
    )


def test_a_mistake_in_what_is_taken_over_names_both_files(folder) -> None:
    put(folder, "studies/theirs", own("theirs"))
    put(folder, "studies/north", NORTH.replace("cart_sie", "theirs") + "sets: {responses: [orr]}\n")
    assert message("north") == (
        'config/studies/north.yaml:5: sets.responses.0: there is no endpoint "orr". Known are: '
        + message("north").partition("Known are: ")[2]
    )
    put(folder, "studies/theirs", own("theirs").replace("adjust: disease", "adjust: diseas"))
    put(folder, "studies/north", NORTH.replace("cart_sie", "theirs"))
    first = message("north").splitlines()[0]
    assert re.fullmatch(
        r"config/studies/theirs\.yaml:\d+: analyses\.toxicity\.do\.adjusted\.adjust: there is no "
        r'linear predictor "diseas"\. Is "disease" meant\? Known are: disease \(taken over by '
        r"config/studies/north\.yaml:2: like: theirs\)",
        first,
    )


def test_one_mistake_of_a_family_is_one_message(folder) -> None:
    broken = own("mine").replace(
        '    with: {exposure: "{score}.gr', '    with: {exposure: "{score}.g', 1
    )
    put(folder, "studies/mine", broken)
    lines = message("mine").splitlines()
    where = {re.sub(r":\d+: |: there.*", " ", line) for line in lines}
    assert where == {"config/studies/mine.yaml analyses.toxicity.with.exposure "}
    assert len(lines) == 2, "one for each score, not one for each of 68 analyses"


def test_a_template_is_not_run(folder) -> None:
    assert message("validation") == (
        "config/studies/validation.yaml:7: asks_for: validation is a template; name a study of "
        "your own that says like: validation"
    )


def test_an_unknown_key_of_a_step_is_told_where_it_is_written(folder) -> None:
    family = "analyses:\n  f:\n    each: {endpoint: [crs]}\n    do:\n      a: {method: logistc}\n"
    put(folder, "studies/north", NORTH + family)
    assert message("north").startswith(
        "config/studies/north.yaml:9: analyses.f.do.a: must be one of "
    )
    put(folder, "studies/north", NORTH + family.replace("logistc", "logistic, exposur: age"))
    lines = message("north").splitlines()
    assert lines[0].startswith(
        'config/studies/north.yaml:9: analyses.f.do.a.exposur: unknown key; is "exposure" meant?'
    )
    assert lines[1] == "config/studies/north.yaml:9: analyses.f.do.a.exposure: is missing"


# --- centres --------------------------------------------------------------------------------------


def test_a_pattern_stands_for_the_centre_files_beside_the_study(folder) -> None:
    for name in ("ward_2", "ward_1", "other"):
        text = (CLONE / "config" / "centres" / "sie_01.yaml").read_text(encoding="utf-8")
        put(folder, f"centres/{name}", text.replace("id: sie_01", f"id: {name}"))
    put(folder, "studies/north", NORTH.replace("[sie_01]", '["ward_*", other]'))
    assert declared("north").studies["north"].centres == ("ward_1", "ward_2", "other")
    put(folder, "studies/north", NORTH.replace("[sie_01]", "[sie_*]"))
    assert message("north") == (
        'config/studies/north.yaml:4: centres.0: no centre file in config/centres/ fits "sie_*"'
    )


def test_a_pattern_loses_no_centre_that_is_named_a_little_otherwise(folder) -> None:
    put(folder, "studies/north", NORTH.replace("[sie_01]", "[ward_*]"))
    for name in ("ward_1.yaml", "Ward_2.yaml", "ward_3.yml", "ward_4.csv"):
        put(folder, "centres/x", "")
        (folder / "config" / "centres" / "x.yaml").rename(folder / "config" / "centres" / name)
    assert message("north").splitlines() == [
        f"config/studies/north.yaml:4: centres.0: {name} is not read as a centre; is {meant} meant?"
        for name, meant in (("Ward_2.yaml", "ward_2.yaml"), ("ward_3.yml", "ward_3.yaml"))
    ]


# --- landmarks ------------------------------------------------------------------------------------


def test_what_needs_an_acceptance_is_made_with_its_landmark(folder) -> None:
    put(folder, "studies/north", NORTH)
    found = declared("north", "cart_sie")
    late = ["malignancy.myeloid.thrombocytopenia", "malignancy.second.thrombocytopenia"]
    assert found.landmarks == {"north": dict.fromkeys(late, 100.0), "cart_sie": {}}
    for name in late:
        assert found.studies["cart_sie"].analyses[name].landmark is None, "as printed"
        assert found.studies["north"].analyses[name].landmark == 100.0


def test_what_a_study_says_itself_is_refused_without_a_landmark(folder) -> None:
    own = "analyses:\n  late: {method: cox, endpoint: overall_survival, exposure: OF}\n"
    own = own.replace("OF", "late_icaht_ge3.status")
    put(folder, "studies/north", NORTH + own)
    assert "north.yaml:6: analyses.late.exposure: late_icaht_ge3.status is known from day 100" in (
        message("north")
    )
    accepted = own.replace("status}", "status, immortal_time: {accept: true, reason: as printed}}")
    put(folder, "studies/north", NORTH + accepted)
    assert declared("north").studies["north"].analyses["late"].landmark is None


# --- what a job depends on ------------------------------------------------------------------------


def sections(folder: Path) -> dict[str, str]:
    run = read_catalogue({"studies": ["mine"], "exports": "results/exports"}, run_folder=folder)
    return {
        "cohort": run.cohort_section("mine"),
        "plan": run.plan_section("mine"),
        "tables": run.displays_section("mine", "tables"),
        "figures": run.displays_section("mine", "figures"),
        "report": run.report_section("mine"),
        "made from": report_made_from(run, "mine"),
        "manifest": str(run.declarations_used),
        "files": str(run.analysis_files("mine")),
    }


def test_moved_lines_and_another_way_to_write_the_same_give_no_job(folder) -> None:
    text = own("mine")
    put(folder, "studies/mine", text)
    before = sections(folder)
    analyses = re.search(r"^analyses:\n(.*?)^displays:", text, flags=re.DOTALL | re.MULTILINE)[1]
    entries = re.split(r"(?m)^(?=  \w)", analyses)
    moved = text.replace(analyses, "# another order\n" + "".join(reversed(entries)) + "\n")
    covariates = re.search(r"^covariates:\n(.*?)^linear", text, flags=re.DOTALL | re.MULTILINE)[1]
    lines = re.split(r"(?m)^(?=  \w)", covariates)
    moved = moved.replace(covariates, "".join(reversed(lines)))
    put(folder, "studies/mine", moved)
    assert sections(folder) == before
    rewritten = text.replace(
        "each: {endpoint: [toxicities, responses], score: scores}",
        "each: {endpoint: [toxicities, overall_response_day_90, complete_response_day_90], "
        "score: [ht, simple_ht]}",
    ).replace(
        "survival: {each: {endpoint: survivals, population: [all, ht, simple_ht]}, "
        "method: kaplan_meier, times: [365, 730]}",
        "survival:\n    each:\n      endpoint: {overall_survival: overall_survival, "
        "progression_free_survival: progression_free_survival, "
        "duration_of_response: duration_of_response}\n      population: [all, ht, simple_ht]\n"
        '    method: kaplan_meier\n    times: ["365", "730"]',
    )
    assert rewritten.count("\n") > text.count("\n") + 4
    put(folder, "studies/mine", rewritten)
    assert sections(folder) == before
    put(folder, "studies/mine", text.replace("positive: high", "positive: low", 1))
    after = sections(folder)
    assert {name for name in before if before[name] != after[name]} == {
        "plan",
        "made from",
        "manifest",
    }


def test_an_endpoint_more_is_one_line(folder) -> None:
    """For both scores: rate, unadjusted and adjusted odds ratio, in Table 2 and Figure 5."""
    text, line = own("mine"), "  toxicities: [early_icaht,"
    put(folder, "studies/mine", text)
    before = declared("mine").studies["mine"]
    more = text.replace(line, "  toxicities: [early_t_icaht_ge3, early_icaht,")
    changed = [a for a, b in zip(text.splitlines(), more.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    put(folder, "studies/mine", more)
    after = declared("mine").studies["mine"]
    new = set(after.analyses) - set(before.analyses)
    assert new == {
        f"toxicity.early_t_icaht_ge3.{score}.{step}"
        for score in ("ht", "simple_ht")
        for step in ("rate", "unadjusted", "adjusted")
    }
    assert new < set(after.displays["table2"].analyses)
    assert {name for name in new if name.endswith("adjusted") and "un" not in name} < set(
        after.displays["figure5"].analyses
    )


@pytest.mark.parametrize(("study", "lines"), [("cart_sie", 200), (None, 700)])
def test_plans_stay_on_a_page(study, lines) -> None:
    folder = CLONE / "config" / "studies"
    files = [folder / f"{study}.yaml"] if study else sorted(folder.glob("*.yaml"))
    files = [file for file in files if file.stem not in ("evidence", "validation")]
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= lines


# --- additions ------------------------------------------------------------------------------------

EFS = """\
endpoints:
  event_free_survival:
    kind: first_event
    label: Event-free survival
    causes: {event: event}
    sources: [{occurrence: progression, cause: event}, {occurrence: death, cause: event}]
    new_therapy: event
"""


def test_an_endpoint_is_added_by_its_name(folder) -> None:
    more = "sets: {survivals: [event_free_survival, overall_survival, progression_free_survival, "
    put(folder, "studies/north", f"{NORTH}{more}duration_of_response]}}\n")
    put(folder, "endpoints", EFS)
    config = {"studies": ["north"], "exports": "results/exports"}
    run = read_catalogue(config, run_folder=folder)
    assert "survival_by.event_free_survival.ht.cox" in run.studies["north"].analyses
    assert opening_lines(run) == ["config/endpoints.yaml: adds endpoints.event_free_survival"]
    used = run.declarations_used
    assert used["./endpoints"].startswith("clone: config/endpoints.yaml sha256:")
    assert used["./endpoints (run folder)"].startswith("run folder: config/endpoints.yaml sha256:")
    assert used["./endpoints (run folder)"].endswith(" (adds endpoints.event_free_survival)")
    assert "adds endpoints.event_free_survival" in report_made_from(run, "north")


def test_an_entry_is_replaced_or_superfluous(folder) -> None:
    put(folder, "studies/north", NORTH)
    same = "  overall_survival:\n    kind: first_event\n    label: LABEL\n    origin: infusion\n"
    same += "    causes: {death: death from any cause}\n"
    same += "    sources: [{occurrence: death, cause: death}]\n"
    config = {"studies": ["north"], "exports": "results/exports"}
    put(folder, "endpoints", "endpoints:\n" + same.replace("LABEL", "Survival"))
    run = read_catalogue(config, run_folder=folder)
    assert run.endpoints.endpoints["overall_survival"].label == "Survival"
    assert opening_lines(run) == ["config/endpoints.yaml: replaces endpoints.overall_survival"]
    put(folder, "endpoints", "endpoints:\n" + same.replace("LABEL", "Overall survival"))
    assert opening_lines(read_catalogue(config, run_folder=folder)) == [
        "config/endpoints.yaml:2: endpoints.overall_survival: equal to the program's own; leave it "
        "out",
    ]


@pytest.mark.parametrize("name", ["endpoints", "dictionary", "synonyms"])
def test_a_copy_is_refused_with_both_ways_out(folder, name) -> None:
    put(folder, "studies/north", NORTH)
    text = (CLONE / "config" / f"{name}.yaml").read_text(encoding="utf-8")
    put(folder, name, text)
    if name == "synonyms":
        from hematotox.declarations.synonyms import Synonyms
        from hematotox.run.declaration_reader import Reader

        reader = Reader(Path())
        reader.read(".", name, Synonyms)
        found = "\n".join(reader.troubles)
    else:
        found = message("north")
    assert re.search(rf"config/{name}\.yaml:\d+: \w+: (\d+) of the \1 entries of config/", found)
    assert "Keep only the entries that differ, or say replaces: all" in found
    put(folder, name, "replaces: all\n" + text)
    if name != "synonyms":
        used = read_catalogue(
            {"studies": ["north"], "exports": "results/exports"}, run_folder=folder
        ).declarations_used
        assert used[f"./{name}"].startswith(f"run folder: config/{name}.yaml sha256:")
        assert used[f"./{name}"].endswith(" (replaces the clone's)")


def test_a_mistake_in_an_addition_is_told_in_its_file(folder) -> None:
    put(folder, "studies/north", NORTH)
    put(folder, "endpoints", EFS.replace("new_therapy: event", "new_therapy: evnt"))
    assert message("north").startswith(
        "config/endpoints.yaml:7: endpoints.event_free_survival.new_therapy: must be one of "
    )
    put(folder, "dictionary", "variables:\n  ecog: {label: ECOG, kind: subject, type: numbr}\n")
    assert "config/dictionary.yaml:2: variables.ecog.type: must be one of " in message("north")


def test_a_score_of_the_run_folder_replaces_the_clones_and_is_said(folder) -> None:
    put(folder, "studies/north", NORTH)
    (folder / "config" / "scores").mkdir()
    shutil.copy(CLONE / "config" / "scores" / "ht.yaml", folder / "config" / "scores")
    config = {"studies": ["north"], "exports": "results/exports"}
    path = folder / "config" / "scores" / "ht.yaml"
    assert opening_lines(read_catalogue(config, run_folder=folder)) == [
        "config/scores/ht.yaml: is equal to the clone's; leave it out",
    ]
    path.write_text(path.read_text(encoding="utf-8") + "\n# ours\n", encoding="utf-8")
    put(folder, "studies/evidence", (CLONE / "config/studies/evidence.yaml").read_text("utf-8"))
    assert opening_lines(read_catalogue(config, run_folder=folder)) == [
        "config/scores/ht.yaml: replaces the clone's",
        "config/studies/evidence.yaml: is equal to the clone's; leave it out",
    ]


# --- what a study cannot do -----------------------------------------------------------------------


def test_the_first_lines_of_a_run_say_what_has_no_patients(folder) -> None:
    text = (CLONE / "config" / "centres" / "sie_01.yaml").read_text(encoding="utf-8")
    for gone in ("bulky", "ipi", "refractory"):
        text = re.sub(rf"(?m)^  {gone}: .*\n", "", text)
    put(folder, "centres/sie_01", text)
    put(folder, "studies/north", NORTH)
    run = read_catalogue({"studies": ["north"], "exports": "results/exports"}, run_folder=folder)
    why = (
        "because no export holds Bulky disease (> 5 cm), Refractory disease, International "
        "Prognostic Index"
    )
    assert opening_lines(run) == [
        f"north: without patients, {why}: survival_by.duration_of_response.ht.adjusted, "
        "survival_by.duration_of_response.simple_ht.adjusted, "
        "survival_by.overall_survival.ht.adjusted and 25 more",
        f"north: empty, {why}: figure5",
        "north: all of them: hematotox study check north",
    ]


def test_exports_that_lie_there_are_never_passed_over_for_synthetic_ones(folder) -> None:
    put(folder, "studies/mine", own("mine"))
    (folder / "exports" / "sie_01").mkdir(parents=True)
    (folder / "exports" / "sie_01" / "patients.csv").write_text("id", encoding="utf-8")
    with pytest.raises(UserError, match=r"files of sie_01 lie in exports/.*exports: exports"):
        read_catalogue({"studies": ["mine"], "exports": "results/exports"}, run_folder=folder)
