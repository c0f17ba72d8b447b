"""`snakemake … --reporter rocrate`: the results folder becomes an RO-Crate.

Snakemake finds this package by its name and hands it the jobs that made the results; what they were
made from is in `results/manifest.json`. Written is `results/ro-crate-metadata.json`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from snakemake_interface_common.exceptions import WorkflowError
from snakemake_interface_report_plugins.reporter import ReporterBase

RESULTS = Path("results")
MANIFEST = RESULTS / "manifest.json"


class Reporter(ReporterBase):  # type: ignore[misc]
    """Writes the metadata of the crate; the results stay where they are."""

    def render(self) -> None:
        """Write `results/ro-crate-metadata.json`.

        Raises
        ------
        WorkflowError
        The run has no manifest.
        """
        # here, because every start of Snakemake imports all plugins it finds
        from hematotox.run.research_object import METADATA, research_object

        if not MANIFEST.exists():
            raise WorkflowError(
                f"{MANIFEST}: not there; run the studies first, then this command again."
            )
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        names = [name for study in manifest["studies"].values() for name in study["results"]]
        sizes = {name: Path(name).stat().st_size for name in names if Path(name).exists()}
        times = [t for job in self.jobs for t in (job.starttime, job.endtime)]
        ended = max(times, default=MANIFEST.stat().st_mtime)
        crate = research_object(
            manifest,
            sizes,
            started=datetime.fromtimestamp(min(times, default=ended), UTC),
            ended=datetime.fromtimestamp(ended, UTC),
        )
        text = json.dumps(crate, indent=2, ensure_ascii=False) + "\n"
        (RESULTS / METADATA).write_text(text, encoding="utf-8")
