"""Where code is cut: groups of functions, in order, without overlap, of a size to make a catalogue of."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from teams.engine.source import parse
from teams.engine.source_cuts import LONGEST, MANY_LINES, MANY_OFFERED, Cut, cut
from teams.engine.source_types import is_optional, schema_of, value_of


def module(*sizes: int, gap: int = 1, private: frozenset[int] = frozenset()) -> str:
    """Python functions of so many lines each."""
    made = []
    for number, size in enumerate(sizes):
        name = f"_f{number}" if number in private else f"f{number}"
        made += [f"def {name}(x):", *["    x += 1"] * (size - 1), *[""] * gap]
    return "\n".join(made)


def cuts(text: str) -> list[Cut]:
    return list(cut(parse(text, "python").functions, text.count("\n") + 1))


def test_a_small_file_is_one_group() -> None:
    (group,) = cuts("import os\n\n" + module(5, 5, 5))
    assert (group.first, group.offered) == (1, 3)


def test_many_functions_make_several_groups() -> None:
    groups = cuts(module(*[10] * 30))
    assert sum(group.offered for group in groups) == 30
    assert all(2 <= group.offered <= MANY_OFFERED for group in groups)


def test_a_class_is_not_torn_where_it_can_be_avoided() -> None:
    classes = "\n".join(
        f"class C{n}:\n"
        + "\n".join(f"    def m{m}(self):\n{'        pass' + chr(10)}" * 1 + "        x = 1\n" * 9 for m in range(4))
        for n in range(3)
    )
    assert [{f.container for f in group.functions} for group in cuts(classes)] == [{"C0"}, {"C1"}, {"C2"}]


def test_nothing_offered_is_nothing_cut() -> None:
    assert cuts(module(5, 5, private=frozenset({0, 1}))) == []
    assert cuts("x = 1\n" * 50) == []


def test_a_function_nobody_could_read_is_left_out() -> None:
    assert [f.name for group in cuts(module(10, LONGEST + 1, 10)) for f in group.functions] == ["f0", "f2"]


def test_a_long_stretch_without_functions_is_left_out() -> None:
    groups = cuts(module(10) + "X = 1\n" * 300 + module(10))
    assert sum(group.lines for group in groups) < 60


@settings(max_examples=50)
@example(sizes=[159, 2], gap=0)
@given(st.lists(st.integers(1, 260), max_size=25), st.integers(0, 40))
def test_groups_are_in_order_apart_and_of_bounded_size(sizes: list[int], gap: int) -> None:
    text = module(*sizes, gap=gap)
    before = 0
    names = []
    for group in cuts(text):
        assert before < group.first <= group.last <= text.count("\n") + 1
        assert 1 <= group.offered <= MANY_OFFERED
        assert group.lines <= MANY_LINES + 2 or len(group.functions) == 1
        assert all(group.first <= f.span[0] and f.span[1] <= group.last for f in group.functions)
        before = group.last
        names += [f.name for f in group.functions]
    assert names == [f"f{n}" for n in range(len(sizes))]


def test_types_of_many_languages_mean_the_same() -> None:
    texts = [
        "str",
        "String",
        "&'a str",
        "const char*",
        "const std::string&",
        "string",
        "Optional[str]",
        "?string",
        "str | None",
    ]
    assert all(schema_of(text) == {"type": "string"} for text in texts)
    lists = [
        "list[int]",
        "Vec<i32>",
        "int[]",
        "[]int",
        "List<Integer>",
        "std::vector<long>",
        "&[u8]",
        "Sequence[int]",
        "tuple[int, ...]",
    ]
    assert all(schema_of(text) == {"type": "array", "items": {"type": "integer"}} for text in lists)
    assert all(
        schema_of(text) == {"type": "object"} for text in ["dict[str, int]", "map[string]int", "Record<string, X>"]
    )
    assert all(
        schema_of(text) == {} for text in ["Loan", "", "void", "Promise<Loan>", "int | str", "x" * 5000, "[" * 99]
    )
    assert schema_of("'a' | 'b'") == {"type": "string", "enum": ["a", "b"]}
    assert [is_optional(t) for t in ["int", "int?", "?int", "Optional[int]", "int | None", "Options"]] == [
        False,
        *[True] * 4,
        False,
    ]


@given(st.text(alphabet="listdtr|[]<>,'\" ?*&:Opinal1.", max_size=60))
def test_any_type_gives_a_schema_or_none(declared: str) -> None:
    assert schema_of(declared).get("type", "") in ("", "string", "integer", "number", "boolean", "array", "object")
    is_optional(declared)


@given(st.one_of(st.integers(-(10**9), 10**9), st.booleans(), st.none(), st.lists(st.integers(0, 99), max_size=5)))
def test_plain_defaults_are_read(value: object) -> None:
    assert value_of(repr(value)) == value


@given(st.text(max_size=40))
def test_no_default_does_anything(text: str) -> None:
    try:
        value_of(text)
    except ValueError as error:
        assert "no plain value" in str(error)
