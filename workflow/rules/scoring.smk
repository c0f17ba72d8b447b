# Baseline values -> points and groups of every score of the study, at its own baseline window and
# at its other windows and dates; where the study pools analyses over imputations, its missing
# values drawn, and the scores of what was drawn.
#
# REQUIRED INPUTS  results/cohorts/<study>/population.csv baseline.csv endpoints.csv
# OUTPUTS          results/cohorts/<study>/scores.csv score_variants.csv
#                  results/cohorts/<study>/imputed.csv imputed_scores.csv


rule score_patients:
    input:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in COHORT},
    output:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in SCORED},
    log:
        "results/logs/score_patients/{study}.log",
    group:
        "estimates"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        scores=lambda wildcards: RUN.scores_section(wildcards.study),
        code=digest("scoring"),
    script:
        "../scripts/score_patients.py"


for study in imputing_studies(RUN):

    rule:
        name:
            f"impute_{study}"
        input:
            **{t: f"results/cohorts/{study}/{t}.csv" for t in COHORT},
        output:
            f"results/cohorts/{study}/imputed.csv",
        log:
            f"results/logs/impute/{study}.log",
        group:
            "estimates"
        conda:
            ENVIRONMENT
        threads: 8
        resources:
            mem_mb=2000,
            runtime=60,
        params:
            plan=imputation_section(RUN, study),
            code=digest("imputation"),
        script:
            "../scripts/impute.py"


rule score_imputed:
    input:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in COHORT},
        imputed="results/cohorts/{study}/imputed.csv",
    output:
        "results/cohorts/{study}/imputed_scores.csv",
    log:
        "results/logs/score_imputed/{study}.log",
    group:
        "estimates"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        plan=lambda wildcards: imputation_section(RUN, wildcards.study),
        code=digest("scoring"),
    script:
        "../scripts/score_imputed.py"
