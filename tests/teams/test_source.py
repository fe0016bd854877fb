"""Code into functions: every language says the same, and no text makes the parser raise, hang or run anything."""

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.source import MAX_BYTES, Function, Parameter, SourceError, parse
from teams.engine.source_apis import as_api
from teams.engine.source_languages import LANGUAGES, NAMES, grammar, language_of
from tools.apis import SchemaError, check_list, signature

# One public function `add(name: text, count: integer = 3)` of a class `Shop` with a comment, and a private `hid`.
SHOPS = {
    "python": '''
class Shop:
    def add(self, name: str, count: int = 3) -> bool:
        """Add a thing.

        More words."""
        return True
    def _hid(self): ...
''',
    "typescript": """
export class Shop {
  /** Add a thing. */
  async add(name: string, count: number = 3): Promise<boolean> { return true; }
  private hid(): void {}
}
""",
    "tsx": """
export class Shop {
  /** Add a thing. */
  add(name: string, count: number = 3): boolean { return <b>1</b>; }
  #hid(): void {}
}
""",
    "javascript": """
class Shop {
  // Add a thing.
  add(name, count = 3) { return true; }
  #hid() {}
}
""",
    "go": """
package shop
// Add a thing.
func (s *Shop) Add(ctx context.Context, name string, count int) (bool, error) { return true, nil }
func (s *Shop) hid() {}
""",
    "rust": """
impl Shop {
    /// Add a thing.
    pub fn add(&mut self, name: &str, count: Option<i32>) -> bool { true }
    fn hid(&self) {}
}
""",
    "java": """
class Shop {
    /** Add a thing. */
    @Override
    public boolean add(final String name, int count) throws E { return true; }
    private void hid() {}
}
""",
    "c": """
/* Add a thing. */
bool add(const char *name, int count) { return 1; }
static void hid(void) {}
""",
    "cpp": """
class Shop {
public:
    /// Add a thing.
    bool add(const std::string& name, int count = 3) { return true; }
private:
    void hid() {}
};
""",
    "csharp": """
public class Shop {
    /// <summary>Add a thing.</summary>
    [HttpGet]
    public bool add(string name, int count = 3) { return true; }
    private void hid() {}
}
""",
    "ruby": """
class Shop
  # Add a thing.
  def add(name, count = 3)
    true
  end
  private
  def hid; end
end
""",
    "php": """<?php
class Shop {
    /** Add a thing. */
    public function add(string $name, int $count = 3): bool { return true; }
    private function hid() {}
}
""",
}
UNTYPED = ("javascript", "ruby")
WITHOUT_DEFAULTS = ("go", "java", "c")


def named(text: str, language: str, name: str) -> Function:
    return next(f for f in parse(text, language).functions if f.name.lower() == name)


def test_there_is_a_shop_for_every_language() -> None:
    assert set(SHOPS) == set(NAMES)


@pytest.mark.parametrize("language", NAMES)
def test_every_language_gives_name_class_doc_parameters_and_place(language: str) -> None:
    source = parse(SHOPS[language], language)
    assert not source.flawed
    add = named(SHOPS[language], language, "add")
    assert add.container == ("" if language == "c" else "Shop")
    assert add.doc.startswith("Add a thing.")
    assert [p.name for p in add.parameters if p.name != "ctx"] == ["name", "count"]
    name, count = [p for p in add.parameters if p.name != "ctx"]
    if language not in UNTYPED:
        assert name.schema == {"type": "string"}
        assert count.schema["type"] in ("integer", "number")
        assert "bool" in add.returns
    assert name.required
    assert count.required == (language in WITHOUT_DEFAULTS)
    assert count.default == (None if language in (*WITHOUT_DEFAULTS, "rust") else "3")
    lines = SHOPS[language].split("\n")
    assert "add" in "\n".join(lines[add.span[0] - 1 : add.span[1]]).lower()
    assert add.text.split("\n")[0].strip() == lines[add.span[0] - 1].strip()


@pytest.mark.parametrize("language", NAMES)
def test_every_language_tells_public_from_private(language: str) -> None:
    offered = {f.name.lower(): f.is_offered for f in parse(SHOPS[language], language).functions}
    assert offered.pop("add")
    assert list(offered.values()) == [False]


@pytest.mark.parametrize("language", NAMES)
def test_the_api_of_each_shop_is_legal(language: str) -> None:
    (function,) = [f for f in parse(SHOPS[language], language).functions if f.is_offered]
    api = as_api(function.as_dict(), "shop")
    assert check_list([api]) == []
    assert api.description == "Add a thing."
    assert set(api.parameters["properties"]) == {"name", "count"}
    assert api.source.startswith("shop:")


def test_python_in_full() -> None:
    text = '''
import os
@dataclass
class Desk:
    @staticmethod
    async def lend(
        item: "str", /, *rest: int, tags: list[str] | None = None, when: Literal["now", "later"] = "now", **more
    ):
        """Lend it.

        Args:
            tags: what it is about
            when (str): at what time
        """
        def inner(): pass
    def __init__(self, size: float): ...
    @overload
    def get(self, key: int): ...
    def get(self, key): ...
def test_it(): ...
def main(): ...
'''
    source = parse(text, "python")
    lend = source.functions[0]
    assert (lend.name, lend.is_async, lend.span) == ("lend", True, (5, 15))
    assert lend.parameters == (
        Parameter("item", '"str"', {"type": "string"}),
        Parameter("rest", "int", {"type": "array", "items": {"type": "integer"}}, None, False, True),
        Parameter("tags", "list[str] | None", {"type": "array", "items": {"type": "string"}}, "None", False),
        Parameter("when", 'Literal["now", "later"]', {"type": "string", "enum": ["now", "later"]}, '"now"', False),
        Parameter("more", "", {"type": "object"}, None, False, True),
    )
    assert [(f.name, f.special) for f in source.functions[1:]] == [
        ("__init__", "constructor"),
        ("get", "overload"),
        ("get", ""),
        ("test_it", "test"),
        ("main", "main"),
    ]
    api = as_api(source.functions[0].as_dict())
    assert signature(api) == (
        'lend(item: string, rest?: array of integer, tags?: array of string, when: "now" | "later" = "now")'
    )
    assert api.description == "Lend it."
    assert api.parameters["properties"]["tags"]["description"] == "what it is about"
    assert api.parameters["properties"]["when"]["description"] == "at what time"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("typescript", "export const total = async (items: Item[], {a}: O): Promise<number> => 1;", "total"),
        ("typescript", "interface Api { /** Get. */ get(id: string): Promise<void>; }", "Api.get"),
        ("typescript", "export default function (n?: number) {}", "default"),
        ("javascript", "module.exports = { k(v) {}, l: (w) => w };", "k l"),
        ("javascript", "exports.go = function (z) {}; const one = x => x;", "go one"),
        ("go", "package p\ntype Store interface {\n\tGet(id string) (Item, error)\n}", "Store.Get"),
        ("rust", "trait T { fn need(&self, x: f64); }\nmod tests { #[test] fn w() {} }", "T.need"),
        ("c", "int proto(int x);\nint (*callback)(int);\nint table[3];", "proto"),
        ("cpp", "namespace n { template <typename T> T big(T a) { return a; } }\nint S::at(int i) {}", "n.big S.at"),
        ("ruby", "module M\n def self.open(a) = a\nend", "M.open"),
        ("php", "<?php function top(&$x, int|string $y) {}", "top"),
        ("java", "record P(int x) { int sum() { return x; } }\ninterface A { String get(long id); }", "P.sum A.get"),
        ("csharp", "namespace X; public interface I { string Get(params string[] rest); }", "I.Get"),
        ("python", "if True:\n    def f(): ...\ntry:\n    def g(): ...\nexcept E: pass", "f g"),
    ],
)
def test_what_each_language_does_its_own_way(language: str, text: str, expected: str) -> None:
    found = [f for f in parse(text, language).functions if f.is_offered]
    assert " ".join(".".join(filter(None, (f.container, f.name))) for f in found) == expected


@pytest.mark.parametrize("language", NAMES)
def test_syntax_errors_cost_only_what_they_break(language: str) -> None:
    source = parse(SHOPS[language] + "\n\n) ] ???? $$ <<<< \n", language)
    assert source.flawed
    assert "add" in [f.name.lower() for f in source.functions]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "x = " + "[" * 5_000 + "]" * 5_000,
        "".join(" " * n + "if x:\n" for n in range(400)),
        "x = '" + "a" * 10_000 + "'",
        "x\n" * MAX_BYTES,
    ],
)
def test_absurd_text_is_refused_before_it_is_parsed(text: str) -> None:
    for language in NAMES:
        with pytest.raises(SourceError):
            parse(text, language)


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(
    "text", ["a<\n" * 40_000, "<?php '\"`\n" * 3_000, "class A {\n" * 90, "def f(\n" * 90, "-\n" * 30_000]
)
def test_a_parse_that_goes_astray_is_stopped(language: str, text: str) -> None:
    with contextlib.suppress(SourceError):
        assert parse(text, language).language == language


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SourceError, match="python"):
        parse("x", "klingon")


SNIPPETS = st.sampled_from(
    [
        *("def f(a: int = 1):\n", "class A:\n", "class A {", "fn f(", "func (s *S) F(a, b int)", "public int x(", "=>"),
        *(
            "function f(a, ",
            "/**",
            "*/",
            '"""',
            "'",
            "#",
            "//",
            "{",
            "}",
            "(",
            ")",
            "<T",
            ">",
            ";",
            "\n",
            "    ",
            "<?php ",
        ),
        *(
            "template<",
            "operator",
            "export ",
            "async ",
            "= 3",
            ": ",
            "...",
            "**",
            "@x\n",
            "#[x]",
            "[X]",
            "\\",
            "\x00",
            "é",
            "\ud800",
        ),
        *(
            "private",
            "end\n",
            "module M\n",
            "interface I {",
            "#if X\n",
            "namespace n {",
            "unsafe ",
            "`${",
            "<<EOF\n",
            "do |x|",
        ),
    ]
)


@settings(max_examples=150)
@given(st.sampled_from(NAMES), st.lists(SNIPPETS | st.text(max_size=5), max_size=60).map("".join))
def test_no_text_makes_the_parser_raise_anything_else(language: str, text: str) -> None:
    try:
        source = parse(text, language)
    except SourceError:
        return
    lines = text.count("\n") + 1
    for function in source.functions:
        assert 1 <= function.span[0] <= function.span[1] <= lines
        assert function.name
        if function.is_offered:
            with contextlib.suppress(SchemaError):
                assert not check_list([as_api(function.as_dict())])


@given(st.text(max_size=40))
def test_any_file_name_has_a_language_or_none(name: str) -> None:
    assert language_of(name) in ("", *NAMES)


def test_grammars_are_there_without_fetching_anything() -> None:
    for language in LANGUAGES:
        assert grammar(language.name) is not None
        assert all(language_of(f"a{suffix.upper()}") == language.name for suffix in language.suffixes)


def test_as_dict_is_json() -> None:
    import json

    function: dict[str, Any] = parse(SHOPS["python"], "python").functions[0].as_dict()
    assert json.loads(json.dumps(function)) == json.loads(json.dumps(function))
    assert function["span"] == [3, 7]
    assert function["is_offered"] is True
