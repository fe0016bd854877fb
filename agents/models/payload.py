"""What travels to and from an endpoint beside the words: JSON in odd encodings, and what refusals say."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson


def as_bytes(body: Mapping[str, Any]) -> bytes:
    """Return `body` as JSON. Lone surrogates, which UTF-8 can't hold, become question marks."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def from_bytes(raw: bytes) -> Any:
    """Return parsed JSON, or None. Lone surrogates become question marks."""
    try:
        return orjson.loads(raw)
    except ValueError:
        pass
    try:
        return orjson.loads(json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def pause_asked(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds a server asks to wait: `Retry-After` in seconds or as a date, `retry-after-ms`; or None."""
    try:
        if "retry-after-ms" in headers:
            pause = float(headers["retry-after-ms"]) / 1000
        else:
            pause = float(headers.get("Retry-After", "nan"))
    except ValueError:
        try:
            date = parsedate_to_datetime(headers.get("Retry-After", ""))
        except (ValueError, OverflowError):
            return None
        pause = (date.replace(tzinfo=date.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    return None if pause != pause else min(max(0.0, pause), 86_400.0)


def counts_tokens(headers: Mapping[str, str], raw: bytes) -> bool:
    """Say whether a refusal was for too many tokens rather than too many requests."""
    return headers.get("x-ratelimit-remaining-tokens") == "0" or b"tokens per m" in raw or b"(TPM)" in raw


def short(text: str, length: int = 300) -> str:
    """Return a text of others as part of one line of ours."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[:length] + "…"
