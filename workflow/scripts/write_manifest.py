from hematotox.run.files import write_bytes
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.run.provenance import manifest

        params = snakemake.params
        content = manifest(list(snakemake.input), params.declarations, params.settings)
        write_bytes(snakemake.output[0], content)
