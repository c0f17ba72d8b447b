"""Another workflow imports this one as a module and gets the same estimates."""

from hematotox.run.files import CLONE

SNAKEFILE = f"""
module hematotox:
    snakefile: {str(CLONE / "Snakefile")!r}
    config: {{"studies": ["bmt_example"]}}

use rule * from hematotox as hematotox_*

rule copy_estimates:
    default_target: True
    input: "results/estimates/bmt_example.csv"
    output: "mine.csv"
    run: Path(output[0]).write_bytes(Path(input[0]).read_bytes())
"""


def test_a_workflow_that_imports_ours_gets_our_estimates(finished_run, snakemake, tmp_path) -> None:
    (tmp_path / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    own = ["--snakefile", str(tmp_path / "Snakefile")]
    run = snakemake(tmp_path, "--cores", "2", *own)
    assert run.returncode == 0, run.stderr
    expected = finished_run / "results" / "estimates" / "bmt_example.csv"
    assert (tmp_path / "mine.csv").read_bytes() == expected.read_bytes()
    drawn = snakemake(tmp_path, "--cores", "2", *own, "--dry-run", "hematotox_bmt_example")
    assert drawn.returncode == 0, drawn.stderr
    assert "hematotox_draw_tables_bmt_example" in drawn.stdout + drawn.stderr
