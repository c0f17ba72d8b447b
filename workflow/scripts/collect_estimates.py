from hematotox.files import read_table, write_table
from hematotox.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import collect

        frames = [read_table(path, "estimates") for path in snakemake.input]
        write_table(snakemake.output[0], collect(frames))
