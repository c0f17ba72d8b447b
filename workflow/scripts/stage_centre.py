from hematotox.files import open_centre, write_tables
from hematotox.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.centre import Centre
        from hematotox.declarations.dictionary import Dictionary
        from hematotox.staging import stage

        p = snakemake.params
        centre = Centre.model_validate_json(p.centre)
        dictionary = Dictionary.model_validate_json(p.dictionary)
        export = open_centre(list(snakemake.input), source=p.source, show_values=p.show_values)
        write_tables(stage(export, centre, dictionary), snakemake.output)
