"""The number of workers never changes a result, nor its order."""

import os

import pytest

from hematotox.pool import map_in_pool


class Square:
    def __init__(self, offset: int) -> None:
        self.offset = offset

    def __call__(self, number: int) -> int:
        return number**2 + self.offset


def process(_: int) -> int:
    return os.getpid()


def fail(number: int) -> int:
    if number == 2:
        raise ValueError("no square of two")
    return number


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert map_in_pool(Square(1), [3, 1, 2], workers=workers) == [10, 2, 5]


def test_nothing_is_started_for_one_worker_or_one_item() -> None:
    assert map_in_pool(process, [1, 2], workers=1) == [os.getpid()] * 2
    assert map_in_pool(process, [1], workers=4) == [os.getpid()]
    assert map_in_pool(process, [], workers=4) == []


def test_workers_are_other_processes() -> None:
    workers = map_in_pool(process, [1, 2, 3], workers=2)
    assert len(workers) == 3
    assert 1 <= len(set(workers)) <= 2
    assert os.getpid() not in workers


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_one_item_ends_all(workers: int) -> None:
    with pytest.raises(ValueError, match="no square of two"):
        map_in_pool(fail, [1, 2, 3], workers=workers)


def test_a_second_pool_does_what_it_was_started_for() -> None:
    assert map_in_pool(Square(0), [1, 2], workers=2) == [1, 4]
    assert map_in_pool(Square(5), [1, 2], workers=2) == [6, 9]
