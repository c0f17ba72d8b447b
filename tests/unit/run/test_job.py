"""A rule's script ends with one message: the user's mistake in words, ours without a value."""

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from hematotox.errors import ContractError, UserError, UserErrors
from hematotox.run.job import STOPPED, job, stack


def ended(log, error: BaseException) -> str:
    with pytest.raises(SystemExit) as caught, job(log):
        raise error
    assert caught.value.code == 1
    return log.read_text(encoding="utf-8")


def test_a_job_that_ends_well_has_an_empty_log(tmp_path) -> None:
    with job(tmp_path / "logs" / "a.log"):
        pass
    assert (tmp_path / "logs" / "a.log").read_text() == ""


def test_a_users_mistake_is_its_message_alone(tmp_path) -> None:
    message = ended(tmp_path / "a.log", UserErrors(["a.yaml:1: one", "a.yaml:2: two"]))
    assert message == "a.yaml:1: one\na.yaml:2: two\n"


def test_a_fault_of_ours_has_a_stack_without_values(tmp_path) -> None:
    patient = "Smith, John 4711"
    try:
        try:
            raise ValueError(f"bad cell {patient}")
        except ValueError as error:
            raise KeyError(patient) from error
    except KeyError as error:
        text = ended(tmp_path / "a.log", error)
    assert text.startswith(f"a fault of this program, details in {tmp_path / 'a.log'}")
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text, "the cause is told too"
    assert "in test_a_fault_of_ours_has_a_stack_without_values" in text
    assert "Smith" not in text
    assert "4711" not in text


def test_a_broken_contract_says_which_table_and_column(tmp_path) -> None:
    text = ended(tmp_path / "a.log", ContractError("labs.day: 3 empty values"))
    assert "labs.day: 3 empty values" in text


def _fail(value: str) -> None:
    raise ValueError(f"bad cell {value}")


def test_a_fault_in_a_worker_process_shows_its_lines_and_no_value() -> None:
    patient = "4711"
    with ProcessPoolExecutor(1) as pool, pytest.raises(ValueError, match=patient) as caught:
        pool.submit(_fail, patient).result()
    text = stack(caught.value)
    assert "in _fail" in text, "where the worker failed"
    assert patient not in text


def test_linear_algebra_has_one_thread(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    with job(tmp_path / "a.log"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        assert [os.environ[name] for name in names] == ["1", "1", "1"]


def test_an_interrupt_is_no_fault(tmp_path) -> None:
    assert ended(tmp_path / "a.log", KeyboardInterrupt()) == f"{STOPPED}\n"


SCRIPT = """
import os, signal, sys
from hematotox.pool import map_in_pool
from hematotox.run.job import job

def wait(number):
    if number == 1:
        os.killpg(0, signal.SIGTERM)
    signal.pause()

with job(sys.argv[1]):
    map_in_pool(wait, range(50), workers=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_job_and_its_workers_that_are_told_to_stop_do_so_at_once(tmp_path) -> None:
    log = tmp_path / "a.log"
    words = [sys.executable, "-c", SCRIPT, str(log)]
    run = subprocess.run(
        words, start_new_session=True, timeout=60, capture_output=True, text=True, check=False
    )
    assert (run.returncode, log.read_text()) == (1, f"{STOPPED}\n")
    assert "Traceback" not in run.stderr


def test_several_troubles_are_one_error() -> None:
    error = UserErrors(["one", "two"])
    assert isinstance(error, UserError)
    assert (error.messages, str(error)) == (["one", "two"], "one\ntwo")
