from hematotox.run.files import read_staged, read_table
from hematotox.run.job import job
from hematotox.run.writing import write_bytes

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.cohort import patient_records
        from hematotox.declarations.study.on_site_plan import OnSitePlan
        from hematotox.reporting import patient_panels

        plan = OnSitePlan.model_validate_json(snakemake.params.plan)
        staged = read_staged(list(snakemake.input.staged))
        grades = read_table(snakemake.input.grades, "grades")
        records = patient_records(staged, grades, plan)
        write_bytes(snakemake.output[0], patient_panels(records, plan))
