"""What can go wrong on the way to a model, by the boundary that broke.

`UsageError` and `EndpointError` end a run with one clear line; `CallError` costs one chat.
"""


class UsageError(Exception):
    """The user asked for something that can't be; the message says what would be right. No traceback."""


class EndpointError(Exception):
    """The endpoint itself is wrong (connection refused, 401, 403, 404 unknown model): no other call would do better."""


class CallError(Exception):
    """One model call failed for good, after retries; the chat it belongs to fails, the run goes on."""


class Refused(CallError):
    """The reply is empty, was cut, was filtered, or stayed unusable after it was asked for again; or the request is too
    long for the model, and always will be."""
