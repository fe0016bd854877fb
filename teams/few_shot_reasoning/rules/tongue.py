"""A small language nobody speaks: its words for those of a text, its order, its endings; and how its words change.

After the problems of the linguistics olympiads: a few sentences with their translations, and one that puts what they
show together in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.few_shot_reasoning.rules.chain import Atom, Chain
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec
from teams.few_shot_reasoning.rules.invented import Coiner
from teams.few_shot_reasoning.rules.letters import is_vowel

_WORD = text(2, 16, "")
_NOUNS = several(
    closed({"one": _WORD, "many": _WORD}),
    4,
    6,
    "people and animals of the text, as one says them of one and of many: child, children",
)
_VERBS = several(
    closed({"now": _WORD, "plural": _WORD, "past": _WORD}), 3, 5, "what one of them can do to another: sees, see, saw"
)
_QUALITIES = several(_WORD, 2, 4, "adjectives of one word that go with all of them")


class Tongue(Domain):
    """Sentences of an invented language, and what they say in English."""

    name = "tongue"
    is_english = True
    least = 6
    spare = 8

    def wants(self, small: bool) -> dict[str, Any]:
        return {"nouns": _NOUNS, "verbs": _VERBS, "qualities": _QUALITIES}

    def complaints(self, matter: Matter) -> Iterator[str]:
        groups = [[n["one"] for n in matter["nouns"]], [v["past"] for v in matter["verbs"]], list(matter["qualities"])]
        for words, fewest in zip(groups, (4, 3, 2), strict=True):
            if len(set(words)) < fewest:
                yield f"{words} are too few different words; at least {fewest}"
        said = [
            *groups[0],
            *groups[2],
            *(n["many"] for n in matter["nouns"]),
            *(w for v in matter["verbs"] for w in v.values()),
        ]
        odd = [word for word in said if not word.replace("-", "").isalpha()]
        if odd:
            yield f"single words without articles are wanted: {odd[0]!r} is none"
        same = [n["one"] for n in matter["nouns"] if n["one"] == n["many"]]
        if same:
            yield f"{same[0]!r} is the same of one and of many: take another"

    def draw(self, random: Random, matter: Matter) -> Spec:
        coiner, affixes = Coiner(random, set()), set[str]()
        nouns = {n["one"]: {"many": n["many"], "stem": coiner.word()} for n in _first(matter["nouns"], "one", 4)}
        verbs = {v["now"]: {**v, "stem": coiner.word()} for v in _first(matter["verbs"], "now", 3)}
        return {
            "nouns": nouns,
            "verbs": verbs,
            "qualities": {q: coiner.word() for q in list(dict.fromkeys(matter["qualities"]))[:3]},
            "order": random.choice(["SOV", "VSO", "OVS", "SVO", "VOS", "OSV"]),
            "quality_first": random.random() < 0.5,
            "plural": [random.choice(("before", "after")), coiner.ending(affixes)],
            "object": [random.choice(("after", "after", "none")), coiner.ending(affixes)],
            "past": [random.choice(("before", "after")), coiner.ending(affixes)],
            "agrees": random.random() < 0.3,
            "into": random.choice(("tongue", "tongue", "english")),
        }

    def told(self, spec: Spec) -> str:
        names = {"S": "subject", "V": "verb", "O": "object"}
        words = [*((stem["stem"], noun) for noun, stem in spec["nouns"].items())]
        words += [(v["stem"], now) for now, v in spec["verbs"].items()] + [(w, q) for q, w in spec["qualities"].items()]
        place = {"before": "{}- before the word", "after": "-{} after the word"}
        said = [f"the order is {', '.join(names[part] for part in spec['order'])}"]
        said.append(f"a quality stands {'before' if spec['quality_first'] else 'behind'} its noun")
        said.append(
            f"many: {place[spec['plural'][0]].format(spec['plural'][1])}"
            + (", of the quality too" if spec["agrees"] else "")
        )
        if spec["object"][0] != "none":
            said.append(f"object: -{spec['object'][1]} last on the noun")
        said.append(f"past: {place[spec['past'][0]].format(spec['past'][1])}")
        return f"{'; '.join(said)}; {', '.join(f'{mine} = {theirs}' for mine, theirs in words)}"

    def run(self, spec: Spec, x: Any) -> str:
        return self.foreign(spec, x["scene"]) if x["into"] == "tongue" else english(spec, x["scene"])

    def foreign(self, spec: Spec, scene: Mapping[str, Any]) -> str:
        """Say a scene in the language."""
        return " ".join(token for part in spec["order"] for token in self._part(spec, scene, part))

    def _part(self, spec: Spec, scene: Mapping[str, Any], part: str) -> list[str]:
        if part == "V":
            verb = spec["verbs"][scene["verb"]]["stem"]
            return [_affixed(verb, spec["past"]) if scene["past"] else verb]
        noun, many, quality = scene["who"] if part == "S" else scene["whom"]
        said = spec["nouns"][noun]["stem"]
        said = _affixed(said, spec["plural"]) if many else said
        if part == "O" and spec["object"][0] != "none":
            said += spec["object"][1]
        if not quality:
            return [said]
        word = spec["qualities"][quality]
        word = _affixed(word, spec["plural"]) if many and spec["agrees"] else word
        return [word, said] if spec["quality_first"] else [said, word]

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        nouns, verbs = list(spec["nouns"]), list(spec["verbs"])
        found = []
        for _ in range(70):
            who, whom = random.sample(nouns, 2)
            quality = random.choice([*spec["qualities"], None, None, None])
            which = random.random() < 0.5
            scene = {
                "who": [who, random.random() < 0.4, quality if which else None],
                "whom": [whom, random.random() < 0.4, None if which else quality],
                "verb": random.choice(verbs),
                "past": random.random() < 0.4,
            }
            found.append(
                {
                    "scene": scene,
                    "into": spec["into"],
                    "said": self.foreign(spec, scene),
                    "english": english(spec, scene),
                }
            )
        return found

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        long = [
            x
            for x in self.inputs(spec, random, matter)
            if x["scene"]["past"] and (x["scene"]["who"][1] or x["scene"]["whom"][1])
        ]
        for x in long:
            scene = x["scene"]
            for part in ("who", "whom"):
                scene[part][2] = scene[part][2] or random.choice(list(spec["qualities"]))
            x["said"], x["english"] = self.foreign(spec, scene), english(spec, scene)
        return long[:6]

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        """None by themselves: other grammars are held against the shots in `gaps`, with the words they would need."""
        yield from ()

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        scenes, asked = [x["scene"] for x in shots], query["scene"]
        yield from _unseen(scenes, asked)
        yield from _unparted(spec, scenes, asked)
        for order in map("".join, permutations("SVO")):
            for quality_first in (True, False):
                other = {**spec, "order": order, "quality_first": quality_first}
                same = self.foreign(other, asked) == self.foreign(spec, asked)
                if not same and _is_consistent(self, spec, other, scenes):
                    where = "before" if quality_first else "behind"
                    yield f"the order {order} with the quality {where} is not excluded"

    def shown(self, x: Any) -> str:
        return str(x["english"] if x["into"] == "tongue" else x["said"])


def _first(entries: Sequence[Mapping[str, str]], name: str, most: int) -> list[Mapping[str, str]]:
    return list({entry[name]: entry for entry in entries}.values())[: most + 1]


def _affixed(word: str, affix: Sequence[str]) -> str:
    return affix[1] + word if affix[0] == "before" else word + affix[1]


def english(spec: Spec, scene: Mapping[str, Any]) -> str:
    """Say a scene in English."""

    def noun(which: Sequence[Any]) -> str:
        name, many, quality = which
        return f"the {f'{quality} ' if quality else ''}{spec['nouns'][name]['many'] if many else name}"

    verb = spec["verbs"][scene["verb"]]
    said = verb["past"] if scene["past"] else verb["plural"] if scene["who"][1] else verb["now"]
    whole = f"{noun(scene['who'])} {said} {noun(scene['whom'])}"
    return whole[0].upper() + whole[1:] + "."


def _words(scene: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [("noun", scene["who"][0]), ("noun", scene["whom"][0]), ("verb", scene["verb"])]
    return found + [("quality", part[2]) for part in (scene["who"], scene["whom"]) if part[2]]


def _unseen(scenes: Sequence[Mapping[str, Any]], asked: Mapping[str, Any]) -> Iterator[str]:
    seen = [_words(scene) for scene in scenes]
    for word in _words(asked):
        if not any(word in words for words in seen):
            yield f"{word[1]!r} has to be shown"
        # Two words that always come together can't be told from each other.
        others = {other for words in seen for other in words if other[0] == word[0] and other != word}
        for other in sorted(others):
            if all((word in words) == (other in words) for words in seen):
                yield f"{word[1]!r} and {other[1]!r} have to be shown apart"


def _unparted(spec: Spec, scenes: Sequence[Mapping[str, Any]], asked: Mapping[str, Any]) -> Iterator[str]:
    """What an ending means shows where one word stands with it and without it."""
    marks = {
        "many": lambda s: {(part[0], part[1]) for part in (s["who"], s["whom"])},
        "past": lambda s: {(s["verb"], s["past"])},
        "object": lambda s: {(s["who"][0], False), (s["whom"][0], True)},
    }
    for name, mark in marks.items():
        if name == "object" and spec["object"][0] == "none":
            continue
        seen = set[tuple[str, bool]]().union(*map(mark, scenes))
        both = {word for word, is_on in seen if (word, not is_on) in seen}
        if not both:
            yield f"a word has to be shown with the mark of {name} and without it"
    if asked["whom"][1] and not any(scene["whom"][1] for scene in scenes):
        yield "an object of many has to be shown"
    many = [part for part in (asked["who"], asked["whom"]) if part[1] and part[2]]
    if many and not any(part[1] and part[2] for scene in scenes for part in (scene["who"], scene["whom"])):
        yield "a quality of many has to be shown"


def _is_consistent(domain: Tongue, spec: Spec, other: Spec, scenes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the sentences could as well be in another order: each word would have one form, and no two the same."""
    form: dict[Any, str] = {}
    for scene in scenes:
        tokens = domain.foreign(spec, scene).split()
        labels = _labels(other, scene)
        for label, token in zip(labels, tokens, strict=True):
            if form.setdefault(label, token) != token:
                return False
    stems: dict[Any, set[str]] = {}
    for label, token in form.items():
        stems.setdefault(label[:2], set()).add(token)
    # The forms of one word have a part in common that is longer than an ending.
    if any(len(several) > 1 and not _common(sorted(several)) for several in stems.values()):
        return False
    return len(set(form.values())) == len(form)


def _labels(spec: Spec, scene: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for part in spec["order"]:
        if part == "V":
            found.append(("verb", scene["verb"], scene["past"]))
            continue
        noun, many, quality = scene["who" if part == "S" else "whom"]
        both = [
            ("noun", noun, many, part if spec["object"][0] != "none" else ""),
            ("quality", quality, many and spec["agrees"]),
        ]
        found += (both[::-1] if spec["quality_first"] else both) if quality else both[:1]
    return found


def _common(tokens: Sequence[str]) -> bool:
    first = tokens[0]
    pieces = {first[a:b] for a in range(len(first)) for b in range(a + 3, len(first) + 1)}
    return any(all(piece in token for token in tokens) for piece in pieces)


_AFFIXES = tuple((a,) for a in ("ka", "mi", "ot", "en", "ur", "il", "sho", "ba"))


def _again(word: str) -> str:
    first = next((n for n, c in enumerate(word) if is_vowel(c)), 0)
    return word[: first + 1] + word


def _inside(word: str, affix: str) -> str:
    first = next((n for n, c in enumerate(word) if is_vowel(c)), 0)
    return word[:first] + affix + word[first:] if first else affix + word


def _last_vowel(word: str) -> str:
    return next((c for c in reversed(word) if is_vowel(c)), "")


INFLECTIONS = {
    "after": Atom("put -{0} after it", lambda w, a: w + a, _AFFIXES),
    "before": Atom("put {0}- before it", lambda w, a: a + w, _AFFIXES),
    "again": Atom("say its beginning, up to the first vowel, twice", _again),
    "inside": Atom("put -{0}- before the first vowel", lambda w, a: _inside(w, a), (("um",), ("in",), ("al",))),
    "harmony": Atom(
        "put -{0} and its last vowel once more after it",
        lambda w, a: w + a + _last_vowel(w),
        (("k",), ("r",), ("n",), ("s",)),
    ),
    "cut_after": Atom("put -{0} in place of its last sound", lambda w, a: w[:-1] + a, (("ai",), ("o",), ("esh",))),
    "whole": Atom("say it twice", lambda w: w + w, is_drawn=False),
    "same": Atom("leave it", lambda w: w, is_drawn=False),
}
SOUNDS = {
    "vowel_end": Atom("it ends in a vowel", lambda w: is_vowel(w[-1])),
    "back": Atom("its last vowel is a, o or u", lambda w: _last_vowel(w) in "aou"),
    "long": Atom("it has more than two vowels", lambda w: sum(map(is_vowel, w)) > 2),
    "nasal": Atom("it begins with m or n", lambda w: w[0] in "mn"),
    "hard": Atom("it begins with k, p or t", lambda w: w[0] in "kpt"),
    "a_first": Atom("its first vowel is a", lambda w: next((c for c in w if is_vowel(c)), "") == "a"),
    "same_vowels": Atom("all its vowels are the same", lambda w: len({c for c in w if is_vowel(c)}) == 1),
}


class Inflection(Chain):
    """A word of an invented language in, another form of it out; which ending it takes hangs on its sounds."""

    name = "inflection"
    atoms, tests = INFLECTIONS, SOUNDS
    lengths = (1,)
    exceptional = True
    least = 5

    def wants(self, small: bool) -> dict[str, Any]:
        return {}

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        coiner = Coiner(random, set())
        return [coiner.word(random.choice((1, 2, 2, 3))) for _ in range(24)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [Coiner(random, set()).word(5) for _ in range(6)]
