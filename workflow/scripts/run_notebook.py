from hematotox.run.job import job
from hematotox.run.writing import write_bytes

if __name__ == "__main__":
    with job(snakemake.log[0]):
        import nbformat
        from nbclient import NotebookClient
        from traitlets.config import Config

        notebook = nbformat.read(snakemake.input.notebook, as_version=4)
        private = Config({"KernelManager": {"transport_encryption": "required"}})
        NotebookClient(notebook, record_timing=False, config=private).execute()
        write_bytes(snakemake.output[0], nbformat.writes(notebook).encode("utf-8"))
