"""Tasks that end in code: the examples are calls with their results, and a function is wanted that makes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.schemas import text
from teams.engine.stages.forms import Draft, Facts, Paper
from teams.engine.verdict import Finding
from teams.few_shot_reasoning.episode import DRAWS
from teams.few_shot_reasoning.forms.computed import finished
from teams.few_shot_reasoning.forms.task import OPENING, Task, Wish
from teams.few_shot_reasoning.layout import Layout, Shot
from teams.few_shot_reasoning.rules.choosing import Ambiguous, choose, outputs
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.letters import WORDS
from teams.few_shot_reasoning.rules.registry import DOMAINS

_FENCE = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_DOMAINS = ("figures", "letters", "rows", "letters_but", "figures_but")
SECONDS = 10.0
_RUN = """
import json as _json
_wrong = []
for _x, _y in {cases}:
    try:
        _got = {function}(_x)
        if _got != _y or type(_got) is not type(_y):
            _wrong.append(f"{function}({{_x!r}}) gives {{_got!r}}, not {{_y!r}}")
    except Exception as _error:
        _wrong.append(f"{function}({{_x!r}}) fails: {{type(_error).__name__}}: {{_error}}")
print()
print({mark!r}, _json.dumps(_wrong[:3]))
"""
_MARK = "cases that went wrong:"


class Coded(Task):
    """A Python function that makes the shown results, and those of inputs that are kept back."""

    name = "coded"
    shape = "code"
    is_computed = True
    replies = ("code",)

    def draft(self, small: bool) -> dict[str, Any]:
        function = text(3, 30, "a name for the function, as Python writes it: shelf_code")
        asks = {**OPENING, "description": "what the user says: names the function, and asks for its code in Python"}
        return {"why": text(5, 300, "what of the text it is"), "words": WORDS, "function": function, "question": asks}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        if not re.fullmatch(r"[a-z_]\w*", draft["function"]):
            yield f"{draft['function']!r} is no name of a Python function in small letters"
        if draft["function"] not in draft["question"]:
            yield f"the opening has to name the function `{draft['function']}` and ask for its code"
        if "python" not in draft["question"].casefold():
            yield "the opening has to say that Python is wanted"
        yield from DOMAINS["letters"].complaints(draft)

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        problem: Exception = Unfit("nothing was drawn")
        for _ in range(DRAWS):
            domain, matter = DOMAINS[random.choice(_DOMAINS)], {"words": draft["words"]}
            try:
                spec = domain.draw(random, matter)
                pool = domain.inputs(spec, random, matter)
                chosen = choose(domain, spec, pool, random, domain.least + random.randint(0, 2))
            except (Ambiguous, Unfit) as error:
                problem = error
                continue
            shown = [*chosen.shots, chosen.query]
            kept = [x for x, _ in outputs(domain, spec, pool) if x not in shown][:12]
            name = draft["function"]
            calls = [Shot(f"{name}({x!r})", repr(domain.run(spec, x))) for x in shown]
            facts = {
                "domain": domain.name, "rule": dict(spec), "rule_told": domain.told(spec), "function": name,
                "shots": [{"input": x} for x in shown], "query": chosen.query, "key": domain.told(spec),
                "held_back": kept,
                "reply": "code", "reasons": False, "opening": draft["question"].strip(), "tag": wish.language,
                "names": [name, "result"], "tried": chosen.tried, "agreeing": chosen.agreeing, "matter": matter,
                "shown": [asdict(shot) for shot in calls], "layout": asdict(Layout("arrow", name, "result", "==")),
                "body": "```python\n" + "\n".join(f">>> {shot.x}\n{shot.y}" for shot in calls) + "\n```",
            }  # fmt: skip
            return finished(facts, draft)
        raise problem

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"], text(0, 3000, "the code of the function"))

    def found(self, answer: str, facts: Facts) -> str | None:
        """Return the block of code that defines the function, the last if there are several."""
        blocks = [code for code in _FENCE.findall(answer) if f"def {facts['function']}(" in code]
        return blocks[-1] if blocks else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None  # what it does is seen where it runs

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return bool(new["key"] == old["key"])

    def how(self, facts: Facts) -> str:
        return (
            f"give the code of {facts['function']} in one fenced block of Python, after a sentence that says the rule"
        )

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        """Run the answer's function on what was shown and on what was kept back."""
        code, domain, spec = self.found(answer, facts), DOMAINS[facts["domain"]], facts["rule"]
        if code is None:
            return [Finding("code_does_it", False, "there is no code that defines the function", "sandbox")]
        inputs = [*(shot["input"] for shot in facts["shots"]), *facts["held_back"]]
        cases = [(x, domain.run(spec, x)) for x in inputs]
        program = code + _RUN.format(cases=repr(cases), function=facts["function"], mark=_MARK)
        ran = await box.run_python(program, timeout=SECONDS)
        said = [line[len(_MARK) :].strip() for line in ran.stdout.splitlines() if line.startswith(_MARK)][-1:]
        if ran.timed_out or ran.exit_code or not said:
            why = (
                "it did not end in time"
                if ran.timed_out
                else (ran.stderr.strip().splitlines() or ["it ends too early"])[-1]
            )
            return [Finding("code_does_it", False, why[:200], "sandbox")]
        shown = f"{len(facts['shots'])} examples and {len(facts['held_back'])} inputs kept back come out"
        return [Finding("code_does_it", said[0] == "[]", shown if said[0] == "[]" else said[0][:240], "sandbox")]
