# Notebooks that read a study's results; only on request: `snakemake --cores 8 notebooks`.
#
# REQUIRED INPUTS  results/estimates/<study>.csv results/displays/<study>/, notebooks/<study>.ipynb
# OUTPUTS          results/notebooks/<study>.ipynb, executed


rule notebooks:
    input:
        expand(
            "results/notebooks/{study}.ipynb",
            study=RUN.studies_with_notebook,
        ),


rule run_notebook:
    input:
        notebook=f"{CLONE}/notebooks/{{study}}.ipynb",
        estimates="results/estimates/{study}.csv",
        displays=lambda wildcards: RUN.all_display_files(wildcards.study, TABLES, FIGURES),
    output:
        "results/notebooks/{study}.ipynb",
    log:
        "results/logs/run_notebook/{study}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        code=digest("checks"),
    script:
        "../scripts/run_notebook.py"
