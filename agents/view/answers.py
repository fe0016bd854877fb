"""Answers as JSON, whatever they hold, and every error as one line: nothing of the program's inside gets out."""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from agents.errors import UsageError
from agents.hand import Conflict
from agents.view.guard import HEADERS, Guard
from agents.view.index_readers import NotYet
from agents.view.run import Missing

SLOW = "this took too long and was stopped; narrow it down, or try again when the machine is less busy"


def as_bytes(value: Any) -> bytes:
    """Return a value as JSON in UTF-8. Lone surrogates and other bytes that are no text become question marks, and what
    is no number null.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # lone surrogates, numbers beyond 64 bits
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if isinstance(value, float) and value - value != 0 else value


def answer(value: Any, status: int = 200) -> web.Response:
    """Return a JSON response."""
    return web.Response(body=as_bytes(value), status=status, content_type="application/json", charset="utf-8")


def error(status: int, line: str, **more: Any) -> web.Response:
    """Return an error as the page shows it."""
    return answer({"error": line, **more}, status)


def guarding(guard: Callable[[], Guard]) -> Middleware:
    """Return the middleware that lets requests in and brings every answer into form."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/api/") and (refusal := guard().refusal(request)):
            response: web.StreamResponse = error(403, refusal)
        else:
            response = await _answered(request, handler)
        response.headers.update(HEADERS)
        return response

    return middleware


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Missing as problem:
        return error(404, str(problem))
    except NotYet as problem:
        return error(503, str(problem))
    except UsageError as problem:
        return error(400, str(problem))
    except Conflict as conflict:
        return error(409, str(conflict), acts=[asdict(act) for act in conflict.acts])
    except web.HTTPException as problem:
        return _in_form(problem)
    except sqlite3.OperationalError as problem:
        if getattr(problem, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return error(503, SLOW)
        return error(503, f"the index can't be read just now ({problem}); try again in a moment")
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return error(500, "the viewer failed at this; what it printed where it was started says more")


def _in_form(problem: web.HTTPException) -> web.Response:
    lines = {
        404: "there is nothing at this address",
        405: "this address takes no such method",
        413: "this is too large: a request holds at most 8 MB",
    }
    response = error(problem.status, lines.get(problem.status, problem.reason))
    if allowed := problem.headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response
