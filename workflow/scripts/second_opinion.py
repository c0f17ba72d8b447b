from hematotox.run.files import read_cohort, read_table, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import disagreements, second_opinion
        from hematotox.declarations.study.plan import Plan
        from hematotox.errors import ContractError

        plan = Plan.model_validate_json(snakemake.params.plan)
        estimates = read_table(snakemake.input.estimates, "estimates")
        found = second_opinion(read_cohort(snakemake.input), plan, estimates)
        if len(disagreements(found)):
            raise ContractError(disagreements(found).to_string(index=False))
        write_table(snakemake.output[0], found)
