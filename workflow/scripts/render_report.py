from hematotox.run.files import read_files, read_table, read_tables, read_text, write_bytes
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.reporting.report_page import TABLES_READ, Page, report

        files, params = snakemake.input, snakemake.params
        page = Page.of(
            (params.displays, params.cohort, params.made_from),
            estimates=read_table(files.estimates, "estimates"),
            template=read_text(files.template),
            **{name: read_tables(list(files[name]), name) for name in TABLES_READ},
        )
        write_bytes(snakemake.output[0], report(read_files(files.displays), page))
