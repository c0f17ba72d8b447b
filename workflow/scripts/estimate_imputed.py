from hematotox.run.files import read_cohort, read_table, write_frames
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import estimate_policies
        from hematotox.declarations.study.imputation_plan import PolicyPlan

        plan = PolicyPlan.model_validate_json(snakemake.params.plan)
        names = ("imputed", "imputed_scores")
        drawn = tuple(read_table(snakemake.input[name], name) for name in names)
        cohort = read_cohort(snakemake.input)
        frames = estimate_policies(cohort, plan, drawn, workers=snakemake.threads)
        write_frames(frames, folder=f"results/analyses/{plan.plan.study}")
