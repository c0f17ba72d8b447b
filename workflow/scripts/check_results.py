from hematotox.run.files import read_cohort, read_staged, read_table, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.checks import check_run
        from hematotox.errors import ContractError

        staged = read_staged(list(snakemake.input.staged)) if snakemake.input.staged else None
        tables = read_cohort(snakemake.input), read_table(snakemake.input.estimates, "estimates")
        findings = check_run(staged, *tables, origins=snakemake.params.origins)
        if len(findings):
            raise ContractError(findings.to_string(index=False))
        write_table(snakemake.output[0], findings)
