from hematotox.run.files import read_files, read_table, read_tables, read_text, write_all
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.reporting.report_page import TABLES_READ, Page, report

        files = snakemake.input
        page = Page.of(
            tuple(snakemake.params.sections),
            estimates=read_table(files.estimates, "estimates"),
            template=read_text(files.template),
            **{name: read_tables(list(files[name]), name) for name in TABLES_READ},
        )
        write_all({snakemake.output[0]: report(read_files(files.displays), page)}, folder=".")
