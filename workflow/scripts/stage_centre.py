from hematotox.run.exports import open_checked
from hematotox.run.files import write_tables
from hematotox.run.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.centre import Centre
        from hematotox.declarations.dictionary import Dictionary
        from hematotox.staging import stage

        p = snakemake.params
        export = open_checked(list(snakemake.input), p.source, show_values=p.show_values)
        dictionary = Dictionary.model_validate_json(p.dictionary)
        staged = stage(export, Centre.model_validate_json(p.centre), dictionary)
        write_tables(staged, snakemake.output)
