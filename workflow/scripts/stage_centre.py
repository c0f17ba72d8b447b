from hematotox.files import job, open_export, write_tables

if __name__ == "__main__":
    with job(snakemake.log[0]):
        from hematotox.declarations.centre import Centre
        from hematotox.declarations.dictionary import Dictionary
        from hematotox.staging import stage

        centre = Centre.model_validate_json(snakemake.params.centre)
        dictionary = Dictionary.model_validate_json(snakemake.params.dictionary)
        export = open_export(list(snakemake.input), show_values=snakemake.params.show_values)
        write_tables(stage(export, centre, dictionary), snakemake.output)
