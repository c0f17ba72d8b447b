from hematotox.run.files import read_table, write_tables
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import release

        estimates = read_table(snakemake.input[0], "estimates")
        write_tables(release(estimates), snakemake.output)
