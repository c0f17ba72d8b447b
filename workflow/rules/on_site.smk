# Figures of single patients; only on request, and never part of a report or of shared/:
# `snakemake --cores 8 on_site` (all patients in one heat map) and
# `snakemake --cores 8 patient_panels` (one page a patient).
#
# REQUIRED INPUTS  results/staged/<centre>/..., results/cohorts/<study>/grades.csv
# OUTPUTS          results/on_site/<study>/anc_heat_map.pdf svg png, courses.csv
#                  results/on_site/<study>/patients.pdf


rule on_site:
    input:
        expand("results/on_site/{study}/anc_heat_map.pdf", study=RUN.graded_studies),


rule patient_panels:
    input:
        expand("results/on_site/{study}/patients.pdf", study=RUN.graded_studies),


for study in RUN.graded_studies:

    rule:
        name:
            f"draw_on_site_{study}"
        input:
            staged=RUN.cohort_inputs(study),
            grades=f"results/cohorts/{study}/grades.csv",
        output:
            *[f"results/on_site/{study}/anc_heat_map.{e}" for e in FIGURES],
            courses=f"results/on_site/{study}/courses.csv",
        log:
            f"results/logs/draw_on_site/{study}.log",
        conda:
            ENVIRONMENT
        resources:
            mem_mb=2000,
            runtime=20,
        params:
            plan=RUN.on_site_section(study),
            code=[digest("cohort"), digest("reporting")],
        script:
            "../scripts/draw_on_site.py"


for study in RUN.graded_studies:

    rule:
        name:
            f"draw_patients_{study}"
        input:
            staged=RUN.cohort_inputs(study),
            grades=f"results/cohorts/{study}/grades.csv",
        output:
            f"results/on_site/{study}/patients.pdf",
        log:
            f"results/logs/draw_patients/{study}.log",
        conda:
            ENVIRONMENT
        resources:
            mem_mb=2000,
            runtime=60,
        params:
            plan=RUN.on_site_section(study),
            code=[digest("cohort"), digest("reporting")],
        script:
            "../scripts/draw_patients.py"
