"""The errors a user can cause. Each kind carries the exit code of the command line."""


class DubanError(Exception):
    """Root of all errors that are reported in one clear line, without a traceback.

    The message says what is wrong, where, what was expected and what to do next.
    It is plain text: whoever prints it turns off markup and neutralises control characters.
    """

    exit_code = 1
    several = False
    """Whether the message has a line for each of several problems."""


class UsageError(DubanError):
    """The command was called wrongly."""

    exit_code = 2


class BadInputError(DubanError):
    """A value or a file is not acceptable; nothing was written."""

    exit_code = 3


class NotFoundError(DubanError):
    """A plan, item, milestone, indicator or ledger row does not exist."""

    exit_code = 4


class ConflictError(DubanError):
    """The request contradicts what the ledger already holds."""

    exit_code = 5


class StoreError(DubanError):
    """The store is missing, unreadable, locked, full, or of another version."""

    exit_code = 6
