"""The same items through lm-evaluation-harness: its own code, its own prompts, beside our scores."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.folder import Marked
from eval.harness.beside import beside, table
from eval.sources import miniature, read_rows
from eval.task import load

pytest.importorskip("lm_eval")


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Functions that know the miniature of GSM8K, and say what they know in two ways."""
    task = load("gsm8k")
    rows = list(read_rows("gsm8k", task.source, miniature("gsm8k")))
    keys = {row.data["question"]: str(row.data["answer"]).rpartition("####")[2].strip() for row in rows}
    path = tmp_path_factory.mktemp("models") / "knowing.py"
    path.write_text(
        f"KEYS = {keys!r}\n\n\ndef key(messages):\n"
        "    asked = messages[-1]['content']\n"
        "    return next((key for question, key in KEYS.items() if question in asked), 'unknown')\n\n\n"
        "def ends_well(messages):\n"
        "    return f'Step by step.\\nAnswer: {key(messages)}\\nThe answer is {key(messages)}.'\n\n\n"
        "def goes_on(messages):\n"
        "    return f'**Answer: {key(messages)}**\\nThat is 1000 more than nothing, and 7 more than 3.'\n"
    )
    return path


def run(answering: Path, name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    words = ["gsm8k", "--miniature", "--model", f"python:{answering}:{name}", "--out", str(folder)]
    assert main(["bench", *words]) == 0
    capsys.readouterr()
    assert main(["harness", *words]) == 0
    return capsys.readouterr().out


def test_where_both_read_the_same_they_agree(
    answering: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(answering, "ends_well", tmp_path, capsys)
    kept = json.loads((tmp_path / "harness" / "gsm8k.json").read_text())
    assert kept["figures"]["gsm8k_cot_zeroshot"]["exact_match,strict-match"] == 1
    count = len(list(read_rows("gsm8k", load("gsm8k").source, miniature("gsm8k"))))
    assert f"ours 100.0, gsm8k_cot_zeroshot (strict-match) 100.0; {count} of {count} items alike" in said


def test_where_its_filter_takes_the_last_number_the_reason_is_told(
    answering: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(answering, "goes_on", tmp_path, capsys)
    assert "ours 100.0, gsm8k_cot_zeroshot (flexible-extract) 0.0" in said
    assert "same words, read otherwise: we" in said
    assert "the harness '3" in said


def test_a_chat_endpoint_tells_no_likelihoods(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answering: Path
) -> None:
    words = ["--miniature", "--model", f"python:{answering}:ends_well", "--out", str(tmp_path)]
    assert main(["harness", "arc", *words]) == 0
    said = capsys.readouterr().out
    assert "arc_challenge compares likelihoods: hf: models only" in said


def test_the_same_items_are_drawn_as_bench_draws(
    answering: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--miniature", "--model", f"python:{answering}:ends_well", "--out", str(tmp_path), "--items", "3"]
    assert main(["bench", "gsm8k", *words]) == 0
    assert main(["harness", "gsm8k", *words]) == 0
    assert "3 of 3 items alike" in capsys.readouterr().out


def test_a_budget_stops_it(
    answering: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.speakers.Priced.cost", lambda self, prompt, completion: 1.0)
    words = ["gsm8k", "--miniature", "--model", f"python:{answering}:ends_well", "--out", str(tmp_path)]
    assert main(["harness", *words, "--max-cost", "2.5", "--at-once", "1"]) == 3
    assert "budget of 2.5 US dollars spent" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(["harness", *words]) == 0, "and goes on"


def test_failed_calls_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.py").write_text("def say(messages):\n    raise OSError('gone')\n")
    words = ["--miniature", "--items", "2", "--model", f"python:{tmp_path / 'broken.py'}:say", "--out", str(tmp_path)]
    assert main(["harness", "gsm8k", *words]) == 0
    assert "calls failed and are empty answers" in capsys.readouterr().out


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.training.models import llama
    from tests.training.tokenizers import byte_level

    place = tmp_path_factory.mktemp("model") / "tiny"
    tokenizer = byte_level()
    llama(vocab_size=len(tokenizer), max_position_embeddings=2048).save_pretrained(place)
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"
    tokenizer.save_pretrained(place)
    return place


def test_a_model_run_here_is_compared_by_likelihood(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["arc", "--miniature", "--model", f"hf:{tiny}", "--out", str(tmp_path)]
    assert main(["bench", *words, "--max-tokens", "4"]) == 0
    assert main(["harness", *words, "--max-tokens", "4"]) == 0
    kept = json.loads((tmp_path / "harness" / "arc.json").read_text())
    likeliest = [one for one in kept["readings"] if one["leaf"] == "arc_challenge"]
    assert likeliest
    assert all(set(one["metrics"]) >= {"acc"} for one in likeliest)
    generated = [one for one in kept["readings"] if one["leaf"] == "arc_challenge_chat"]
    assert generated
    assert all(0 < len(one["answer"]) < 60 for one in generated), "four tokens, where the task says a hundred"
    printed = capsys.readouterr()
    assert "arc_challenge" in printed.out
    assert "requests:" not in printed.err, "no bar for every kind of question"


def test_a_task_whose_own_code_fails_is_told_and_the_others_are_kept(
    answering: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval.harness import running

    evaluate = running._evaluate

    def broken(manager: Any, model: Any, leaf: Any, max_tokens: Any) -> Any:
        if leaf.name == "gsm8k_cot_zeroshot":
            raise LookupError("\n*****\n  Resource punkt_tab not found.\n")
        return evaluate(manager, model, leaf, max_tokens)

    monkeypatch.setattr(running, "_evaluate", broken)
    words = ["--miniature", "--items", "2", "--model", f"python:{answering}:ends_well", "--out", str(tmp_path)]
    assert main(["harness", "gsm8k", *words]) == 0
    told = capsys.readouterr().out
    why = "gsm8k_cot_zeroshot fails in the harness, and is left out: LookupError: ***** Resource punkt_tab not found."
    assert f"gsm8k: {why}" in told
    kept = json.loads((tmp_path / "harness" / "gsm8k.json").read_text())
    assert kept["left_out"] == [why]
    assert list(kept["figures"]) == list(kept["versions"]) == ["gsm8k"]
    assert {one["leaf"] for one in kept["readings"]} == {"gsm8k"}
    monkeypatch.setattr(running, "readings", lambda leaf, samples: 1 / 0)
    assert main(["harness", "gsm8k", *words]) == 0
    assert "gsm8k fails in the harness, and is left out: ZeroDivisionError" in capsys.readouterr().out
    assert json.loads((tmp_path / "harness" / "gsm8k.json").read_text()) == kept, "what was found before stands"


def test_a_task_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harness", "nothing_of_the_kind", "--model", "local"]) == 2
    assert "no task 'nothing_of_the_kind'" in capsys.readouterr().err


def reading(**changed: Any) -> dict[str, Any]:
    made = {
        "item": "a",
        "leaf": "l",
        "filter": "strict",
        "generated": True,
        "answer": "It is 4.",
        "read": "4",
        "metrics": {"exact_match": 1.0},
    }
    return {**made, **changed}


def marked(**changed: Any) -> Marked:
    made: dict[str, Any] = {"id": "a", "answers": ("It is 4.",), "values": {"accuracy": (0.0, 1.0)}, "extracted": "5"}
    return Marked(**{**made, **changed})


def test_reasons() -> None:
    (same,) = beside([marked(values={"accuracy": (1.0, 1.0)})], {"readings": [reading()]}, "accuracy")
    (read,) = beside([marked()], {"readings": [reading()]}, "accuracy")
    (other,) = beside([marked()], {"readings": [reading(answer="Four, it is 4.")]}, "accuracy")
    (chosen,) = beside([marked()], {"readings": [reading(answer="(B)", read="(B)", generated=False)]}, "accuracy")
    assert same.why == ""
    assert read.why.startswith("same words, read otherwise: we '5', the harness '4'")
    assert other.why.startswith("other prompt, other answer")
    (whole,) = beside([marked()], {"readings": [reading(answer="Four.", read="Four.", filter="none")]}, "accuracy")
    assert whole.why.endswith("to theirs “…Four.”, taken whole")
    assert chosen.why.startswith("other protocol: the harness found '(B)' likeliest")
    (scaled,) = beside(
        [marked(values={"score": (0.361075, 1.0)})], {"readings": [reading(metrics={"eqbench": 36.1075})]}, "score"
    )
    assert scaled.why == "", "of 100 there, of 1 here: the same"
    assert next(iter(table("t", [same, read]))) == "t: ours 50.0, l (strict) 100.0; 1 of 2 items alike"


def test_items_that_we_excluded_are_left_out() -> None:
    assert beside([marked(excluded="call failed")], {"readings": [reading()]}, "accuracy") == []


LONGER = """
import time


def model(messages):
    time.sleep(0.1)
    open({path!r}, "a").write("asked\\n")
    return "one two three"
"""


def test_tokens_of_an_answer_are_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for other lengths, nothing kept is taken for the answer; asked for the same, all of it is."""
    asked, file = tmp_path / "asked", tmp_path / "model.py"
    file.write_text(LONGER.format(path=str(asked)))
    words = ["harness", "gsm8k", "--miniature", "--items", "2", "--model", f"python:{file}:model"]
    words += ["--out", str(tmp_path / "out")]

    monkeypatch.setattr("eval.harness.bridge.SILENT", 600.0)

    def calls(*more: str) -> int:
        before = asked.read_text().count("\n") if asked.exists() else 0
        assert main([*words, *more]) == 0
        return asked.read_text().count("\n") - before

    assert calls("--max-tokens", "33") == 4, "two tasks of the harness ask two items each"
    assert json.loads((tmp_path / "out" / "harness" / "gsm8k.json").read_text())["max_tokens"] == 33
    assert calls("--max-tokens", "33") == 0
    assert "answered" not in capsys.readouterr().out
    monkeypatch.setattr("eval.harness.bridge.SILENT", 0.001)
    assert calls("--max-tokens", "34") == 4
    assert calls() == 4
    assert "the harness: 0 of 2 answered" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*words, "--max-tokens", "0"])
    assert "at least 1" in capsys.readouterr().err
