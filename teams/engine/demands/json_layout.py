"""Rules for JSON whose keys somebody else has settled: how it is laid out, and nothing of what it holds."""

import re
from collections.abc import Iterator
from typing import Any

from teams.engine.demands.data import unfenced_data
from teams.engine.demands.rule import Params, drawn, one_of, rule, short
from tools.formats import Unreadable, read_json
from tools.markup import fences

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def _read(answer: str) -> Any:
    blocks = fences(answer)
    return read_json(blocks[0].body if len(blocks) == 1 and answer.startswith("```") else answer)


@rule(
    source="FoFo",
    brief="JSON on one line, without spaces between its parts. Fits JSON that goes into a log, a cell, a command.",
    family="data",
    suits="json",
    draw=drawn(),
    wordings=(
        "Put the whole JSON on a single line, with no spaces after commas and colons, and no code fence.",
        "Minified, please: one line, no white space between the parts, no fence.",
        "One line of compact JSON and nothing else: no spaces between the parts, no line breaks, no fence.",
        "It goes into a log line, so send the JSON compact: everything on one line, no spaces around : and ,.",
    ),
)
def json_compact(answer: str, p: Params) -> Iterator[str]:
    try:
        read_json(answer)
    except Unreadable as error:
        yield f"not JSON by itself: {error}"
        return
    if "\n" in answer:
        yield f"{answer.count(chr(10)) + 1} lines where one was asked for"
    elif re.search(r"\s", _STRING.sub("", answer)):
        yield "spaces stand between its parts"


@rule(
    source="FoFo",
    brief="JSON indented by a given number of spaces. Fits JSON that people read, or keep under version control.",
    family="data",
    suits="json",
    draw=drawn(n=one_of(2, 4)),
    wordings=(
        "Indent the JSON by {n} spaces a level, one key or element on each line, no code fence.",
        "Pretty-print it with an indent of {n}, unfenced.",
        "I keep it under version control, so break the lines and indent each level by {n} spaces, without a fence.",
        "Please lay the JSON out over several lines, {n} spaces for each level, with no fence around it.",
    ),
)
def json_indented(answer: str, p: Params) -> Iterator[str]:
    try:
        value = read_json(answer)
    except Unreadable as error:
        yield f"not JSON by itself: {error}"
        return
    if not value:
        return
    for line in answer.split("\n")[1:]:
        spaces = len(line) - len(line.lstrip(" "))
        if line.startswith("\t") or spaces % p["n"]:
            yield f"a line is indented by {spaces} spaces, not by a multiple of {p['n']}: {short(line)}"
            return
    if isinstance(value, dict | list) and answer.count("\n") < len(value) + 1:
        yield f"{answer.count(chr(10)) + 1} lines: each key and element stands on a line of its own"
        return
    second = answer.partition("\n")[2]
    if isinstance(value, dict | list) and (spaces := len(second) - len(second.lstrip(" "))) != p["n"]:
        yield f"the first level is indented by {spaces} spaces"


@rule(
    source="ours",
    brief="JSON in one code fence marked json, nothing around it. Fits chats that show code, notebooks, wikis.",
    family="data",
    suits="json",
    draw=drawn(),
    wordings=(
        "Put it into one code block marked json, and write nothing before or after the block.",
        "Wrap the JSON in a ```json fence; no words outside of it.",
        "A single code block marked json is all I want to see.",
        "I copy it out of a code block, so: one fence tagged json around the JSON, nothing else.",
    ),
)
def json_fenced(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, "in one code fence")
    if fault:
        yield fault
    elif not answer.startswith(("```json\n", "~~~json\n")):
        yield f"the fence is not marked json: {short(answer.split(chr(10))[0])}"
    try:
        read_json(body)
    except Unreadable as error:
        yield f"not JSON: {error}"


@rule(
    source="ours",
    brief="JSON whose keys stand in alphabetical order. Fits JSON that is compared by line, or signed.",
    family="data",
    suits="json",
    draw=drawn(direction=one_of("alphabetical", "reverse alphabetical")),
    wordings=(
        "The keys of every object have to be in {direction} order.",
        "Keep the keys inside each object in {direction} order, please.",
        "Within every object the keys come in {direction} order.",
        "So that I can compare two answers line by line, sort each object's keys in {direction} order.",
    ),
)
def json_keys_sorted(answer: str, p: Params) -> Iterator[str]:
    try:
        waiting = [_read(answer)]
    except Unreadable as error:
        yield f"not JSON: {error}"
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            keys = list(one)
            if keys != sorted(keys, reverse=p["direction"].startswith("reverse")):
                yield f"the keys {', '.join(map(repr, keys[:6]))} are not in {p['direction']} order"
                return
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
