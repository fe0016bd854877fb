"""What a user can mend."""


class UsageError(Exception):
    """The user asked for something that can't be; the message says what would be right. No traceback."""


class ProcessError(UsageError):
    """What went wrong in this process of several and perhaps in no other: each says its own."""


class Uncounted(UsageError):
    """A model whose cost can't be reckoned, though it can be trained."""


class Dropped(Exception):
    """A chat that can't be trained on as it is. The message is one of a few short reasons, so that they are counted."""

    @property
    def reason(self) -> str:
        return str(self)
