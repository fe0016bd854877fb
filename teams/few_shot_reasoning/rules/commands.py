"""Commands in invented words, carried out as rows of things: words that name, and words that say what to do with them.

After the few-shot instructions of Lake, Linzen and Baroni (2019), where people learn `dax` as red, `dax fep` as red
thrice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import permutations
from random import Random
from typing import Any

from teams.engine.schemas import several, text
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.invented import Coiner

AFTER: dict[str, tuple[str, Callable[[list[str]], list[str]]]] = {
    "twice": ("is done twice", lambda a: a * 2),
    "thrice": ("is done three times", lambda a: a * 3),
    "four": ("is done four times", lambda a: a * 4),
    "back": ("is done, and then backwards", lambda a: a + a[::-1]),
    "turned": ("is done backwards", lambda a: a[::-1]),
}
TIMES = ("twice", "thrice", "four")
"""Of these rules are drawn: what is turned round shows nothing of it where it is a single thing."""
BETWEEN: dict[str, tuple[str, Callable[[list[str], list[str]], list[str]]]] = {
    "swapped": ("the second is done before the first", lambda a, b: b + a),
    "around": ("the first is done before and after the second", lambda a, b: a + b + a),
    "framed": ("the second is done before and after the first", lambda a, b: b + a + b),
    "then_twice": ("the first is done, and the second twice", lambda a, b: a + b + b),
    "twice_then": ("the first is done twice, and then the second", lambda a, b: a + a + b),
    "joined": ("the first is done, and then the second", lambda a, b: a + b),
}


class Commands(Domain):
    """A phrase of invented words in, a row of things out."""

    name = "commands"
    least = 6
    spare = 7

    def wants(self, small: bool) -> dict[str, Any]:
        return {
            "things": several(
                text(2, 14, "one word"), 4, 6, "things, colours, sounds or moves of the text, all different"
            )
        }

    def complaints(self, matter: Matter) -> Iterator[str]:
        things = self._things(matter)
        if len(things) < 4 or any(not thing.isalpha() for thing in things):
            yield "at least four different things are needed, each of them one word of letters"

    def _things(self, matter: Matter) -> list[str]:
        return list(dict.fromkeys(thing.strip().upper() for thing in matter["things"]))

    def draw(self, random: Random, matter: Matter) -> Spec:
        things = self._things(matter)[: random.choice((4, 4, 5))]
        coiner = Coiner(random, set())
        names = {coiner.word(1 if random.random() < 0.4 else 2): thing for thing in things}
        after = {coiner.word(2): how for how in random.sample(TIMES, 1)}
        between = {coiner.word(2): how for how in random.sample(sorted(BETWEEN)[:-1], random.choice((1, 1, 2)))}
        return {"names": names, "after": after, "between": between, "known": things}

    def told(self, spec: Spec) -> str:
        said = [f"{word} is {thing}" for word, thing in spec["names"].items()]
        said += [f"what stands before {word} {AFTER[how][0]}" for word, how in spec["after"].items()]
        said += [f"of what {word} stands between, {BETWEEN[how][0]}" for word, how in spec["between"].items()]
        first = next(iter(spec["after"]))
        return f"{'; '.join(said)}; {first} binds closer than the words that stand between"

    def run(self, spec: Spec, x: Any) -> list[str]:
        words = list(x)
        for word, how in spec["between"].items():
            if word in words:
                at = words.index(word)
                return BETWEEN[how][1](self.run(spec, words[:at]), self.run(spec, words[at + 1 :]))
        done: list[str] = []
        for word in words:
            if word in spec["after"]:
                done = AFTER[spec["after"][word]][1](done)
            elif word in spec["names"]:
                done = [*done, spec["names"][word]]
            else:
                raise Unfit(f"nobody knows {word!r}")
        if not done:
            raise Unfit("nothing is done")
        return done

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        names, (after,) = list(spec["names"]), spec["after"]
        pool: list[list[str]] = [[name] for name in names]
        pool += [[name, after] for name in random.sample(names, 3)]
        for word in spec["between"]:
            pool += [[a, word, b] for a, b in random.sample(list(permutations(names, 2)), 4)]
            pool += [[a, word, b, after] for a, b in random.sample(list(permutations(names, 2)), 2)]
        return pool

    def queries(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        """Return phrases that put together what the shots show one by one."""
        names, (after,) = list(spec["names"]), spec["after"]
        found: list[Any] = []
        for word in spec["between"]:
            for a, b in random.sample(list(permutations(names, 2)), 4):
                found.append(random.choice(([a, after, word, b], [a, word, b, after], [a, after, word, b, after])))
        return found

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        if len(spec["between"]) < 2:
            return []
        names, (after,), (outer, inner) = list(spec["names"]), spec["after"], spec["between"]
        return [[a, after, outer, b, inner, c, after] for a, b, c in random.sample(list(permutations(names, 3)), 4)]

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        for table, part in ((AFTER, "after"), (BETWEEN, "between")):
            for word in spec[part]:
                for how in table:
                    other = {**spec, part: {**spec[part], word: how}}
                    yield f"{word}: {table[how][0]}", partial(self.run, other)
        # What binds closer: the words that stand after apply to all before them.
        yield "the word that stands after applies to the whole phrase before it", lambda x: self._loosely(spec, x)

    def _loosely(self, spec: Spec, x: Sequence[str]) -> list[str]:
        words = list(x)
        if words[-1] in spec["after"]:
            return AFTER[spec["after"][words[-1]]][1](self._loosely(spec, words[:-1]))
        return self.run(spec, words)

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        alone = {shot[0] for shot in shots if len(shot) == 1}
        missing = [word for word in query if word in spec["names"] and word not in alone]
        used = {word for shot in shots for word in shot}
        missing += [word for word in query if word not in used]
        yield from (f"{word} has to be shown" for word in dict.fromkeys(missing))
        if query[-1] in spec["after"] and len(query) > 2 and not any(_shows(spec, shot) for shot in shots):
            yield "it has to be shown which word binds closer"

    def shown(self, x: Any) -> str:
        return " ".join(x)

    def said(self, y: Any) -> str:
        return self.shown(y)


def _shows(spec: Spec, shot: Sequence[str]) -> bool:
    return shot[-1] in spec["after"] and any(word in spec["between"] for word in shot)
