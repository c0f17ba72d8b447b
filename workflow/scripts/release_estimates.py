from hematotox.run.files import read_table, read_tables, write_tables
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.analysis import release
        from hematotox.declarations.study.released import Released

        released = Released.model_validate_json(snakemake.params.release)
        estimates = read_table(snakemake.input.estimates, "estimates")
        earlier = read_tables(list(snakemake.input.earlier), "estimates")
        write_tables(release(estimates, released, earlier=earlier), snakemake.output)
