from hematotox.run.files import read_cohort, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.imputation_plan import ImputationPlan
        from hematotox.imputation import impute

        plan = ImputationPlan.model_validate_json(snakemake.params.plan)
        imputed = impute(read_cohort(snakemake.input), plan, workers=snakemake.threads)
        write_table(snakemake.output[0], imputed)
