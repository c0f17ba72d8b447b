from hematotox.run.files import read_files, read_table, read_tables, read_texts, write_all
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.reporting.manuscript.written import Manuscript, manuscript

        files, made = snakemake.input, snakemake.params
        made_of = Manuscript.of(
            (made.displays, made.cohort, made.made_from),
            estimates=read_table(files.estimates, "estimates"),
            agreement=read_tables(list(files.agreement), "agreement"),
            files=(read_files(files.figures), read_texts(files.references)),
        )
        write_all(manuscript(made_of, read_texts(files.text)), folder="results/manuscript")
