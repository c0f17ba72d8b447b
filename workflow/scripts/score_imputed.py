from hematotox.run.files import read_cohort, read_table, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.imputation_plan import ImputationPlan
        from hematotox.scoring import score_imputed

        plan = ImputationPlan.model_validate_json(snakemake.params.plan)
        imputed = read_table(snakemake.input.imputed, "imputed")
        found = score_imputed(read_cohort(snakemake.input), imputed, plan)
        write_table(snakemake.output[0], found)
