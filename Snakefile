# The workflow itself is workflow/Snakefile; this one is found by `snakemake` in this folder.


include: "workflow/Snakefile"


workflow.default_target = rules.all.rule.name  # that of an included file does not count
