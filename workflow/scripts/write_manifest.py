from hematotox.run.job import job
from hematotox.run.writing import write_bytes

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.run.provenance import manifest

        write_bytes(snakemake.output[0], manifest(snakemake.params.made_from))
