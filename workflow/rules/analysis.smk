# Cohort and analysis plan -> one tidy table of every estimate.
#
# REQUIRED INPUTS  results/cohorts/<study>/*.csv
# OUTPUTS          results/analyses/<study>/<analysis>.csv
#                  results/analyses/<study>/<analysis>.policies.csv <analysis>.imputations.csv
#                  of the analyses that are repeated under policies about missing values
#                  results/estimates/<study>.csv
#                  results/agreement/<study>.csv    if the study names a published file
#                  results/shared/<study>/ (only on request: `snakemake share`)

for study in RUN.studies:

    rule:
        name:
            f"estimate_{study}"
        input:
            **{t: f"results/cohorts/{study}/{t}.csv" for t in COHORT + SCORED},
        output:
            RUN.analysis_files(study),
        log:
            f"results/logs/estimate/{study}.log",
        group:
            "estimates"
        conda:
            ENVIRONMENT
        threads: 8
        resources:
            mem_mb=4000,
            runtime=60,
        params:
            plan=RUN.plan_section(study),
            code=digest("analysis"),
        script:
            "../scripts/estimate.py"


for study in imputing_studies(RUN):

    rule:
        name:
            f"estimate_imputed_{study}"
        input:
            **{t: f"results/cohorts/{study}/{t}.csv" for t in COHORT + SCORED + IMPUTED},
        output:
            policy_files(RUN, study, "policies"),
            policy_files(RUN, study, "imputations"),
        log:
            f"results/logs/estimate_imputed/{study}.log",
        group:
            "estimates"
        conda:
            ENVIRONMENT
        threads: 8
        resources:
            mem_mb=4000,
            runtime=120,
        params:
            plan=policy_section(RUN, study),
            code=digest("analysis"),
        script:
            "../scripts/estimate_imputed.py"


rule collect_estimates:
    input:
        lambda wildcards: RUN.analysis_files(wildcards.study),
        lambda wildcards: policy_files(RUN, wildcards.study, "policies"),
    output:
        "results/estimates/{study}.csv",
    log:
        "results/logs/collect_estimates/{study}.log",
    group:
        "estimates"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=digest("analysis"),
    script:
        "../scripts/collect_estimates.py"


rule compare_published:
    input:
        estimates="results/estimates/{study}.csv",
        published=lambda wildcards: RUN.published_file(wildcards.study),
    output:
        "results/agreement/{study}.csv",
    log:
        "results/logs/compare_published/{study}.log",
    group:
        "estimates"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tolerances=lambda wildcards: RUN.agreement_section(wildcards.study),
        code=digest("analysis"),
    script:
        "../scripts/compare_published.py"


rule share:
    input:
        expand("results/shared/{study}/estimates.csv", study=RUN.settings.studies),


rule release_estimates:
    input:
        estimates="results/estimates/{study}.csv",
        earlier=lambda wildcards: RUN.studies[wildcards.study].release.earlier,
    output:
        estimates="results/shared/{study}/estimates.csv",
        withheld="results/shared/{study}/withheld.csv",
    log:
        "results/logs/release_estimates/{study}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        release=lambda wildcards: RUN.studies[wildcards.study].release.model_dump_json(),
        code=digest("analysis"),
    script:
        "../scripts/release_estimates.py"
