"""What a user can mend."""


class UsageError(Exception):
    """The user asked for something that can't be; the message says what would be right. No traceback."""


class Fault(UsageError):
    """What one of many processes met, a full device or disk: the others don't know of it, and can't say it."""


class Uncounted(UsageError):
    """A model whose cost can't be reckoned, though it can be trained."""


class Dropped(Exception):
    """A chat that can't be trained on as it is. The message is one of a few short reasons, so that they are counted."""

    @property
    def reason(self) -> str:
        return str(self)
