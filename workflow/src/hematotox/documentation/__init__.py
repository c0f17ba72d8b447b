"""The parts of the documentation that are made from the code: keys, schemas, closed lists."""

from hematotox.documentation.generated import ESTIMATES, LOCK, PROJECT, generated

__all__ = ["ESTIMATES", "LOCK", "PROJECT", "generated"]
