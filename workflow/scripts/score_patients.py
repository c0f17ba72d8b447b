from hematotox.run.files import read_cohort, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.study.cohort_plan import ScorePlan
        from hematotox.scoring import score, score_variants

        plan = ScorePlan.model_validate_json(snakemake.params.scores)
        cohort = read_cohort(snakemake.input)
        write_table(snakemake.output.scores, score(cohort, plan.scores))
        write_table(snakemake.output.score_variants, score_variants(cohort, plan.scores))
