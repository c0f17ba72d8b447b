"""Figures of single patients: made only when asked for, never where they could leave the site."""

from __future__ import annotations

from pathlib import Path

from hematotox.run.files import CLONE

RULES = CLONE / "workflow" / "rules"


def test_no_other_rule_reads_or_makes_them() -> None:
    others = [
        path
        for path in (CLONE / "workflow" / "Snakefile", *RULES.glob("*.smk"))
        if path.stem != "on_site"
    ]
    assert [path.name for path in others if "results/on_site" in path.read_text("utf-8")] == []
    inside = (RULES / "on_site.smk").read_text(encoding="utf-8")
    assert not any(folder in inside for folder in ("results/shared", "results/reports"))


def test_a_run_makes_them_on_request(tmp_path: Path, snakemake) -> None:
    asked = snakemake(tmp_path, "--dry-run", "--cores", "1", "on_site", "patient_panels")
    said = asked.stdout + asked.stderr
    assert asked.returncode == 0, said
    assert "drawing the on-site figures of cart_sie" in said
    assert "drawing every patient of cart_sie" in said
    assert "writing the report" not in said
