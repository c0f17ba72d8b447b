# Estimates and the author's words -> one Word document, its supplement, Markdown, references.
#
# REQUIRED INPUTS  results/estimates/<study>.csv, results/displays/<study>/<figure>.png
#                  results/agreement/<study>.csv      if the study names a published file
#                  config/manuscripts/<study>.md      if there is one; otherwise a draft is filled
#                  config/references.yaml             of the clone, then of the run folder
# OUTPUTS          results/manuscript/<study>.docx md bib
#                                     <study>.supplement.docx
#                                     <study>.draft.md   a text to start from


rule write_manuscript:
    input:
        estimates="results/estimates/{study}.csv",
        agreement=lambda wildcards: RUN.agreement_files(wildcards.study),
        figures=lambda wildcards: RUN.display_files(wildcards.study, "figures", ["png"]),
        text=lambda wildcards: manuscript_files(wildcards.study),
        references=reference_files(),
    output:
        expand("results/manuscript/{{study}}.{ending}", ending=MANUSCRIPT),
    log:
        "results/logs/write_manuscript/{study}.log",
    group:
        "report"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        displays=lambda wildcards: RUN.report_section(wildcards.study),
        cohort=lambda wildcards: RUN.definitions_section(wildcards.study),
        made_from=lambda wildcards: report_made_from(RUN, wildcards.study),
        code=digest("reporting"),
    script:
        "../scripts/write_manuscript.py"
