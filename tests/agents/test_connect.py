"""`--model`: what it means, what it must not mean, who is shown which key, and what is found on this machine."""

import asyncio
import contextlib
import importlib.util
import socket
from pathlib import Path

import pytest
from autogen_core.models import SystemMessage, UserMessage
from hypothesis import example, given
from hypothesis import strategies as st

from agents.errors import EndpointError, UsageError
from agents.models import connect as connect_module
from agents.models.connect import connect
from agents.models.model import Abilities
from agents.models.price import Price
from agents.models.spec import Spec, is_loopback, key_for, parse_spec, parse_specs

from .endpoint import Habits, endpoint

HELLO = [SystemMessage(content="Be kind."), UserMessage(content="hello", source="user")]
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/:@=?#-]{0,40}", fullmatch=True)
roles = st.none() | st.from_regex(r"[a-z_][a-z0-9_]{0,15}", fullmatch=True)
hosts = st.sampled_from(["localhost", "127.0.0.1", "[::1]", "example.org", "my-host.lan"])


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# -- what it means


@given(roles, st.sampled_from(["http", "https"]), hosts, st.none() | st.integers(1, 65535), names)
def test_any_url_and_model_are_taken_apart_rightly(
    role: str | None, scheme: str, host: str, port: int | None, name: str
) -> None:
    base = f"{scheme}://{host}{f':{port}' if port else ''}/v1"
    spec = parse_spec(f"{role}={base}:{name}" if role else f"{base}:{name}")
    assert spec == Spec("url", name, base, role)
    assert str(spec) == f"{base}:{name}"


@given(roles, st.sampled_from(["openai", "anthropic", "azure", "ollama"]), names)
def test_any_name_of_a_provider_is_taken_as_it_is(role: str | None, provider: str, name: str) -> None:
    text = f"{provider}:{name}"
    if not text.endswith(".gguf"):
        spec = parse_spec(f"{role}={text}" if role else text)
        assert (spec.provider, spec.model, spec.role) == (provider, name, role)


@given(st.text() | st.text("htps:/.1=localgufnic[]@ \n", max_size=40))
@example("http://")
@example("http://[::1/v1:x")
@example("x=x=x")
def test_any_text_is_understood_or_refused_in_one_line(text: str) -> None:
    try:
        parse_spec(text)
    except UsageError as error:
        assert "--model" in str(error) or "there is no built-in model" in str(error)
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("local", "local", "1.5b"),
        ("local:tiny", "local", "tiny"),
        ("judge=local:0.5b", "local", "0.5b"),
        ("~/models/a:b.GGUF", "gguf", "~/models/a:b.GGUF"),
        ("ollama:qwen2.5:7b", "ollama", "qwen2.5:7b"),
        ("http://h:1/v1/:Qwen/Qwen2.5:free", "url", "Qwen/Qwen2.5:free"),
    ],
)
def test_the_other_forms(text: str, provider: str, model: str) -> None:
    spec = parse_spec(text)
    assert (spec.provider, spec.model) == (provider, model)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "openai:NAME"),
        ("gpt-4o", "openai:gpt-4o"),
        ("claude-sonnet-4", "anthropic:claude-sonnet-4"),
        ("localhost:8000/v1", "http://localhost:8000"),
        ("openai:", "openai:NAME"),
        ("local:7b", "local:tiny"),
        ("http://host:8000/v1", "http://host:8000/v1:NAME"),
        ("http://host:8000", "http://host:8000/v1:NAME"),
        ("http://host:99999/v1:x", "host and port"),
        ("http://me:secret@host/v1:x", "AGENTINSTRUCT_API_KEY"),
        ("http://host/v1?a=b:x", "plain base URL"),
    ],
)
def test_a_mistake_is_told_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_spec(text)
    assert hint in str(told.value)
    assert "secret" not in str(told.value)


def test_two_models_for_one_role_are_refused() -> None:
    with pytest.raises(UsageError, match=r"two models for all roles.*ROLE="):
        parse_specs(["local", "openai:gpt-4o"])
    with pytest.raises(UsageError, match="role 'judge'"):
        parse_specs(["judge=local", "judge=openai:gpt-4o"])


# -- keys


@given(
    st.lists(st.sampled_from(["https://a.org/v1", "http://127.0.0.1:9/v1", "https://api.openai.com/v1"]), min_size=1),
    st.booleans(),
)
def test_no_key_goes_to_a_second_host(urls: list[str], has_default: bool) -> None:
    texts = [f"{f'r{n}=' if n or not has_default else ''}{url}:m" for n, url in enumerate(urls)]
    specs = parse_specs(texts)
    keys = {"OPENAI_API_KEY": "of-openai", "AGENTINSTRUCT_API_KEY": "ours"}
    seen = {(key_for(spec, specs, keys), spec.url) for spec in specs.values()}
    assert {url for key, url in seen if key == "of-openai"} <= {"https://api.openai.com/v1"}
    others = {url for key, url in seen if key == "ours" and "openai" not in url}
    assert others <= {next(iter(specs.values())).url}
    without = {key_for(spec, specs, {"OPENAI_API_KEY": "k"}) for spec in specs.values() if "openai" not in spec.url}
    assert without <= {None}


def test_openais_key_is_not_sent_to_lookalikes() -> None:
    for url in ("http://api.openai.com/v1", "https://api.openai.com.evil.org/v1", "https://evil.org/api.openai.com"):
        spec = parse_spec(f"{url}:gpt-4o")
        assert key_for(spec, {None: spec}, {"OPENAI_API_KEY": "k"}) is None


def test_a_role_may_have_a_key_of_its_own() -> None:
    specs = parse_specs(["http://a:1/v1:m", "judge=http://b:1/v1:m"])
    environ = {"AGENTINSTRUCT_API_KEY": "ours", "AGENTINSTRUCT_API_KEY_JUDGE": "judges"}
    assert key_for(specs[None], specs, environ) == "ours"
    assert key_for(specs["judge"], specs, environ) == "judges"


def test_a_server_that_was_only_found_is_shown_no_key() -> None:
    environ = {"AGENTINSTRUCT_API_KEY": "ours"}
    found = Spec("url", "m", "http://127.0.0.1:8080/v1", found=True)
    assert key_for(found, {None: found}, environ) is None
    judge = parse_spec("judge=https://a.org/v1:m")
    specs = {None: found, "judge": judge}
    assert key_for(found, specs, environ) is None
    assert key_for(judge, specs, environ) == "ours", "it goes to the first that was named"


def test_loopback_is_this_machine_and_nothing_else() -> None:
    assert all(map(is_loopback, ["http://127.0.0.1:1/v1", "http://localhost/v1", "http://[::1]:2/v1"]))
    assert not any(map(is_loopback, ["http://127.0.0.1.evil.org/", "http://localhost.evil/", "http://10.0.0.1/"]))


# -- before anything is started


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("openai:gpt-4o", "OPENAI_API_KEY"),
        ("azure:mine", "AZURE_OPENAI_ENDPOINT"),
        ("/no/such/file.gguf", "no such file"),
    ],
)
async def test_what_is_missing_is_said_at_once(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        await connect([text], environ={})


async def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_text("hello")
    with pytest.raises(UsageError, match="no GGUF"):
        await connect([str(tmp_path / "x.gguf")], environ={})
    (tmp_path / "d.gguf").mkdir()
    with pytest.raises(UsageError, match="directory"):
        await connect([str(tmp_path / "d.gguf")], environ={})


# -- real requests, on loopback


async def test_roles_get_their_models_and_the_key_goes_to_the_first_only() -> None:
    mine, other = Habits(key="ours", context=8192), Habits(models=("judge-7b",))
    async with endpoint(mine) as url, endpoint(other) as second:
        environ = {"AGENTINSTRUCT_API_KEY": "ours", "OPENAI_API_KEY": "of-openai"}
        texts = [f"{url}:small-chat", f"judge={second}:judge-7b", f"critic={url}:small-chat"]
        models = await connect(texts, environ=environ)
        assert models.for_role("writer") is models.for_role("critic") is models.default
        assert models.for_role("judge").name == f"{second}:judge-7b"
        assert len(models.all) == 2
        assert models.default.abilities == Abilities(context=8192)
        assert models.default.price == Price(0, 0)
        assert set(mine.keys) == {"Bearer ours"}
        assert set(other.keys) == {None}
        assert (await models.for_role("judge").client.create(HELLO)).content == "Hello!"
        await models.close()


async def test_abilities_known_from_before_are_not_tried_again() -> None:
    habits = Habits()
    async with endpoint(habits) as url:
        known = {f"{url}:small-chat": Abilities(tools="actions", context=99)}
        models = await connect([f"{url}:small-chat"], environ={}, known=known)
        assert models.default.abilities == known[f"{url}:small-chat"]
        assert habits.requests == []
        await models.close()


async def test_an_endpoint_without_system_messages_gets_none() -> None:
    habits = Habits(no_system=True)
    async with endpoint(habits) as url:
        models = await connect([f"{url}:small-chat"], environ={})
        assert not models.default.abilities.system
        await models.default.client.create(HELLO)
        assert [turn["role"] for turn in habits.requests[-1]["messages"]] == ["user"]
        assert "Be kind." in habits.requests[-1]["messages"][0]["content"]
        await models.close()


@pytest.mark.parametrize(
    ("habits", "complaint"),
    [
        (Habits(key="another"), "401"),
        (Habits(models=("big", "bigger")), r"small-chat.*offers: big, bigger"),
        (Habits(status=403), "403"),
        (Habits(status=400), "not today"),
    ],
)
async def test_an_endpoint_that_is_wrong_ends_in_one_line(habits: Habits, complaint: str) -> None:
    async with endpoint(habits) as url:
        with pytest.raises(EndpointError, match=complaint) as told:
            await connect([f"{url}:small-chat"], environ={})
    assert "\n" not in str(told.value)
    assert len(habits.requests) <= 3


async def test_a_silent_endpoint_is_waited_for_aloud_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await reader.read()
        writer.close()

    told: list[str] = []
    monkeypatch.setattr(connect_module, "_SOON", 0.05)
    monkeypatch.setattr(connect_module, "NEAR_SECONDS", 0.3)
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    name = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1:m"
    with pytest.raises(EndpointError, match=r"no whole answer within 0\.3 s"):
        await connect([name], environ={}, tell=told.append)
    assert len(told) == 1
    assert told[0].startswith(f"Waiting for {name}")
    server.close()


def test_the_self_test_waits_longer_for_this_machine_than_for_others() -> None:
    """A server here may be loading the model."""
    near = connect_module._first_patience(parse_spec("http://127.0.0.1:8080/v1:m"), {})
    far = connect_module._first_patience(parse_spec("https://a.org/v1:m"), {})
    assert near is not None
    assert far is not None
    assert far.attempt * far.silences <= 180 < near.attempt * near.silences <= 600


async def test_nobody_there_ends_in_one_line() -> None:
    with pytest.raises(EndpointError, match="cannot reach"):
        await connect([f"http://127.0.0.1:{free_port()}/v1:m"], environ={})


async def test_openai_is_spoken_to_in_its_own_words_and_where_its_variable_points() -> None:
    habits = Habits(models=("gpt-5-mini",), key="sk-1")
    async with endpoint(habits) as url:
        environ = {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": url}
        models = await connect(["openai:gpt-5-mini"], environ=environ)
        extra = {"max_tokens": 7, "temperature": 0.5}
        await models.default.client.create(HELLO, extra_create_args=extra)
        assert habits.requests[-1]["max_completion_tokens"] == 7
        assert not {"max_tokens", "temperature"} & set(habits.requests[-1])
        assert models.default.price is not None
        await models.close()


async def test_ollama_is_found_where_its_variable_points() -> None:
    habits = Habits(models=("qwen2.5:7b",))
    async with endpoint(habits) as url:
        host = url.removeprefix("http://").removesuffix("/v1")
        models = await connect(["ollama:qwen2.5:7b"], environ={"OLLAMA_HOST": host, "OPENAI_API_KEY": "sk"})
        assert models.default.name == "ollama:qwen2.5:7b"
        assert set(habits.keys) == {None}
        await models.close()


async def test_azure_is_spoken_to_through_autogens_client() -> None:
    habits = Habits(models=("mine",))
    async with endpoint(habits) as url:
        environ = {"AZURE_OPENAI_ENDPOINT": url.removesuffix("/v1"), "AZURE_OPENAI_API_KEY": "k"}
        models = await connect(["azure:mine"], environ=environ)
        assert models.default.abilities == Abilities()
        assert (await models.default.client.create(HELLO, extra_create_args={"max_tokens": 5})).content == "Hello!"
        await models.close()
        habits.status = 403
        with pytest.raises(EndpointError, match=r"azure:mine refuses the key \(403\).*not today"):
            await connect(["azure:mine"], environ=environ)


async def test_a_provider_whose_package_is_missing_names_the_line_to_install() -> None:
    if importlib.util.find_spec("anthropic"):
        pytest.skip("anthropic is installed")
    with pytest.raises(UsageError, match=r'pip install "autogen-ext\[anthropic\]'):
        await connect(["anthropic:claude-sonnet-4"], environ={"ANTHROPIC_API_KEY": "k"})


# -- nothing configured


async def test_a_server_on_this_machine_is_found_and_said() -> None:
    told: list[str] = []
    habits = Habits(models=("nomic-embed-text", "llama3.2:3b", "other"))
    async with endpoint(habits) as url:
        port = int(url.split(":")[2].split("/")[0])
        servers = (("Nobody", free_port()), ("Ollama", port))
        environ = {"AGENTINSTRUCT_API_KEY": "for-another"}
        models = await connect([], environ=environ, servers=servers, tell=told.append)
        await models.default.client.create(HELLO)
        assert len(habits.keys) > 3
        assert set(habits.keys) == {None}
        assert models.default.name == f"http://127.0.0.1:{port}/v1:llama3.2:3b"
        assert models.default.abilities.small
        assert len(told) == 1
        assert "Ollama" in told[0]
        assert "llama3.2:3b" in told[0]
        await models.close()


async def test_whoever_else_listens_there_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        writer.close()

    # An empty cache and no way to fill it: what comes after the search is an error that names the built-in model.
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    first = await asyncio.start_server(silent, "127.0.0.1", 0)
    second = await asyncio.start_server(rude, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (first, second)]
    with pytest.raises(EndpointError, match=r"Qwen.*could not be fetched"):
        await connect([], environ={}, servers=[("A", ports[0]), ("B", ports[1])])
    first.close()
    second.close()
