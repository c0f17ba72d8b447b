# Estimates -> tables and figures in every format, and one page a study.
#
# REQUIRED INPUTS  results/estimates/<study>.csv, results/checks/<study>*.csv
#                  results/agreement/<study>.csv    if the study names a published file
# OUTPUTS          results/displays/<study>/<display>.csv docx xlsx html (tables)
#                                           <display>.pdf svg png       (figures)
#                                           <display>.cells.csv   the estimates behind each number
#                                           <figure>.curves.json  its curves, for the report page
#                                           <display>.rst         its caption, for --report
#                  results/reports/<study>.html

LINKED, POINTED_AT = [*TABLES, "cells.csv"], FIGURES + READINGS


for study in RUN.studies_with("tables"):

    rule:
        name:
            f"draw_tables_{study}"
        input:
            estimates=f"results/estimates/{study}.csv",
            agreement=RUN.agreement_files(study),
        output:
            marked_files(RUN, study, report=report, what="tables", formats=TABLES + CELLS),
        log:
            f"results/logs/draw_tables/{study}.log",
        group:
            "drawing"
        conda:
            ENVIRONMENT
        threads: 4
        resources:
            mem_mb=4000,
            runtime=20,
        params:
            displays=RUN.displays_section(study, "tables"),
            code=digest("reporting"),
        script:
            "../scripts/draw_tables.py"


for study in RUN.studies_with("figures"):

    rule:
        name:
            f"draw_figures_{study}"
        input:
            f"results/estimates/{study}.csv",
        output:
            marked_files(
                RUN, study, report=report, what="figures", formats=FIGURES + CELLS + READINGS
            ),
        log:
            f"results/logs/draw_figures/{study}.log",
        group:
            "drawing"
        conda:
            ENVIRONMENT
        threads: 4
        resources:
            mem_mb=4000,
            runtime=20,
        params:
            displays=RUN.displays_section(study, "figures"),
            code=digest("reporting"),
        script:
            "../scripts/draw_figures.py"


rule render_report:
    input:
        checks="results/checks/{study}.csv",
        second_opinion=["results/checks/{study}.second_opinion.csv"],
        estimates="results/estimates/{study}.csv",
        displays=lambda wildcards: RUN.all_display_files(wildcards.study, LINKED, POINTED_AT),
        findings=lambda wildcards: RUN.findings_files(wildcards.study),
        agreement=lambda wildcards: RUN.agreement_files(wildcards.study),
        template=f"{CLONE}/workflow/report/page.html",
    output:
        "results/reports/{study}.html",
    log:
        "results/logs/render_report/{study}.log",
    group:
        "report"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        sections=lambda wildcards: report_sections(RUN, wildcards.study),
        code=digest("reporting"),
    script:
        "../scripts/render_report.py"
