# Validation of haematotoxicity risk scores after CAR T-cell therapy.
#
#   raw exports -> staged -> cohort -> scores -> estimates -> tables and figures -> report
#
# A study, a score and a centre are one file each under config/; `snakemake --cores 8` runs the
# studies that config/config.yaml names, `snakemake --cores 8 cart_sie` runs one of them.

from pathlib import Path

from hematotox.run.declaration_reader import settings_files

for settings in settings_files(Path.cwd()):

    configfile: settings


include: "workflow/rules/common.smk"
include: "workflow/rules/staging.smk"
include: "workflow/rules/cohort.smk"
include: "workflow/rules/scoring.smk"
include: "workflow/rules/analysis.smk"
include: "workflow/rules/reporting.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/on_site.smk"
include: "workflow/rules/notebooks.smk"


rule all:
    default_target: True
    input:
        [file for study in RUN.settings.studies for file in requested_files(RUN, study)],
        "results/manifest.json",
