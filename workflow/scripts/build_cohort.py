from hematotox.run.files import cohort_from_files, write_tables
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.cohort_plan import CohortPlan

        plan = CohortPlan.model_validate_json(snakemake.params.cohort)
        cohort = cohort_from_files(list(snakemake.input), plan, source=snakemake.params.source)
        write_tables(cohort, snakemake.output)
