from hematotox.run.files import read_table, write_all
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.displays import DisplayPlan
        from hematotox.reporting import draw_figures

        plan = DisplayPlan.model_validate_json(snakemake.params.displays)
        estimates = read_table(snakemake.input[0], "estimates")
        files = draw_figures(estimates, plan, workers=snakemake.threads)
        write_all(files, folder=f"results/displays/{plan.words.study}")
