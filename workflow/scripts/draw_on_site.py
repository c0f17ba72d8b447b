from hematotox.run.files import read_staged, read_table, write_all, write_table
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.cohort import neutrophil_courses
        from hematotox.declarations.study.on_site_plan import OnSitePlan
        from hematotox.reporting import heat_map

        plan = OnSitePlan.model_validate_json(snakemake.params.plan)
        labs = read_staged(list(snakemake.input.staged)).labs
        grades = read_table(snakemake.input.grades, "grades")
        courses = neutrophil_courses(labs, grades, plan)
        write_table(snakemake.output.courses, courses)
        write_all(heat_map(courses, grades, plan), folder=f"results/on_site/{plan.study}")
