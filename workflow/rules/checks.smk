# What must hold of every run: conservation of patients, consistency of results, the same numbers
# from other libraries; the manifest.
#
# REQUIRED INPUTS  results/cohorts/<study>/*.csv results/estimates/<study>.csv
#                  every result of the studies, for the manifest
# OUTPUTS          results/checks/<study>.csv, results/checks/<study>.second_opinion.csv
#                  results/manifest.json


rule check_results:
    input:
        **{t: f"results/cohorts/{{study}}/{t}.csv" for t in COHORT + SCORED},
        staged=lambda wildcards: RUN.staged_tables(wildcards.study),
        estimates="results/estimates/{study}.csv",
    output:
        "results/checks/{study}.csv",
    log:
        "results/logs/check_results/{study}.log",
    group:
        "report"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        origins=lambda wildcards: RUN.origins(wildcards.study),
        code=digest("checks"),
    script:
        "../scripts/check_results.py"


rule second_opinion:
    input:
        **{t: f"results/cohorts/{{study}}/{t}.csv" for t in COHORT + SCORED},
        estimates="results/estimates/{study}.csv",
    output:
        "results/checks/{study}.second_opinion.csv",
    log:
        "results/logs/second_opinion/{study}.log",
    group:
        "report"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        plan=lambda wildcards: RUN.plan_section(wildcards.study),
        code=digest("analysis"),
    script:
        "../scripts/second_opinion.py"


rule write_manifest:
    input:
        expand("results/reports/{study}.html", study=RUN.settings.studies),
        expand("results/manuscript/{study}.docx", study=RUN.settings.studies),
        expand("results/checks/{study}.csv", study=RUN.settings.studies),
    output:
        "results/manifest.json",
    log:
        "results/logs/write_manifest.log",
    group:
        "report"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        made_from=lambda _: manifest_made_from(RUN),
    script:
        "../scripts/write_manifest.py"
