from hematotox.run.files import read_published, read_table, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import compare_published
        from hematotox.declarations.study.published import Tolerances

        tolerances = Tolerances.model_validate_json(snakemake.params.tolerances)
        estimates = read_table(snakemake.input.estimates, "estimates")
        published = read_published(snakemake.input.published)
        write_table(snakemake.output[0], compare_published(estimates, published, tolerances))
