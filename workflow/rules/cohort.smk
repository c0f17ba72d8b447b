# Staged centres, or an analysis-ready table -> population, baseline, grades, endpoints.
#
# REQUIRED INPUTS  results/staged/<centre>/..., or the table that the study names
# OUTPUTS          results/cohorts/<study>/population.csv attrition.csv baseline.csv grades.csv
#                                          endpoints.csv findings.csv


rule build_cohort:
    input:
        lambda wildcards: RUN.cohort_inputs(wildcards.study),
    output:
        **{table: f"results/cohorts/{{study}}/{table}.csv" for table in COHORT},
    log:
        "results/logs/build_cohort/{study}.log",
    group:
        "estimates"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        cohort=lambda wildcards: RUN.cohort_section(wildcards.study),
        source=lambda wildcards: RUN.source(wildcards.study),
        code=digest("cohort"),
    script:
        "../scripts/build_cohort.py"
