from hematotox.files import write_bytes
from hematotox.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(snakemake.input.notebook, as_version=4)
        NotebookClient(notebook, kernel_name="python3", record_timing=False).execute()
        write_bytes(snakemake.output[0], nbformat.writes(notebook).encode("utf-8"))
