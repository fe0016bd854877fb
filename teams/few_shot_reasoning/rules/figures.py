"""Rules over whole numbers, and operators over two of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from math import isqrt
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.chain import Atom, Chain
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit

_SMALL = tuple((n,) for n in range(2, 10))
LARGEST = 100_000


def _digits(n: int) -> list[int]:
    return [int(d) for d in str(abs(n))]


def _reversed(n: int) -> int:
    return int(str(abs(n))[::-1]) * (1 if n >= 0 else -1)


def _product(n: int) -> int:
    found = 1
    for d in _digits(n):
        found *= d
    return found


def is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, isqrt(n) + 1))


ATOMS = {
    "plus": Atom("add {0}", lambda n, k: n + k, tuple((k,) for k in range(1, 21))),
    "minus": Atom("take away {0}", lambda n, k: n - k, tuple((k,) for k in range(1, 10))),
    "times": Atom("multiply by {0}", lambda n, k: n * k, _SMALL),
    "square": Atom("square it", lambda n: n * n),
    "half": Atom("halve it, rounding down", lambda n: n // 2),
    "part": Atom("divide by {0}, rounding down", lambda n, k: n // k, tuple((k,) for k in range(3, 8))),
    "rest": Atom("take the remainder after division by {0}", lambda n, k: n % k, tuple((k,) for k in range(3, 12))),
    "digit_sum": Atom("add up the digits", lambda n: sum(_digits(n))),
    "digit_product": Atom("multiply the digits", _product),
    "turned": Atom("write the digits backwards", _reversed),
    "largest_digit": Atom("take the largest digit", lambda n: max(_digits(n))),
    "last_digit": Atom("take the last digit", lambda n: abs(n) % 10),
    "first_digit": Atom("take the first digit", lambda n: _digits(n)[0]),
    "digits_sorted": Atom("sort the digits from small to large", lambda n: int("".join(sorted(str(abs(n)))))),
    "taken_from": Atom("take it from {0}", lambda n, k: k - n, ((10,), (50,), (100,), (200,), (1000,))),
    "written_after": Atom("write a {0} after it", lambda n, k: int(f"{n}{k}"), tuple((k,) for k in range(1, 10))),
    "up_to": Atom(
        "round up to a multiple of {0}", lambda n, k: -(-n // k) * k, ((5,), (6,), (7,), (10,), (12,), (25,))
    ),
    "triangle": Atom("add up all whole numbers from 1 to it", lambda n: n * (n + 1) // 2),
    "plus_digits": Atom("add the sum of its own digits", lambda n: n + sum(_digits(n))),
    "minus_turned": Atom("take away the number its digits make backwards", lambda n: n - _reversed(n)),
    "same": Atom("leave it", lambda n: n, is_drawn=False),
}
TESTS = {
    "even": Atom("it is even", lambda n: n % 2 == 0),
    "multiple": Atom("it is a multiple of {0}", lambda n, k: n % k == 0, tuple((k,) for k in (3, 4, 5, 6, 7))),
    "above": Atom("it is greater than {0}", lambda n, k: n > k, tuple((k,) for k in range(10, 100, 5))),
    "digits_even": Atom("its digits add up to an even number", lambda n: sum(_digits(n)) % 2 == 0),
    "digits_three": Atom("its digits add up to more than {0}", lambda n, k: sum(_digits(n)) > k, ((6,), (8,), (10,))),
    "prime": Atom("it is prime", is_prime),
    "repeats": Atom("a digit comes twice", lambda n: len(set(_digits(n))) < len(_digits(n))),
    "low_end": Atom("its last digit is below 5", lambda n: n % 10 < 5),
    "rising": Atom("its digits rise from left to right", lambda n: _digits(n) == sorted(set(_digits(n)))),
    "odd_start": Atom("its first digit is odd", lambda n: _digits(n)[0] % 2 == 1),
}


class Figures(Chain):
    """A whole number in, a whole number out."""

    name = "figures"
    atoms, tests = ATOMS, TESTS
    lengths = (1, 2, 2)

    def __init__(self, exceptional: bool = False) -> None:
        self.exceptional = exceptional
        self.lengths = (1, 1, 2) if exceptional else type(self).lengths

    def wants(self, small: bool) -> dict[str, Any]:
        return {}

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        most = random.choice((60, 99, 250))
        return random.sample(range(3, most), 24)

    def odd_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return random.sample(range(300, 2000), 8)

    def is_sound(self, y: Any) -> bool:
        return isinstance(y, int) and abs(y) <= LARGEST


def _joined(a: int, b: int) -> int:
    return int(f"{abs(a)}{abs(b)}")


OPERATIONS = {
    "larger": ("the larger of the two", max),
    "smaller": ("the smaller of the two", min),
    "gap": ("the difference of the two", lambda a, b: abs(a - b)),
    "joined": ("the digits of the first followed by those of the second", _joined),
    "product": ("the first times the second", lambda a, b: a * b),
    "sum": ("the sum of the two", lambda a, b: a + b),
    "squares": ("the sum of the two squares", lambda a, b: a * a + b * b),
    "rest": ("what is left of the first after division by the second", lambda a, b: a % b),
}
SIGNS = ("◇", "⊕", "★", "@", "#", "⊗", "△", "~", "%%", "&", "☼", "»«")


class Operators(Domain):
    """A sign between two numbers that stands for a sum of simple terms."""

    name = "operators"
    least = 3

    def wants(self, small: bool) -> dict[str, Any]:
        return {}

    def draw(self, random: Random, matter: Matter) -> Spec:
        base, other = random.sample(sorted(OPERATIONS), 2)
        m, n = random.choice((1, 1, 2, 3)), random.choice((0, 0, 1, 2))
        terms = [[m, base], *([[n, other]] if n else [])]
        constant = random.choice((0, 0, 0, 1, 2, -1, 5, 10))
        if m == 1 and not n and not constant:
            m, terms = 2, [[2, base]]
        return {"terms": terms, "plus": constant, "sign": random.choice(SIGNS)}

    def told(self, spec: Spec) -> str:
        said = [f"{f'{m} times ' if m != 1 else ''}{OPERATIONS[name][0]}" for m, name in spec["terms"]]
        tail = f", plus {spec['plus']}" if spec["plus"] > 0 else f", minus {-spec['plus']}" if spec["plus"] else ""
        return f"a {spec['sign']} b is {' plus '.join(said)}{tail}"

    def run(self, spec: Spec, x: Any) -> int:
        a, b = x["a"], x["b"]
        return int(sum(m * _operated(name, a, b) for m, name in spec["terms"]) + spec["plus"])

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        sign = spec.get("sign", "⊕")
        found = [{"a": random.randint(2, 15), "b": random.randint(2, 15), "sign": sign} for _ in range(22)]
        return [x for x in found if x["a"] != x["b"]] + [{"a": 6, "b": 6, "sign": sign}]

    def odd_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [{"a": random.randint(20, 60), "b": random.randint(20, 60), "sign": spec["sign"]} for _ in range(6)]

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        for m, n, k, c in product(range(-1, 4), range(-1, 4), range(0, 3), range(-3, 11)):
            yield f"{m}a + {n}b + {k}ab + {c}", partial(_summed, m, n, k, c)
        names = sorted(OPERATIONS)
        for one, two, m, n, c in product(names, names, (1, 2, 3), (0, 1, 2), (-1, 0, 1, 2, 5, 10)):
            if one != two and (n or two == names[0]):
                rule = {"terms": [[m, one], [n, two]], "plus": c, "sign": spec["sign"]}
                yield partial(self.told, rule), partial(self.run, rule)

    def shown(self, x: Any) -> str:
        return f"{x['a']} {x['sign']} {x['b']}"


def _summed(m: int, n: int, k: int, c: int, x: Any) -> int:
    return int(m * x["a"] + n * x["b"] + k * x["a"] * x["b"] + c)


def _operated(name: str, a: int, b: int) -> int:
    try:
        return int(OPERATIONS[name][1](a, b))  # type: ignore[operator]  # a table of functions of two numbers
    except ZeroDivisionError as error:
        raise Unfit(str(error)) from None
