"""MCP servers: real ones, in processes of their own, some of them broken."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tools import ToolError
from tools.bench import Answer, Benches
from tools.benches import Lent
from tools.guard import guarded_call
from tools.mcp_bench import McpBench

SERVERS = str(Path(__file__).with_name("servers.py"))


@pytest.fixture
async def server():
    bench = McpBench([sys.executable, SERVERS, "good"])
    yield bench
    await bench.close()


def pid_of(text: str) -> int:
    return int(text.rpartition(" ")[2])


async def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_its_tools_are_listed_and_called(server):
    schemas = {schema["name"]: schema for schema in await server.schemas()}
    assert schemas["order_status"]["description"] == "Say where an order is."
    assert schemas["order_status"]["parameters"]["required"] == ["order"]
    answer = await guarded_call(server, "order_status", {"order": "A1"})
    assert answer.text.startswith("A1: call 1")


async def test_errors_are_answers(server):
    for name, arguments, words in [
        ("refuse", {}, "the shop is closed"),
        ("order_status", {"wrong": 1}, "Field required"),
        ("nothing", {}, "nothing"),
    ]:
        answer = await guarded_call(server, name, arguments)
        assert answer.is_error
        assert not answer.fault
        assert words in answer.text


async def test_what_a_server_prints_is_passed_over_in_silence_and_no_answer_is_said_to_be_none(server, capfd, caplog):
    assert await guarded_call(server, "chatty", {}) == Answer("[no output]")
    assert "Traceback" not in caplog.text + capfd.readouterr().err


async def test_names_are_brought_to_what_endpoints_take_and_back(server):
    names = [schema["name"] for schema in await server.schemas()]
    assert {"order_status", "fs_read_file", "failed_2"} <= set(names)
    assert not {"fs.read file", "failed"} & set(names)
    assert await guarded_call(server, "fs_read_file", {"path": "a"}) == Answer("read a")
    assert await guarded_call(server, "failed_2", {}) == Answer("job 7")


async def test_one_process_serves_all_chats_and_outlives_them(server):
    async def chat(number: int) -> str:
        bench = Benches(Lent(server))
        answer = await guarded_call(bench, "order_status", {"order": str(number)})
        await bench.close()
        return answer.text

    texts = await asyncio.gather(*map(chat, range(8)))
    assert [text.split(":")[0] for text in texts] == [str(number) for number in range(8)]
    assert len({pid_of(text) for text in texts}) == 1


async def test_a_call_that_hangs_leaves_the_server_usable(server):
    assert "did not answer within 0.3 seconds" in (await guarded_call(server, "hang", {}, timeout=0.3)).text
    assert not (await guarded_call(server, "order_status", {"order": "A"})).is_error


async def test_a_server_killed_between_calls_is_started_again(server):
    first = pid_of((await guarded_call(server, "order_status", {"order": "A"})).text)
    os.kill(first, signal.SIGKILL)
    assert await gone(first)
    answer = await guarded_call(server, "order_status", {"order": "B"})
    assert answer.text.startswith("B: call 1")
    assert pid_of(answer.text) != first


async def test_a_server_that_dies_in_a_call_does_not_get_that_call_twice_and_is_given_up_the_second_time(server):
    answer = await guarded_call(server, "die", {})
    assert (answer.is_error, answer.fault) == (True, True)
    assert "died during the call" in answer.text
    assert not (await guarded_call(server, "order_status", {"order": "A"})).is_error
    await guarded_call(server, "die", {})
    await guarded_call(server, "die", {})
    answer = await guarded_call(server, "order_status", {"order": "A"})
    assert (answer.is_error, answer.fault) == (True, True)
    assert "died, and again after a new start" in answer.text


async def test_closing_ends_the_process(server):
    pid = pid_of((await guarded_call(server, "order_status", {"order": "A"})).text)
    await server.close()
    assert await gone(pid)


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (f"{sys.executable} {SERVERS} dies", "could not be started.*shop: no such database"),
        (f"{sys.executable} {SERVERS} mute", "did not list its tools within 1.5 seconds"),
        (f"{sys.executable} {SERVERS} garbage", "did not list its tools within 1.5 seconds"),
        ("no-such-program-anywhere --x", "no-such-program-anywhere --x could not be started: .*No such file"),
    ],
)
async def test_a_server_that_does_not_come_up_is_one_clear_line(command, complaint):
    bench = McpBench(command, start_seconds=1.5 if "within" in complaint else 30)
    with pytest.raises(ToolError, match=complaint) as caught:
        await asyncio.wait_for(bench.schemas(), 40)
    assert "\n" not in str(caught.value)
    await bench.close()


@pytest.mark.parametrize("command", ["", "  ", "'unclosed"])
def test_what_is_no_command_is_refused(command):
    with pytest.raises(ToolError, match=r"--mcp"):
        McpBench(command)
