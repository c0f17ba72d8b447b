"""The two kinds of failure: a mistake the user can mend, and a fault of this program."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: shown as one message, without a traceback.

    The message says what is wrong, where (file and line or row, column, key) and what would be
    right. It never holds a patient's value or number.
    """


class UserErrors(UserError):
    """Several troubles found together, so that they can be mended together."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(self.messages))


def messages_of(error: UserError) -> list[str]:
    """Return the troubles of an error, one or several."""
    return error.messages if isinstance(error, UserErrors) else [str(error)]


class ContractError(Exception):
    """A stage produced a table that breaks its contract: a fault of this program."""
