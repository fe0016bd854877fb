"""Rules of one or a few operations in a row, or of two with a condition: drawn from a table, rivals counted out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit

DEPTH = 2
"""Operations in a row up to which all rivals are tried."""
_TRIES = 40


@dataclass(frozen=True)
class Atom:
    """One operation or one test, with the arguments it may have."""

    says: str
    """In words; `{0}` is the first argument."""
    run: Callable[..., Any]
    args: tuple[tuple[Any, ...], ...] = ((),)
    is_drawn: bool = True
    """Rules are drawn from it; else it is only ever a rival."""


Call = Sequence[Any]
"""`[name, *arguments]` of an atom."""


def told(atoms: Mapping[str, Atom], calls: Sequence[Call]) -> str:
    return ", then ".join(atoms[name].says.format(*args) for name, *args in calls)


class Chain(Domain):
    """Rules over a table of operations. Subclasses bring the tables and the inputs."""

    atoms: Mapping[str, Atom]
    tests: Mapping[str, Atom]
    lengths: tuple[int, ...] = (1, 2, 2)
    """How many operations a drawn rule has; a length that stands twice is drawn twice as often."""
    exceptional: bool = False
    """The rule has a second branch."""
    least = 4

    def all_calls(self) -> tuple[Call, ...]:
        """Return every operation with every argument."""
        return _calls(tuple(sorted(self.atoms)), self)

    def all_tests(self) -> list[Call]:
        return [[name, *args] for name, atom in self.tests.items() for args in atom.args]

    def draw(self, random: Random, matter: Matter) -> Spec:
        samples = self.samples(random, matter)
        for _ in range(_TRIES):
            steps = self._drawn(random, random.choice(self.lengths))
            spec: dict[str, Any] = {"steps": steps}
            if self.exceptional:
                spec |= {"when": self._test(random), "then": self._drawn(random, 1)}
            if self._is_telling(spec, samples):
                return spec
        raise Unfit("no rule of this family tells these inputs apart")

    def _drawn(self, random: Random, length: int) -> list[list[Any]]:
        names = [name for name, atom in self.atoms.items() if atom.is_drawn]
        return [[name, *random.choice(self.atoms[name].args)] for name in random.sample(names, length)]

    def _test(self, random: Random) -> list[Any]:
        name = random.choice([name for name, atom in self.tests.items() if atom.is_drawn])
        return [name, *random.choice(self.tests[name].args)]

    def _is_telling(self, spec: Spec, samples: Sequence[Any]) -> bool:
        """Each part of a rule does something, and most outputs differ from each other and from their inputs."""
        done = [(x, y) for x in samples if (y := _tried(self.run, spec, x)) is not None]
        if len(done) < 0.8 * len(samples) or sum(x == y for x, y in done) > 0.2 * len(done):
            return False
        if len({repr(y) for _, y in done}) < 0.6 * len(done) or sum(self.is_slight(y) for _, y in done) > 0.3 * len(
            done
        ):
            return False
        if "when" in spec:
            held = [bool(self.holds(spec["when"], x)) for x, _ in done]
            other = {"steps": spec["steps"]}
            differs = sum(_tried(self.run, other, x) != y for x, y in done)
            return 0.2 * len(done) <= sum(held) <= 0.6 * len(done) and differs >= 0.8 * sum(held)
        shorter = [
            {"steps": [s for n, s in enumerate(spec["steps"]) if n != left]} for left in range(len(spec["steps"]))
        ]
        return all(
            sum(_tried(self.run, one, x) != y for x, y in done) > 0.6 * len(done) for one in shorter if one["steps"]
        )

    def holds(self, test: Call, x: Any) -> bool:
        return bool(self.tests[test[0]].run(x, *test[1:]))

    def told(self, spec: Spec) -> str:
        base = told(self.atoms, spec["steps"])
        if "when" not in spec:
            return base
        name, *args = spec["when"]
        return f"if {self.tests[name].says.format(*args)}: {told(self.atoms, spec['then'])}; otherwise: {base}"

    def run(self, spec: Spec, x: Any) -> Any:
        steps = spec["then"] if "when" in spec and self.holds(spec["when"], x) else spec["steps"]
        return self.carried_out(steps, x)

    def carried_out(self, steps: Sequence[Call], x: Any) -> Any:
        for name, *args in steps:
            x = self._step(name, args, x)
        return x

    def _step(self, name: str, args: Sequence[Any], x: Any) -> Any:
        try:
            y = self.atoms[name].run(x, *args)
        except (ValueError, IndexError, ZeroDivisionError, TypeError, AttributeError) as error:
            raise Unfit(f"{name}: {error}") from None
        if y is None or not self.is_sound(y):
            raise Unfit(f"{name} leaves nothing that could be written down")
        return y

    def is_sound(self, y: Any) -> bool:
        """Say whether a value can stand in an example."""
        return bool(y != "" and y != [])

    def is_slight(self, y: Any) -> bool:
        """Say whether an output is too little to show a rule by."""
        return False

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        calls = self.all_calls()
        for one in calls:
            yield self._as_rival([one])
        for one in calls:
            for two in calls:
                yield self._as_rival([one, two])
        if "when" in spec:
            yield from self._split_rivals(spec)

    def _as_rival(self, steps: Sequence[Call]) -> Rival:
        return partial(told, self.atoms, steps), lambda x: self.carried_out(steps, x)

    def _split_rivals(self, spec: Spec) -> Iterator[Rival]:
        """The same two branches under every other condition."""
        for test in self.all_tests():
            for then, otherwise in ((spec["then"], spec["steps"]), (spec["steps"], spec["then"])):
                one = {"when": test, "then": then, "steps": otherwise}
                yield partial(self.told, one), partial(self.run, one)

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        if "when" in spec:
            held = sum(self.holds(spec["when"], x) for x in shots)
            if held < 2:
                yield "two examples at least have to show the exception"
            if len(shots) - held < 2:
                yield "two examples at least have to show the rule"

    def steps(self, spec: Spec, x: Any) -> list[str]:
        said = []
        steps = spec["steps"]
        if "when" in spec:
            name, *args = spec["when"]
            holds = self.holds(spec["when"], x)
            said.append(f"{_capital(self.tests[name].says.format(*args))}? {'Yes' if holds else 'No'}.")
            steps = spec["then"] if holds else steps
        for name, *args in steps:
            x = self._step(name, args, x)
            said.append(f"{_capital(self.atoms[name].says.format(*args))}: {self.said(x)}.")
        return said

    def deeper(self, spec: Spec, random: Random, matter: Matter) -> Spec | None:
        samples = self.samples(random, matter)
        for _ in range(_TRIES):
            new = {"steps": spec["steps"], "when": self._test(random), "then": self._drawn(random, 1)}
            if "when" not in spec and self._is_telling(new, samples):
                return new
        return None

    def samples(self, random: Random, matter: Matter) -> list[Any]:
        """Return inputs as they will be, to try a rule on before it is taken."""
        return self.inputs({}, random, matter)


@cache
def _calls(names: tuple[str, ...], chain: Chain) -> tuple[Call, ...]:
    return tuple([name, *args] for name in names for args in chain.atoms[name].args)


def _tried(run: Callable[..., Any], spec: Spec, x: Any) -> Any:
    try:
        return run(spec, x)
    except Unfit:
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
