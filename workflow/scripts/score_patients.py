from hematotox.files import read_cohort, write_table
from hematotox.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.cohort_plan import ScorePlan
        from hematotox.scoring import score

        plan = ScorePlan.model_validate_json(snakemake.params.scores)
        write_table(snakemake.output[0], score(read_cohort(snakemake.input), plan.scores))
