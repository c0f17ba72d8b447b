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

from hematotox.errors import UserError
from hematotox.run.catalogue import opening_lines, read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.job import run_times
from hematotox.run.made_from import manifest_made_from, report_made_from, report_sections
from hematotox.run.policy_sections import (
    imputation_section,
    imputing_studies,
    policy_files,
    policy_section,
)
from hematotox.run.provenance import digest
from hematotox.run.named_files import manuscript_files, reference_files
from hematotox.run.requested import target_words
from hematotox.run.result_files import (
    CELLS,
    COHORT,
    FIGURES,
    IMPUTED,
    MANUSCRIPT,
    READINGS,
    SCORED,
    STAGED,
    TABLES,
)
from hematotox.run.run_folder import keep_private, lead_jobs_to_package
from hematotox.run.result_files import exports, marked_files, requested_files, simulated_centres

min_version("9.27")

if workflow.modifier.path_modifier.prefix:
    raise UserError(
        "module hematotox: prefix is not possible: the results lie where docs, reports and checks "
        "look for them; give the run its own folder instead (snakemake --directory FOLDER)"
    )

keep_private(Path.cwd())
lead_jobs_to_package()
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


onstart:
    for line in opening_lines(RUN):
        print(line)


onsuccess:
    Path("results/run_times.json").write_text(run_times("results/logs"), encoding="utf-8")
    for report in RUN.fresh_reports():
        print(f"Open {Path(workflow.overwrite_workdir or '', report).as_posix()}")
