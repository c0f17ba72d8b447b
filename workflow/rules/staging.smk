# Exports -> staged tables, one job a centre.
#
# REQUIRED INPUTS  <exports>/<centre>/<files of config/centres/<centre>.yaml>
# OUTPUTS          results/exports/<centre>/            synthetic exports, if the run makes them
#                  results/staged/<centre>/subjects.csv labs.parquet events.csv findings.csv tally.csv
#                                                   recorded_events.csv


for study, centres in simulated_centres(RUN).items():

    rule:
        name:
            f"simulate_exports_{study}"
        output:
            [file for centre in centres for file in exports(RUN, centre)],
        log:
            f"results/logs/simulate_exports/{study}.log",
        group:
            "staging"
        conda:
            ENVIRONMENT
        resources:
            mem_mb=1000,
            runtime=20,
        params:
            centres=[RUN.centre_section(centre) for centre in centres],
            seed=RUN.settings.seed,
            code=digest("synthetic"),
        script:
            "../scripts/simulate_exports.py"


rule stage_centre:
    input:
        lambda wildcards: RUN.export_files(wildcards.centre),
    output:
        **{Path(table).stem: f"results/staged/{{centre}}/{table}" for table in STAGED},
    log:
        "results/logs/stage_centre/{centre}.log",
    group:
        "staging"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        centre=lambda wildcards: RUN.centre_section(wildcards.centre),
        dictionary=RUN.dictionary_section,
        source=lambda wildcards: RUN.centre_source(wildcards.centre),
        show_values=RUN.settings.show_values,
        code=digest("staging"),
    script:
        "../scripts/stage_centre.py"
