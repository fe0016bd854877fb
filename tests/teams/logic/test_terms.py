"""The language of constraints: what is read means what Python means by it; everything else is refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.logic import Constraint, LogicError, Puzzle, Variable, constraint_of, holds, is_true, puzzle_of
from teams.engine.logic.terms import LONGEST, MOST_TERMS, Name, read, value_of

NAMES = {"a": Name("number", True), "b": Name("number"), "word": Name("word"), "p": Name("truth")}
WORDS = frozenset({"red", "blue"})
NUMBERS = st.recursive(
    st.one_of(st.sampled_from(["a", "b", "-b"]), st.integers(-9, 9).map(lambda n: f"({n})")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["// a", "% a", "// 3", "% 4", "** 2"])).map(lambda t: f"({t[0]} {t[1]})"),
        st.tuples(st.sampled_from(["abs({})", "min({}, 3)", "max({}, a)"]), inner).map(lambda t: t[0].format(t[1])),
    ),
    max_leaves=4,
)
ATOMS = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS).map(" ".join),
    st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda t: f"{t[0]} < {t[1]} <= {t[2]}"),
    NUMBERS.map(lambda n: f"{n} in (1, 2, a)"),
    NUMBERS.map(lambda n: f"{n} not in [b, 2]"),
    st.sampled_from(["p", "not p", "True", "word == 'red'", "word != 'blue'", "word in ('red', 'blue')"]),
)
SAID = st.recursive(
    ATOMS.map(lambda one: f"({one})"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or ", " == "]), inner).map(lambda t: f"({''.join(t)})"),
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
    ),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(SAID, st.integers(1, 6), st.integers(-6, 6), st.sampled_from(["red", "blue"]), st.booleans())
def test_it_means_what_python_means(said: str, a: int, b: int, word: str, p: bool) -> None:
    given_ = {"a": a, "b": b, "word": word, "p": p}
    assert value_of(read(said, NAMES, WORDS), given_) == eval(said, {}, dict(given_))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("exactly(1, a == 1, b == 1)", True),
        ("at_least(2, a == 1, b == 1, b == 2)", True),
        ("at_most(1, a == 1, b == 2)", False),
        ("count(a == 1, b == 2, p) == 2", True),
        ("implies(p, a == 5)", True),
        ("iff(p, a == 5)", True),
        ("xor(p, a == 1)", True),
        ("all_different(a, b, 3)", True),
        ("sum(a, b, 3) == 6", True),
        ("v['a'] == 1", True),
    ],
)
def test_functions(said: str, expected: bool) -> None:
    assert value_of(read(said, NAMES, WORDS), {"a": 1, "b": 2, "word": "red", "p": False}) is expected


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("__import__('os').system('true')", "functions are"),
        ("().__class__.__bases__", "can't be used"),
        ("a.real == 1", "can't be used"),
        ("[x for x in (1, 2)] == 1", "can't be used"),
        ("(lambda: True)()", "functions are"),
        ("f'{a}' == 'red'", "can't be used"),
        ("(a := 3) == 3", "can't be used"),
        ("print(a)", "functions are"),
        ("open('/etc/passwd')", "functions are"),
        ("a ** b == 1", "exponent"),
        ("a ** 999 == 1", "exponent"),
        ("a // b == 1", "always above zero"),
        ("a % 0 == 1", "always above zero"),
        ("a / 2 == 1", "reckons with"),
        ("a @ b == 1", "reckons with"),
        ("a == 1.5", "whole numbers"),
        ("a == 10**6 * 9999999999999", "whole numbers"),
        ("c == 1", "no variable 'c'"),
        ("word == 'green'", "value of no variable"),
        ("word < 'red'", "neither more nor less"),
        ("word == 1", "compared with"),
        ("a + word == 1", "only numbers"),
        ("a", "is a number"),
        ("a and b", "joins statements"),
        ("abs(a, b) == 1", "takes 1"),
        ("max(*word) == 1", "write all"),
        ("a == 1 if p else 3", "must be alike"),
        ("a is 1", "compares with"),
        ("a in b", "list of values"),
        ("v[a] == 1", "name of a variable"),
        ("", "not an expression"),
        ("a == 1; b == 2", "not an expression"),
        ("a == 1\nimport os", "not an expression"),
        ("\0", "not an expression"),
        ("(" * 500 + "a" + ")" * 500, "not an expression|too large"),
        ("not " * 300 + "p", "too large"),
        ("0 < " * (MOST_TERMS // 2 + 1) + "1", "too large"),
        ("p and " * (LONGEST // 6 + 1) + "p", "characters"),
    ],
)
def test_what_is_not_of_the_language_is_refused_in_words(said: str, why: str) -> None:
    with pytest.raises(LogicError, match=why):
        read(said, NAMES, WORDS)


def test_what_would_grow_beyond_measure_is_refused() -> None:
    nested = "a"
    for _ in range(11):
        nested = f"(1 if 0 < {nested} in (1, 2, 3) else 0)"
    with pytest.raises(LogicError, match="too large"):
        read(f"{nested} == 1", NAMES, WORDS)
    with pytest.raises(LogicError, match="too large"):
        read("((((a ** 6) ** 6) ** 6) ** 6) ** 6 == 1", NAMES, WORDS)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises_anything_else(said: str) -> None:
    try:
        read(said, NAMES, WORDS)
    except LogicError as error:
        assert str(error)


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.just("before")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "of", "values", "number", "parts", "name", "domain", "from", "to"]), inner
        ),
        st.fixed_dictionaries({"variables": st.lists(inner, max_size=3), "constraints": st.lists(inner, max_size=3)}),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JUNK)
def test_no_json_raises_anything_else(said: object) -> None:
    for reader in (puzzle_of, constraint_of):
        try:
            reader(said)  # type: ignore[operator]
        except LogicError as error:
            assert str(error)


AB = (Variable("a", (1, 2)), Variable("b", (1, 2)))


@pytest.mark.parametrize(
    ("constraint", "why"),
    [
        (Constraint("behind", ("a", "b")), "no type"),
        (Constraint("before", ("a",)), "2 in `of`"),
        (Constraint("before", ("a", "a")), "twice"),
        (Constraint("before", ("a", "c")), "no variable 'c'"),
        (Constraint("is", ("a",)), "1 in `values`"),
        (Constraint("apart", ("a", "b")), "number"),
        (Constraint("before", ("a", "b"), around=5), "circle"),
        (Constraint("next_to", ("a", "b"), around=2), "circle"),
        (Constraint("not"), "1 in `parts`"),
        (Constraint("if_then", parts=(holds("a == 1"),)), "2 in `parts`"),
        (Constraint("is", ("a",), ("red",)), "value of no variable"),
        (holds(""), "needs the expression"),
    ],
)
def test_constraints_that_do_not_fit_are_refused(constraint: Constraint, why: str) -> None:
    with pytest.raises(LogicError, match=why):
        Puzzle(AB, (constraint,))


def test_constraints_too_deep_in_one_another() -> None:
    deep = holds("a == 1")
    for _ in range(6):
        deep = Constraint("not", parts=(deep,))
    with pytest.raises(LogicError, match="deep"):
        Puzzle(AB, (deep,))


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ((), "1 to"),
        (tuple(Variable(f"x{n}", (1, 2)) for n in range(500)), "1 to"),
        ((Variable("a", ()),), "0 values"),
        ((Variable("a", tuple(range(900))),), "900 values"),
        ((Variable("a", range(0, 10**9)),), "numbers in a row"),
        ((Variable("a", (1, "red")),), "more than one sort"),
        ((Variable("a", (1, 1)),), "twice"),
        ((Variable("", (1, 2)),), "no name"),
        ((Variable("a", (1, 2)), Variable("a", (1, 2))), "twice"),
        ((Variable("a", (1, 10**15)),), "beyond"),
    ],
)
def test_variables_that_are_none_are_refused(variables: tuple[Variable, ...], why: str) -> None:
    with pytest.raises(LogicError, match=why):
        Puzzle(variables)


def test_a_claim_needs_all_values() -> None:
    with pytest.raises(LogicError, match="no value for b"):
        is_true(Puzzle(AB), "a == 1", {"a": 1})
