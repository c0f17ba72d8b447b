from hematotox.run.files import read_unchecked, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import collect

        frames = read_unchecked(snakemake.input, "estimates")
        write_table(snakemake.output[0], collect(frames))
