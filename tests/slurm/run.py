"""The smallest whole run on a real Slurm cluster of this machine: `make test-slurm`.

Needs slurmctld, slurmd, munged and the clients (Debian: slurmctld slurmd slurm-client munge). The
estimates must be the same bytes as those of a run without a cluster; how often Snakemake was
started, and the CPU time of both runs, are told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cluster import cluster

CLONE = Path(__file__).resolve().parents[2]
MOST_STARTS = 9
"""Nested ones, beside the run that submits the jobs: four jobs, two starts each, and one more."""
COUNTED = """
import atexit, os, sys
if "snakemake" in sys.orig_argv[1:4]:
    def told():
        seconds = sum(os.times()[:4])
        with open(os.environ["SNAKEMAKE_STARTS"], "a") as file:
            file.write(f"{seconds:.1f}\\n")
    atexit.register(told)
"""
"""As `sitecustomize`: each process of Snakemake leaves its CPU seconds and those of its scripts."""
WITHOUT_ACCOUNTING = ["--slurm-status-command", "squeue"]
AT_ONCE = ["--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"]


def run(name: str, folder: Path, *arguments: str, environment: dict[str, str]) -> list[float]:
    """Run the study in a folder; gives the CPU seconds of each process of Snakemake."""
    runs = folder / name
    shutil.copytree(
        CLONE / ".test", runs, ignore=shutil.ignore_patterns("results", ".snakemake", "*.log")
    )
    (folder / "counted").mkdir(exist_ok=True)
    (folder / "counted" / "sitecustomize.py").write_text(COUNTED)
    starts = folder / f"{name}.starts"
    path = [str(folder / "counted"), *filter(None, [environment.get("PYTHONPATH")])]
    here = {"SNAKEMAKE_STARTS": str(starts), "PYTHONPATH": os.pathsep.join(path)}
    snakefile = ["--snakefile", str(CLONE / "Snakefile"), "--directory", str(runs)]
    command = [sys.executable, "-m", "snakemake", *snakefile, *arguments]
    subprocess.run(command, cwd=CLONE, env={**environment, **here}, check=True, timeout=600)
    return [float(line) for line in starts.read_text().split()]


def main() -> int:
    """Run the study without and on the cluster; the exit code tells whether both are the same."""
    folder = Path(tempfile.mkdtemp(prefix="slurm_"))
    try:
        alone = run("alone", folder, "--cores", "2", environment=dict(os.environ))
        profile = ["--workflow-profile", str(CLONE / "profiles" / "slurm")]
        with cluster(folder / "cluster") as environment:
            on_it = run(
                "on_it", folder, *profile, *WITHOUT_ACCOUNTING, *AT_ONCE, environment=environment
            )
        estimates = [
            (folder / name / "results" / "estimates" / "three_centres.csv").read_bytes()
            for name in ("alone", "on_it")
        ]
        ratio = sum(on_it) / sum(alone)
        print(f"{len(on_it) - 1} nested starts; CPU {sum(on_it):.0f} s, {ratio:.2f} times a run")
        print("without a cluster. The estimates are", "the same bytes." if len(set(estimates)) == 1
              else "DIFFERENT.")  # fmt: skip
        return int(len(set(estimates)) > 1 or len(on_it) - 1 > MOST_STARTS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
