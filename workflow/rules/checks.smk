# What must hold of every run: conservation of patients, consistency of results; the manifest.
#
# REQUIRED INPUTS  results/cohorts/<study>/*.csv results/estimates/<study>.csv
# OUTPUTS          results/checks/<study>.csv, results/manifest.json


rule check_results:
    input:
        staged=lambda wildcards: RUN.staged_tables(wildcards.study),
        estimates="results/estimates/{study}.csv",
        **{t: f"results/cohorts/{{study}}/{t}.csv" for t in [*COHORT, "scores"]},
    output:
        "results/checks/{study}.csv",
    params:
        code=digest("checks"),
    log:
        "results/logs/check_results/{study}.log",
    conda:
        ENVIRONMENT
    script:
        "../scripts/check_results.py"


rule write_manifest:
    input:
        expand("results/estimates/{study}.csv", study=RUN.settings.studies),
    output:
        "results/manifest.json",
    params:
        declarations=RUN.declarations_used,
        settings=RUN.settings_section,
    log:
        "results/logs/write_manifest.log",
    conda:
        ENVIRONMENT
    script:
        "../scripts/write_manifest.py"
