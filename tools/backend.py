"""APIs that really work: a small stateful program in the sandbox behind a list of APIs, tried before it is trusted."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox import CallResult, Sandbox, Session, SessionFailed
from tools.apis import Api, as_function, complaints
from tools.bench import Answer

CLASS = "Backend"
BLOCK = re.compile(r"```(?:python|py)?\s*\n(.*?)```", re.DOTALL)
REFUSAL = "ValueError: "
"""How the error of an impossible call begins. Users of an API are told what is wrong, not what was raised; any other
exception, and a call that comes to no end, is a fault of the backend and of nobody's call."""
UNSTEADY = {"random", "secrets", "uuid", "time", "threading", "socket", "subprocess", "os", "sys", "pathlib", "shutil"}
"""Modules a backend has no business with: they make its answers differ from run to run, or reach outside."""


class BackendFault(Exception):
    """A backend broke on a call. It is no answer a service would give: the conversation can't go on."""


@dataclass(frozen=True)
class Trial:
    """What came of trying a backend."""

    problems: tuple[str, ...]
    """In words for its author; empty if it works."""
    examples: tuple[Mapping[str, Any], ...] = ()
    """Calls that succeed one after the other on a fresh instance: `{"name", "arguments", "result", "changes"}`."""
    data: Any = None
    """The attributes of a fresh instance, as JSON."""


def code_of(text: str) -> str:
    """Return the program in a reply: its longest code block, or all of it."""
    blocks = BLOCK.findall(text)
    return max(blocks, key=len).strip() if blocks else text.strip()


def examples_in(code: str) -> list[tuple[str, dict[str, Any]]]:
    """Read the literal `EXAMPLES` of a backend without running it. Raises `ValueError` saying what is wrong."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"the code doesn't parse: {error}") from None
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "EXAMPLES" for t in node.targets):
            try:
                pairs = [(str(name), dict(arguments)) for name, arguments in ast.literal_eval(node.value)]
                json.dumps(pairs)
            except (ValueError, TypeError):
                raise ValueError('EXAMPLES must be a literal list of ("method", {arguments})') from None
            return pairs
    raise ValueError('there is no EXAMPLES = [("method", {arguments}), …] at the top level')


def static_problems(code: str, apis: Sequence[Api]) -> list[str]:
    """What is wrong with a backend before it is run: methods, parameters, modules it must not use."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [f"the code doesn't parse: {error}"]
    problems = [
        f"it imports {name}; a backend must not: the same calls must always give the same results"
        for name in sorted(_imported(tree) & UNSTEADY)
    ]
    if re.search(r"\b(datetime|date)\.(now|today|utcnow)\(", code):
        problems.append("it reads the clock; make today's date a constant of the data")
    cls = next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == CLASS), None)
    if cls is None:
        return [*problems, f"there is no class {CLASS}"]
    methods = {n.name: n for n in cls.body if isinstance(n, ast.FunctionDef)}
    for api in apis:
        if api.name not in methods:
            problems.append(f"there is no method {api.name}")
        elif wrong := _signature_problem(methods[api.name], api):
            problems.append(wrong)
    return problems


def _kept_outside(code: str) -> list[str]:
    """Names of lists and dicts at the top level: what changes there is in no state, and outlives the instance."""
    tree = ast.parse(code)
    held = [n for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Dict | ast.List | ast.Set)]
    names = [t.id for node in held for t in node.targets if isinstance(t, ast.Name)]
    return [name for name in names if not name.isupper()]  # capitals say that it stays as it is


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def _signature_problem(method: ast.FunctionDef, api: Api) -> str:
    given = [a.arg for a in (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs)][1:]
    wanted = list(api.parameters.get("properties", {}))
    if set(given) != set(wanted):
        return f"{api.name} must take exactly ({', '.join(wanted)}), not ({', '.join(given)})"
    positional = [*method.args.posonlyargs, *method.args.args]
    defaults = {a.arg for a in positional[len(positional) - len(method.args.defaults) :]}
    defaults |= {a.arg for a, d in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True) if d is not None}
    optional = set(wanted) - set(api.parameters.get("required", ()))
    if missing := optional - defaults:
        return f"{api.name}: {', '.join(sorted(missing))} must have a default, as callers may leave it out"
    return ""


async def try_out(code: str, apis: Sequence[Api], box: Sandbox) -> Trial:
    """Run a backend's own examples on two fresh instances: does it work, is it steady, does it keep its state?"""
    if problems := static_problems(code, apis):
        return Trial(tuple(problems[:6]))
    try:
        calls = examples_in(code)
    except ValueError as error:
        return Trial((str(error),))
    by_name = {api.name: api for api in apis}
    problems = [f"EXAMPLES has no call of {name}" for name in by_name if name not in {call[0] for call in calls}]
    for name, arguments in calls:
        if name in by_name and (wrong := complaints(arguments, by_name[name])):
            problems.append(f"EXAMPLES, {name}: {wrong[0]}")
    if problems:
        return Trial(tuple(problems[:6]))
    calls = [call for call in calls if call[0] in by_name]
    try:
        first, data = await _rehearse(code, calls, box)
        second, _ = await _rehearse(code, calls, box)
    except SessionFailed as error:
        return Trial((f"making {CLASS}() failed: {error}",))
    trial = _compared(calls, first, second, data)
    if not data and (kept := _kept_outside(code)):
        outside = f"{', '.join(kept)} stand outside of the instance; set data in __init__, or it is not seen"
        return replace(trial, problems=(outside, *trial.problems))
    return trial


def _compared(
    calls: Sequence[tuple[str, dict[str, Any]]],
    first: Sequence[tuple[CallResult, bool]],
    second: Sequence[tuple[CallResult, bool]],
    data: Any,
) -> Trial:
    problems, examples = [], []
    for (name, arguments), (one, changes), (two, _) in zip(calls, first, second, strict=True):
        shown = f"{name}({json.dumps(arguments, ensure_ascii=False)})"
        if not one.ok:
            problems.append(f"{shown} failed: {one.error}")
        elif one.value is None:
            problems.append(f"{shown} returned None; return something a caller wants to know")
        elif isinstance(one.value, dict) and "error" in one.value:
            problems.append(f"{shown} returned an error as a result; raise ValueError instead")
        elif (one.value, one.state) != (two.value, two.state):
            problems.append(f"{shown} gave two different results on two fresh instances")
        else:
            examples.append({"name": name, "arguments": arguments, "result": one.value, "changes": changes})
    return Trial(tuple(problems[:6]), tuple(examples), data)


async def _rehearse(
    code: str, calls: Sequence[tuple[str, dict[str, Any]]], box: Sandbox
) -> tuple[list[tuple[CallResult, bool]], Any]:
    """Make the calls on a fresh instance; say of each whether it changed the state, and what the data were before."""
    session = await box.open_session(code + _PEEK, CLASS)
    try:
        data = await session.call(_PEEKING, {})
        state, results = data.state, []
        for name, arguments in calls:
            result = await session.call(name, arguments)
            results.append((result, result.state != state))
            state = result.state
        return results, data.value
    finally:
        await session.close()


_PEEKING = "data_for_trial__"
"""The sandbox calls nothing whose name begins with an underscore; no API is called like this either."""
_PEEK = f"""

def {_PEEKING}(self):
    import json
    return json.loads(json.dumps(vars(self), default=str))

{CLASS}.{_PEEKING} = {_PEEKING}
"""


class ApiBench:
    """The APIs of one conversation, executed in the sandbox, or played by a simulator where there is none.

    `open_session` makes a fresh backend; `simulate(number of the call, name, arguments)` answers for one.
    """

    def __init__(
        self,
        apis: Sequence[Api],
        open_session: Callable[[], Awaitable[Session]] | None = None,
        simulate: Callable[[int, str, Mapping[str, Any]], Awaitable[str]] | None = None,
    ) -> None:
        self._apis = {api.name: api for api in apis}
        self._open, self._simulate = open_session, simulate
        self._session: Session | None = None
        self._before: list[tuple[str, Mapping[str, Any]]] = []
        self.state = ""
        """Hash of the backend's state after the last call; '' before the first and where it is simulated."""
        self.made = 0
        self.failure: BaseException | None = None
        """What kept the system behind the APIs from answering at all: no result of a call, the end of the chat."""
        self.seconds = 900.0 if simulate else None
        """A simulator is a model, and waits its turn like any other."""

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return [as_function(api) for api in self._apis.values()]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        if wrong := complaints(arguments, self._apis[name]):
            return Answer(json.dumps({"error": "; ".join(wrong)}, ensure_ascii=False), is_error=True)
        self.made += 1
        try:
            if self._open is None:
                assert self._simulate is not None
                return _simulated(await self._simulate(self.made, name, arguments))
            session = await self._opened()
        except BaseException as error:
            self.failure = error
            raise
        result = await session.call(name, arguments)
        self.state = result.state
        if result.ok:
            return Answer(json.dumps(result.value, ensure_ascii=False))
        if not result.error.startswith(REFUSAL):
            shown = json.dumps(dict(arguments), ensure_ascii=False)
            self.failure = BackendFault(f"{name}({shown[:200]}) broke the backend: {result.error[:300]}")
            raise self.failure
        return Answer(json.dumps({"error": result.error.removeprefix(REFUSAL)}, ensure_ascii=False), is_error=True)

    def replayed(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Hear of a call that was answered from the journal: the backend must go through it before the next one."""
        if name in self._apis and not complaints(arguments, self._apis[name]):
            self.made += 1
            self._before.append((name, arguments))

    async def _opened(self) -> Session:
        if self._session is None:
            assert self._open is not None
            self._session = await self._open()
            for name, arguments in self._before:
                self.state = (await self._session.call(name, arguments)).state
        return self._session

    async def settle(self) -> str:
        """Return the state after all calls, also those answered from the journal."""
        if self._open is not None and self._before and self._session is None:
            await self._opened()
        return self.state

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _simulated(text: str) -> Answer:
    try:
        value = json.loads(text)
    except ValueError:
        return Answer(json.dumps({"error": "the service gave no usable answer"}), is_error=True)
    return Answer(json.dumps(value, ensure_ascii=False), isinstance(value, dict) and "error" in value)
