"""A cluster of this one machine: munged, slurmctld and slurmd of Debian, without cgroups.

Everything lies in one folder; each daemon is started here and ended by its process number.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
MinJobAge=3600
SchedulerParameters=sched_interval=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES
"""
PATIENCE = 30
"""Seconds until a daemon must answer."""


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Run a cluster in a folder; gives the environment in which its commands find it."""
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir(parents=True)
    os.chmod(folder, 0o700)
    settings = {"host": socket.gethostname().split(".")[0], "user": getpass.getuser()}
    ports = {"controller": _free_port(), "node": _free_port()}
    text = CONFIGURATION.format(**settings, **ports, folder=folder)
    (folder / "slurm.conf").write_text(text)
    # slurmd looks for it also where processes are not tracked by it
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    # the step of a job forgets SLURM_CONF, as a real cluster has its configuration in /etc/slurm
    srun = folder / "bin" / "srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)
    path = f"{srun.parent}{os.pathsep}{os.environ['PATH']}{os.pathsep}/usr/sbin"
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "PATH": path}
    files = {"key-file": key.name, "socket": "munge.socket", "pid-file": "munged.pid"}
    files |= {"log-file": "munged.log", "seed-file": "munged.seed"}
    munge = [f"--{name}={folder / file}" for name, file in files.items()]
    with contextlib.ExitStack() as daemons:
        for command in (
            ["munged", "--foreground", "--force", *munge],
            ["slurmctld", "-D", "-c", "-i"],
            ["slurmd", "-D", "-N", settings["host"]],
        ):
            daemons.enter_context(_daemon(command, environment, folder))
        _wait_for_the_node(environment, folder)
        yield environment


@contextlib.contextmanager
def _daemon(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    """Start a daemon in the foreground of its own process, and end this process."""
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    with (folder / f"{command[0]}.out").open("wb") as said:
        process = subprocess.Popen(
            [program, *command[1:]], env=environment, stdout=said, stderr=said
        )
    try:
        time.sleep(1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for_the_node(environment: dict[str, str], folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    said = ""
    while "idle" not in said:
        if time.monotonic() > end:
            logs = [*sorted(folder.glob("*.log")), *sorted(folder.glob("*.out"))]
            tails = "\n".join(f"{p.name}: {p.read_text(errors='replace')[-800:]}" for p in logs)
            raise RuntimeError(f"the node does not answer: {said}\n{tails}")
        run = subprocess.run(
            ["sinfo", "-h", "-o", "%T"], env=environment, capture_output=True, text=True
        )
        said = run.stdout + run.stderr
        time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
