"""The models of a run, connected to again for a branch: where it says they are, or where somebody says they are now.

Older journals keep only the names of models. One of them that nobody is asked by need not be anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

from agents.errors import EndpointError, UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from agents.onlooker import PERSON
from teams.engine import props
from teams.engine.again.asked import models_of
from teams.engine.again.means import abilities_of, model_names, models_named
from teams.engine.options import RunOptions

CHANGED = "branched_role"
"""Under this name another model for the turn's role is opened, beside those of the run's roles."""
_RUNS = "branched_run"
"""Under this name, and a number, a model of the run is opened that is somewhere else now."""
PLACES = "places"
"""Under this key a branch's journal keeps what was said of that."""
ModelFor = Callable[[str], Model]


def changed(role: str, own: str) -> str:
    """Return the name under which another model for a role is opened; `own` is the turn's."""
    return CHANGED if role == own else f"{CHANGED}_{role}"


def places(meta: Mapping[str, Any], texts: Sequence[str]) -> dict[str, str]:
    """Return where models of a run are now, by their names in it, as `--at [NAME=]MODEL` says. Raises `UsageError`."""
    names = {name for name in meta.get("models", {}).values() if name != PERSON}
    found: dict[str, str] = {}
    for text in texts:
        named = max((name for name in names if text.startswith(f"{name}=")), key=len, default="")
        where = text.removeprefix(f"{named}=") if named else text
        if not named:
            if len(own := _nowhere(meta, {}) or names) != 1:
                said = " or ".join(f"--at {name}=MODEL" for name in sorted(own))
                raise UsageError(f"--at {text}: of which of the run's models is it said? Say {said}")
            (named,) = own
        try:
            specs = models_named([where])
        except UsageError as error:
            raise UsageError(str(error).replace("--model", "--at")) from None
        if "" not in specs:
            raise UsageError(f"--at {text}: the run had no model of that name; its models: {', '.join(sorted(names))}")
        found[named] = specs[""]
    return found


def see_reached(meta: Mapping[str, Any], at: Mapping[str, str], role: str, given: Collection[str], asks: bool) -> None:
    """Refuse a branch whose turn nobody can be asked for. Raises `UsageError`.

    `at`: where models are now; `given`: roles that get another model; `asks`: the role is asked, and no answer given.
    """
    lost = _nowhere(meta, at)
    own = model_names(meta)(role)
    everybody = {name for name in meta.get("models", {}).values() if name != PERSON}
    if own in lost and role not in given and asks:
        raise UsageError(_unsaid(own))
    if everybody and everybody == lost and not given:
        raise UsageError(_unsaid(model_names(meta)("")))


def _unsaid(name: str) -> str:
    return (
        f"the run was made with the model {name!r}, and where it is served was not kept; say so with "
        f"--at {name}=MODEL, as in --at {name}=http://HOST:PORT/v1:NAME"
    )


def _nowhere(meta: Mapping[str, Any], at: Mapping[str, str]) -> set[str]:
    """Return the models of a run of which only the name is known."""
    return {name for name, text in _texts(meta, at).values() if text is None}


def _texts(meta: Mapping[str, Any], at: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    """Return by role ('' is everybody) who played it and as what that model is opened; None: nobody knows."""
    name_of, kept = model_names(meta), meta.get("means", {}).get("models") or {}
    roles = dict.fromkeys([*meta.get("models", ()), *kept])
    named = {role: (name_of(role), kept.get(role) or kept.get("") or name_of(role)) for role in roles}
    return {role: (name, at.get(name) or _spec(text)) for role, (name, text) in named.items() if text != PERSON}


def _spec(text: str) -> str | None:
    try:
        models_named([text])
    except UsageError:
        return None
    return text


async def reached(
    stack: AsyncExitStack,
    meta: Mapping[str, Any],
    at: Mapping[str, str],
    given: tuple[str, str | None],
    journal: Journal,
    meter: Meter,
    tell: Callable[[str], None],
) -> ModelFor:
    """Connect to the run's models again, and to the changed ones. Raises `UsageError`, and `EndpointError`.

    `given`: the turn's role, and what was said of models. A model of which only the name is known raises
    `EndpointError` when it is asked. One that is somewhere else now keeps the name and the abilities it had.
    """
    role, said = given
    environ = dict(os.environ)
    played = _texts(meta, at)
    moved = {name: f"{_RUNS}_{n}" for n, name in enumerate(at)}
    asked = [(one, changed(one, role), text) for one, text in models_of(said, role).items()]
    asked += [(one, moved[name], at[name]) for one, (name, _) in played.items() if name in moved]
    for one, place, _ in asked:
        if own := environ.get(f"AGENTINSTRUCT_API_KEY_{one.upper()}"):
            environ[f"AGENTINSTRUCT_API_KEY_{place.upper()}"] = own
    texts = list(dict.fromkeys(f"{place}={text}" for _, place, text in asked))
    texts += [f"{one}={text}" for one, (name, text) in played.items() if one and text and name not in moved]
    if "" in played:  # with none, a server would be looked for, or a built-in model started
        texts.append(played[""][1] or texts[0].partition("=")[2])
    options = RunOptions(seeds=(), model=tuple(texts), max_tokens=meter.max_tokens)
    opened, _ = await props.open_models(stack, options, journal, meter, _Told(tell), environ)
    lasting = {name: _unreached(meta, name) for name in _nowhere(meta, at)}
    lasting |= {name: _as_was(meta, name, opened(place)) for name, place in moved.items()}
    name_of = model_names(meta)

    def model_for(one: str) -> Model:
        is_changed = one == CHANGED or one.startswith(f"{CHANGED}_")
        return opened(one) if is_changed else lasting.get(name_of(one)) or opened(one)

    usual = meta.get("models", {}).get("", model_for("").name)
    if model_for("").name != usual:
        raise UsageError(f"the run's model was {usual}, and found here is {model_for('').name}; start {usual} again")
    return model_for


def _as_was(meta: Mapping[str, Any], name: str, now: Model) -> Model:
    """Return a model under the name that it had in the run, and asked as it was asked there."""
    known = name in meta.get("abilities", {})
    return replace(now, name=name, abilities=abilities_of(meta, name) if known else now.abilities)


def _unreached(meta: Mapping[str, Any], name: str) -> Model:
    from agents.models.scripted import ScriptedClient

    class Nowhere(ScriptedClient):
        """Nobody is behind it."""

        async def create(self, *asked: Any, **more: Any) -> Any:
            raise EndpointError(_unsaid(name))

    return Model(name, Nowhere({}), abilities_of(meta, name))


@dataclass(frozen=True)
class _Told:
    """A run's report that only passes lines on."""

    tell: Callable[[str], None]

    def line(self, text: str) -> None:
        self.tell(text)

    def watch(self, engine: Any) -> None:
        """Nothing is shown as it goes."""
