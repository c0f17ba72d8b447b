# Baseline values -> points and groups of every score of the study, at its own baseline window and
# at its other windows and dates.
#
# REQUIRED INPUTS  results/cohorts/<study>/population.csv baseline.csv
# OUTPUTS          results/cohorts/<study>/scores.csv score_variants.csv


rule score_patients:
    input:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in COHORT},
    output:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in SCORED},
    log:
        "results/logs/score_patients/{study}.log",
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
