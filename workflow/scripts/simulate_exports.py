from hematotox.run.files import write_all
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.centre import Centre
        from hematotox.synthetic import read_calibration, simulate

        centres = tuple(Centre.model_validate_json(c) for c in snakemake.params.centres)
        exports = simulate(centres, read_calibration(), snakemake.params.seed)
        write_all(exports, folder="results/exports")
