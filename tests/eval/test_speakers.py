"""Models by the names that users give them: endpoints, models run here, functions."""

from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, EndpointError, UsageError
from eval.records import Message
from eval.speakers import close_all, open_speakers
from tests.agents.endpoint import Habits, endpoint

HELLO: list[Message] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]


async def test_an_endpoint_is_asked_as_it_stands() -> None:
    habits = Habits(say="The answer is 4.")
    async with endpoint(habits) as url:
        opened = await open_speakers({"model": f"{url}:small-chat"})
        before = len(habits.requests)
        reply = await opened["model"].say(HELLO, max_tokens=7, temperature=0.5, seed=3)
        await close_all(opened)
    assert (reply.text, reply.finish, reply.prompt_tokens, reply.completion_tokens) == (
        "The answer is 4.",
        "stop",
        9,
        3,
    )
    (sent,) = habits.requests[before:]
    assert sent["messages"] == HELLO
    assert (sent["max_tokens"], sent["temperature"], sent["seed"]) == (7, 0.5, 3)


async def test_a_judge_has_a_model_of_its_own_and_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_API_KEY", "for the model")
    monkeypatch.setenv("AGENTINSTRUCT_API_KEY_JUDGE", "for the judge")
    ours, judges = Habits(key="for the model"), Habits(models=("strict",), key="for the judge", say="Four of ten.")
    async with endpoint(ours) as url, endpoint(judges) as other:
        opened = await open_speakers({"model": f"{url}:small-chat", "judge": f"{other}:strict"})
        assert (await opened["judge"].say(HELLO, max_tokens=5)).text == "Four of ten."
        assert (await opened["model"].say(HELLO, max_tokens=5)).text == "Hello!"
        await close_all(opened)
    assert opened["judge"].name.endswith(":strict")


async def test_what_an_endpoint_refuses_for_this_request_is_a_failed_reply() -> None:
    habits = Habits()
    async with endpoint(habits) as url:
        opened = await open_speakers({"model": f"{url}:small-chat"})
        habits.say = ""
        silent = await opened["model"].say(HELLO, max_tokens=5)
        habits.refuse = ("seed",)
        with pytest.raises(CallError):
            await opened["model"].say(HELLO, max_tokens=5, seed=1, temperature=1)
        await close_all(opened)
    assert silent.text == ""


async def test_an_endpoint_that_is_down_is_told_before_anything_is_asked() -> None:
    async with endpoint(Habits()) as url:
        pass
    with pytest.raises(EndpointError):
        await open_speakers({"model": f"{url}:small-chat"})


async def test_no_first_tokens_where_an_endpoint_tells_none() -> None:
    async with endpoint(Habits(say="m")) as url:
        opened = await open_speakers({"model": f"{url}:small-chat"})
        reply = await opened["model"].say(HELLO, max_tokens=1, top_logprobs=5)
        await close_all(opened)
    assert (reply.text, reply.logprobs) == ("m", None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights, saved as models are, without a chat template."""
    pytest.importorskip("transformers")
    from tests.training.models import llama
    from tests.training.tokenizers import byte_level

    place = tmp_path_factory.mktemp("model") / "tiny"
    tokenizer = byte_level()
    llama(vocab_size=len(tokenizer)).save_pretrained(place)
    tokenizer.chat_template = None
    tokenizer.save_pretrained(place)
    return place


async def test_a_model_without_a_chat_template_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="has no chat template: --template FILE"):
        await open_speakers({"model": f"hf:{folder}"})


async def test_a_model_run_here(folder: Path) -> None:
    opened = await open_speakers({"model": f"hf:{folder}"}, template="plain")
    model = opened["model"]
    first = await model.say(HELLO, max_tokens=6)
    again = await model.say(HELLO, max_tokens=6)
    warm = await model.say(HELLO, max_tokens=6, temperature=1.0, seed=1)
    same = await model.say(HELLO, max_tokens=6, temperature=1.0, seed=1)
    long = await model.say([{"role": "user", "content": "word " * 3000}], max_tokens=6)
    await close_all(opened)
    assert first == again
    assert 0 < first.completion_tokens <= 6
    assert warm == same
    assert (long.finish, long.text) == ("failed", "")
    assert "more than its window of 512" in long.note


async def test_its_name_tells_weights_and_templates_apart(folder: Path, tmp_path: Path) -> None:
    template = tmp_path / "chat.jinja"
    template.write_text("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:")
    plain = (await open_speakers({"model": f"hf:{folder}"}, template="plain"))["model"].name
    own = (await open_speakers({"model": f"hf:{folder}"}, template=str(template)))["model"].name
    assert plain.startswith("hf:tiny@")
    assert plain != own
    assert str(folder.parent) not in plain, "no path of this machine"


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ("hf:/nowhere/at/all", "can't be loaded"),
        ("python:nothing", "names no function"),
        ("python:/nowhere.py:f", "there is no file"),
        ("python:json:nothing", "has no function 'nothing'"),
        ("gpt-4", "is not understood"),
    ],
)
async def test_names_that_mean_nothing(named: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        await open_speakers({"model": named})


@pytest.mark.parametrize("raised", ["ValueError('no')", "StopIteration()"])
async def test_a_function_that_raises_costs_its_item_alone(tmp_path: Path, raised: str) -> None:
    (tmp_path / "own.py").write_text(f"def plain(messages):\n    raise {raised}\n\n\nasync def later(messages):\n"
                                     f"    raise {raised}\n")  # fmt: skip
    for name in ("plain", "later"):
        opened = await open_speakers({"model": f"python:{tmp_path}/own.py:{name}"})
        with pytest.raises(CallError, match=r"raised \w+: "):
            await opened["model"].say(HELLO, max_tokens=3)


async def test_functions_asynchronous_or_not(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "def plain(messages):\n    return messages[-1]['content'].upper()\n\n\n"
        "async def later(messages):\n    return messages[-1]['content'].lower()\n"
    )
    opened = await open_speakers(
        {"model": f"python:{tmp_path}/own.py:plain", "judge": f"python:{tmp_path}/own.py:later"}
    )
    said: list[Any] = [await opened[role].say(HELLO, max_tokens=3) for role in ("model", "judge")]
    assert [one.text for one in said] == ["HELLO?", "hello?"]
    assert opened["model"].name.startswith("python:own.py:plain@")


async def test_one_model_of_two_roles_is_loaded_once(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def say(messages):\n    return 'x'\n")
    named = f"python:{tmp_path / 'one.py'}:say"
    opened = await open_speakers({"model": named, "judge": named})
    assert opened["model"] is opened["judge"]
    await close_all(opened)


NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}"
)


async def test_a_template_without_system_messages_is_told_with_the_question(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "template").write_text(NO_SYSTEM)
    opened = await open_speakers({"model": f"hf:{folder}"}, template=str(tmp_path / "template"))
    alone = [{"role": "user", "content": f"{HELLO[0]['content']}\n\n{HELLO[1]['content']}"}]
    folded, given = [await opened["model"].say(one, max_tokens=4) for one in (HELLO, alone)]
    assert folded.finish != "failed"
    assert folded == given
    await close_all(opened)


async def test_plain_models_don_t_ask_themselves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = await open_speakers({"model": f"hf:{folder}"}, template="plain")
    model: Any = opened["model"]
    monkeypatch.setattr(
        type(model.tokenizer), "decode", lambda *_, **__: "Four.\n\nQuestion: And you?\n\nAnswer: Five."
    )
    reply = await model.say(HELLO, max_tokens=4)
    assert (reply.text, reply.finish) == ("Four.", "stop")
    await close_all(opened)
