# What all rules share: the declarations, read and cross-checked before the first job.
#
# REQUIRED INPUTS  config/ of the run folder, then of the clone
# OUTPUTS          none

from hematotox.run.catalogue import read_catalogue
from hematotox.run.job import run_times
from hematotox.run.provenance import digest

RUN = read_catalogue(config, run_folder=Path.cwd())
ENVIRONMENT = f"{workflow.basedir}/envs/python.yaml"

TABLES = ["csv", "docx", "xlsx", "html"]
FIGURES = ["pdf", "svg", "png"]
CELLS = ["cells.csv"]
COHORT = ["population", "attrition", "baseline", "grades", "endpoints", "findings"]
SCORED = ["scores", "score_variants"]


wildcard_constraints:
    centre="[a-z][a-z0-9_]*",
    study="[a-z][a-z0-9_]*",


for study in RUN.settings.studies:

    rule:
        name:
            study
        input:
            f"results/reports/{study}.html",
            f"results/checks/{study}.csv",


onsuccess:
    Path("results/run_times.json").write_text(run_times("results/logs"), encoding="utf-8")
    for report in RUN.fresh_reports():
        print(f"Open {Path(workflow.overwrite_workdir or '', report).as_posix()}")
