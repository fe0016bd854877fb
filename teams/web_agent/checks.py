"""What makes a conversation over a site unfit: read off its messages, its trace, and the site's own records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from teams.engine.checks import GENERAL_CHECKS
from teams.engine.checks.chatter import chatter
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.figures import with_digits
from teams.engine.checks.known import plain
from teams.engine.checks.language import in_language
from teams.engine.checks.spelling import in_digits
from teams.engine.demands import content_of, faults_of
from teams.engine.records import Pair
from teams.engine.stages.message import demands_of
from teams.engine.tongue import tag_of
from teams.engine.verdict import Check, Finding
from teams.web_agent.requests import request_faults
from tools.web.spec import Site, site_of
from tools.web.state import Change, Records, fresh
from tools.web.task import Task, differences, expected, task_of
from tools.web.words import say

_ID = re.compile(r"\[(\d+)\] (\w+)")
_ADDRESS = re.compile(r"^Address: (.*)$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„»]{2,80})[\"“”»]")
TALK = re.compile(
    r"\[\d+\]|\b(?:accessibility tree|screenshot|(?:tool|function) calls?|"
    r"the tool(?: says| said|(?:'s)? result| output))\b",
    re.IGNORECASE,
)
ROLES: Mapping[str, tuple[str, ...]] = {
    "click": ("link", "button", "checkbox", "radio", "switch", "tab", "menuitem", "option"),
    "type": ("textbox", "searchbox", "spinbutton", "slider"),
    "select": ("combobox",),
}
SLACK = 9
"""Actions beyond twice the fewest: more is wandering."""
_KEPT = {"turns_well_formed", "no_control_tokens", "no_refusal", "no_loops"}


def site_and_task(pair: Pair) -> tuple[Site, Task]:
    return site_of(pair.instruction.facts["site"]), task_of(pair.instruction.facts["task"])


def turns_of(pair: Pair) -> Iterator[tuple[Mapping[str, Any], str, Mapping[str, Any], str, str]]:
    """Yield each action: its message, name and arguments, the page it was chosen from, and what came back."""
    messages = list(pair.messages)
    page = next((words_of(m) for m in messages if m.get("role") == "user"), "")
    for at, message in enumerate(messages):
        for call in message.get("tool_calls") or ():
            back = next((words_of(m) for m in messages[at + 1 :] if m.get("role") == "tool"), "")
            try:
                arguments = json.loads(call["function"]["arguments"])
            except (ValueError, RecursionError):
                arguments = {}
            arguments = arguments if isinstance(arguments, dict) else {}
            yield message, str(call["function"]["name"]), arguments, page, back
            page = back


def final_words(pair: Pair) -> str:
    last = pair.messages[-1] if pair.messages else {}
    return words_of(last) if last.get("role") == "assistant" and not last.get("tool_calls") else ""


def ends_in_stop(pair: Pair) -> Iterable[Finding]:
    """The last thing said is the assistant's, in words, and there is no action after."""
    outcome = pair.facts.get("outcome")
    faults = [] if final_words(pair).strip() else ["the conversation does not end in the assistant's words"]
    faults += [] if outcome in ("final_answer", "failed") else [f"outcome {outcome!r}"]
    many = [m for m in pair.messages if len(m.get("tool_calls") or ()) > 1]
    faults += ["two actions in one turn"] if many else []
    yield judged("ends_in_stop", faults, str(outcome))


def elements_exist(pair: Pair) -> Iterable[Finding]:
    """Every number an action names stands in the page it was chosen from, on an element that takes the action."""
    faults = []
    for n, (_, name, given, page, _) in enumerate(turns_of(pair), 1):
        if "id" not in given:
            continue
        shown = {int(m[1]): m[2] for m in _ID.finditer(page)}
        role = shown.get(given["id"])
        if role is None:
            faults.append(f"action {n}: the page shows no [{given['id']}]")
        elif name in ROLES and role not in ROLES[name]:
            faults.append(f"action {n}: {name} on [{given['id']}], a {role}")
    yield judged("elements_exist", faults, "all numbers stand on the page")


def actions_done(pair: Pair) -> Iterable[Finding]:
    """Every action could be carried out: none came back with a complaint of the browser's."""
    faults = [f"action {n}: {short(back.splitlines()[0] if back else '')}"
              for n, (_, _, _, _, back) in enumerate(turns_of(pair), 1) if not back.startswith("Done: ")]  # fmt: skip
    yield judged("actions_done", faults, f"{len(list(turns_of(pair)))} actions")


def pages_follow(pair: Pair) -> Iterable[Finding]:
    """What came back is what the browser showed: each address is that of the trace, action by action."""
    steps, faults = pair.facts.get("steps") or [], []
    turns = list(turns_of(pair))
    if len(steps) != len(turns):
        faults.append(f"{len(turns)} actions in the conversation, {len(steps)} in the trace")
    for n, ((_, name, given, _, back), step) in enumerate(zip(turns, steps, strict=False), 1):
        found = _ADDRESS.search(back)
        if (name, given) != (step["action"], dict(step["arguments"])):
            faults.append(f"action {n} is {name} {given}, and {step['action']} {step['arguments']} in the trace")
        elif not found or found[1] != step["path"]:
            faults.append(f"action {n} leads to {found[1] if found else 'no page'}, and to {step['path']} in the trace")
        elif name == "goto" and not _leads(str(given.get("address")), found[1]):
            faults.append(f"action {n}: goto {given.get('address')} led to {found[1]}")
    yield judged("pages_follow", faults, "each page is the trace's")


def _leads(address: str, path: str) -> bool:
    return path.partition("?")[0] in (address.partition("?")[0], "/login")


def records_of(pair: Pair, site: Site) -> Records:
    """Return the site's records as the conversation left them, from the changes it made."""
    records = fresh(site).records
    for made in pair.facts.get("records_changed") or ():
        change = Change(**made)
        rows = records[change.table]
        if change.operation == "delete":
            rows.pop(change.id, None)
        elif change.operation == "update":
            rows[change.id] = {**rows[change.id], **change.values}
        else:
            rows[change.id] = {"id": change.id, **change.values}
    return records


def goal_reached(pair: Pair) -> Iterable[Finding]:
    """The site's records are as they were asked to be, all of them, and one is where one was to be."""
    site, task = site_and_task(pair)
    wanted = expected(site, task) if task.is_feasible else fresh(site).records
    faults = differences(site, records_of(pair, site), wanted)
    end = str(pair.facts.get("end", "")).partition("?")[0]
    if task.is_feasible and task.at and end != task.at:
        faults.append(f"it ends at {end}, not at {task.at}")
    if task.is_feasible and task.consent and pair.facts.get("consent") != task.consent:
        faults.append(f"cookies: {pair.facts.get('consent')}, not {task.consent}")
    if pair.facts.get("newsletter") == "subscribed":
        faults.append("a letter was subscribed to that nobody asked for")
    yield judged("goal_reached", faults, f"{len(task.wanted)} changes of records, as asked for")


def outcome_right(pair: Pair) -> Iterable[Finding]:
    """What can be done is said to be done, and what can't, given up for the reason there is."""
    _, task = site_and_task(pair)
    done = pair.facts.get("outcome") == "final_answer"
    faults = []
    if done != task.is_feasible:
        proof = f"{pair.instruction.facts.get('pages_looked_at')} pages looked at"
        faults.append(
            f"it {'can' if task.is_feasible else 'can not'} be done ({proof}), and the outcome says otherwise"
        )
    said = plain(final_words(pair))
    if not task.is_feasible and not any(plain(word) in said for word in task.reason):
        faults.append(f"the reason names none of {', '.join(map(repr, task.reason))}")
    yield judged("outcome_right", faults, task.because or "it can be done")


def answer_right(pair: Pair) -> Iterable[Finding]:
    """What was to be found out is said, and was on a page before."""
    site, task = site_and_task(pair)
    if not task.is_feasible or not task.answer_type:
        return
    answer = content_of(final_words(pair), demands_of(pair.instruction.facts))
    pages = plain(
        " ".join([words_of(pair.messages[1]), *(words_of(m) for m in pair.messages if m.get("role") == "tool")])
    )
    faults = []
    if task.answer_type != "gist":
        tag = tag_of(str(pair.instruction.facts.get("language") or "en"))
        faults = [f"it does not say {part!r}" for part in task.answer.split("; ") if not _tells(answer, part, tag)]
    if task.kind == "list_matching":
        wrong = [str(r["title"]) for r in site.table("items").records if str(r["title"]) not in task.answer.split("; ")]
        held = plain(task.answer)
        faults += [f"it names {t!r}, which does not fit" for t in wrong if f" {plain(t)} " in f" {plain(answer)} "
                   and plain(t) not in held]  # fmt: skip
    count = say(site, "{n} found").replace("{n}", "").strip()
    for group in task.see:
        faults += [f"{short(part)!r} was never seen" for part in group if count not in part and not _shown(part, pages)]
    yield judged("answer_right", faults, short(task.answer))


def _shown(part: str, pages: str) -> bool:
    # Windows cut long texts: the beginning of one is enough.
    return plain(part)[:80] in pages


def _tells(answer: str, part: str, tag: str) -> bool:
    if re.fullmatch(r"-?\d+(\.\d+)?", part):
        value = float(part)
        found = re.findall(r"-?\d+(?:[.,]\d+)*", f"{in_digits(answer)} {with_digits(answer, tag)}")
        return any(_equal(number, value) for number in found)
    return plain(part) in plain(answer)


def _equal(written: str, value: float) -> bool:
    for text in (written.replace(",", ""), written.replace(".", "").replace(",", ".")):
        try:
            if abs(float(text) - value) < 1e-9:
                return True
        except ValueError:
            continue
    return False


def no_wandering(pair: Pair) -> Iterable[Finding]:
    """It does not do the same thing on the same page twice, nor take far more actions than are needed."""
    faults, known = [], set()
    turns = list(turns_of(pair))
    for n, (_, name, given, page, _) in enumerate(turns, 1):
        key = (name, json.dumps(given, sort_keys=True), page[page.find("Page: ") :])
        if key in known:
            faults.append(f"action {n} is the same as one before on the same page: {name} {given}")
        known.add(key)
    least = int(pair.instruction.facts.get("least_steps", 0)) or 8
    if len(turns) > 2 * least + SLACK:
        faults.append(f"{len(turns)} actions, where {least} are enough")
    yield judged("no_wandering", faults, f"{len(turns)} actions, {least} at least")


def thoughts_agree(pair: Pair) -> Iterable[Finding]:
    """Every action has a thought that is about it: numbers it names are the action's, quoted words stand somewhere."""
    faults = []
    request = pair.instruction.text
    for n, (message, _, given, page, _) in enumerate(turns_of(pair), 1):
        thought = words_of(message).strip()
        if len(thought) < 5:
            faults.append(f"action {n} has no thought")
            continue
        named = {int(i) for i in re.findall(r"\[(\d+)\]", thought)}
        if named and given.get("id") not in named:
            faults.append(f"action {n}: the thought is about {sorted(named)}, the action about [{given.get('id')}]")
        known = plain(f"{page} {request} {json.dumps(given, ensure_ascii=False)}")
        lost = [q for q in _QUOTED.findall(thought) if plain(q) and plain(q) not in known]
        faults += [f"action {n}: {short(q)!r} stands nowhere" for q in lost[:1]]
    yield judged("thoughts_agree", faults, "each thought goes with its action")


def words_for_the_user(pair: Pair) -> Iterable[Finding]:
    """The closing words are for somebody who saw none of the pages: no numbers in brackets, no small talk."""
    demands = demands_of(pair.instruction.facts)
    answer = final_words(pair)
    faults = [f"it says {found[0]!r}"] if (found := TALK.search(answer)) else []
    faults += [f"it says {fault}" for fault in chatter(content_of(answer, demands))]
    if language := pair.instruction.facts.get("language"):
        faults += [f"the answer: {fault}" for fault in in_language([content_of(answer, demands)], language)]
    yield judged("words_for_the_user", faults, short(answer))


def request_fits(pair: Pair) -> Iterable[Finding]:
    """The request says all that is needed, gives nothing away, and is a user's."""
    _, task = site_and_task(pair)
    facts = pair.instruction.facts
    faults = list(request_faults(str(facts["ask"]), task, str(facts.get("language", ""))))
    opening = words_of(pair.messages[1]) if len(pair.messages) > 1 else ""
    faults += [] if str(facts["ask"]) in opening else ["the conversation does not open with the request"]
    yield judged("request_fits", faults, f"{len(task.told)} values are said")


def format_kept(pair: Pair) -> Iterable[Finding]:
    """The closing words have the form that was asked for."""
    if demands := demands_of(pair.instruction.facts):
        faults = [f"{d.rule}: {fault}" for d in demands for fault in faults_of(final_words(pair), d)]
        yield judged("format_kept", faults, "; ".join(f"{d.rule} {dict(d.params)}" for d in demands))


CHECKS: tuple[Check, ...] = (
    *(check for check in GENERAL_CHECKS if check.__name__ in _KEPT),
    ends_in_stop,
    elements_exist,
    actions_done,
    pages_follow,
    goal_reached,
    outcome_right,
    answer_right,
    no_wandering,
    thoughts_agree,
    words_for_the_user,
    request_fits,
    format_kept,
)
"""All that a conversation has to pass before somebody reads it."""
