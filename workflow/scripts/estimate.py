from hematotox.run.files import read_cohort, write_frames
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import estimate
        from hematotox.declarations.study.plan import Plan

        plan = Plan.model_validate_json(snakemake.params.plan)
        frames = estimate(read_cohort(snakemake.input), plan, workers=snakemake.threads)
        write_frames(frames, folder=f"results/analyses/{plan.study}")
