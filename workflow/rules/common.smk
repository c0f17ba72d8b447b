# What all rules share: the declarations, read and cross-checked before the first job.
#
# REQUIRED INPUTS  config/ of the run folder, then of the clone
# OUTPUTS          none
#
# The memory (MB) and run time (minutes) of the rules are generous: the largest process of our
# studies takes 250 MB and 7 seconds.

import sys

from snakemake.cli import get_argument_parser
from snakemake.utils import min_version

from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.job import run_times
from hematotox.run.provenance import digest
from hematotox.run.requested import target_words
from hematotox.run.result_files import CELLS, COHORT, FIGURES, SCORED, TABLES
from hematotox.run.result_files import exports, requested_files, simulated_centres

min_version("9.27")

WORDS = target_words(
    sys.argv, run_folder=Path.cwd(), parse=lambda words: get_argument_parser().parse_args(words)
)
RUN = read_catalogue(config, run_folder=Path.cwd(), words=WORDS)
ENVIRONMENT = str(CLONE / "envs" / "python.yaml")


wildcard_constraints:
    centre="[a-z][a-z0-9_]*",
    study="[a-z][a-z0-9_]*",


for study in RUN.studies:

    rule:
        name:
            study
        input:
            requested_files(RUN, study),


onsuccess:
    Path("results/run_times.json").write_text(run_times("results/logs"), encoding="utf-8")
    for report in RUN.fresh_reports():
        print(f"Open {Path(workflow.overwrite_workdir or '', report).as_posix()}")
