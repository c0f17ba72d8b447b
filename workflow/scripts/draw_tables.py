from hematotox.run.files import read_table, read_tables, write_all
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.displays import DisplayPlan
        from hematotox.reporting import draw_tables

        plan = DisplayPlan.model_validate_json(snakemake.params.displays)
        estimates = read_table(snakemake.input.estimates, "estimates")
        agreement = read_tables(list(snakemake.input.agreement), "agreement")
        files = draw_tables(estimates, plan, agreement=agreement, workers=snakemake.threads)
        write_all(files, folder=f"results/displays/{plan.words.study}")
