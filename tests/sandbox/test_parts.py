"""The small parts that no container is needed for, on anything hypothesis can think of."""

import asyncio
import copy
import json
import os
import socket
import string
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import seccomp
from sandbox.box import call_result
from sandbox.engine import Limits, options, users
from sandbox.image import Mirror, configured_mirror
from sandbox.job import Output
from sandbox.leftovers import empty
from sandbox.state import state_of
from sandbox.wire import Wire

untimed = settings(max_examples=60)  # the machine may be busy
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary() | st.dates(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.tuples(inner, inner)
        | st.sets(st.text() | st.integers())
    ),
    max_leaves=20,
)


class Thing:
    def __init__(self, value: Any) -> None:
        self.value = value


@untimed
@given(VALUES)
def test_a_copy_has_the_same_state(value: Any) -> None:
    state = state_of(Thing(value))
    assert len(state) == 64
    assert state == state_of(Thing(copy.deepcopy(value)))
    assert state != state_of(Thing([value, 1]))


@untimed
@given(st.dictionaries(st.text(), st.integers(), min_size=2), st.randoms())
def test_the_order_of_keys_is_no_state(value: dict[str, int], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert state_of(Thing(value)) == state_of(Thing(dict(items)))


def test_odd_states() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert len(state_of(Thing(loop))) == 64
    assert len(state_of(Thing([iter([1]), print, os, Thing, lambda: 1, object(), open(os.devnull)]))) == 64  # noqa: SIM115
    assert state_of(object()) == ""
    assert state_of(Thing(list(range(200_000)))) == ""


@untimed
@given(st.binary(max_size=400), st.integers(4, 100))
def test_output_keeps_its_ends(data: bytes, cap: int) -> None:
    reader, writer = os.pipe()
    output = Output(reader, cap)
    assert not output.read()
    os.write(writer, data)
    os.close(writer)
    while output.read():
        pass
    os.close(reader)
    assert output.ended
    assert output.length == len(data)
    assert output.truncated == (len(data) > cap)
    text = output.text()
    if not output.truncated:
        assert text == data.decode("utf-8", "replace")
    else:
        head, _, tail = text.partition("\n[... ")
        assert data.decode("utf-8", "ignore").startswith(head) or not data.isascii()
        assert f"{len(data) - cap:,} bytes left out" in tail


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[int]]:
    texts = draw(st.lists(st.text(), min_size=1, max_size=8))
    return [{"id": n, "text": text} for n, text in enumerate(texts)], draw(st.lists(st.integers(1, 40), max_size=30))


@untimed
@given(answers())
async def test_frames_cut_anywhere(case: tuple[list[dict[str, Any]], list[int]]) -> None:
    """The engine cuts the stream into frames, the network cuts the frames."""
    sent, cuts = case
    lines = b"".join(json.dumps(answer).encode() + b"\n" for answer in sent)
    stream = b""
    for n, start in enumerate(range(0, len(lines), 13)):
        frame = lines[start : start + 13]
        stream += bytes([1, 0, 0, 0]) + len(frame).to_bytes(4, "big") + frame
        if n % 3 == 0:
            stream += bytes([2, 0, 0, 0, 0, 0, 0, 5]) + b"said\n"
    wire = Wire()
    waiting = {answer["id"]: asyncio.get_running_loop().create_future() for answer in sent}
    wire._waiting = dict(waiting)
    for cut in cuts:
        wire.data_received(stream[:cut])
        stream = stream[cut:]
    wire.data_received(stream)
    assert [waiting[answer["id"]].result() for answer in sent] == sent


@untimed
@given(st.text() | st.from_regex(r'\{"ok": (true|false|1), "(value|error|state)": .*\}'))
def test_no_answer_of_a_session_is_trusted(text: str) -> None:
    result = call_result(text)
    json.dumps([result.value, result.error, result.state], ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, "NaN", "[]", "1", '{"ok": 1}', '{"ok": true, "error": 3}', '{"ok": true, "state": "x"}',
        '{"ok": true, "value": NaN}', '{"ok": true, "value": 1e999}', '{"ok": true, "value": "\\ud800"}',
        '{"ok": true, "value": ' + "9" * 5_000 + "}", '{"ok": true, "state": 1}', '{"ok": false, "error": "\\udfff"}',
    ],
)  # fmt: skip
def test_answers_in_no_form(text: str) -> None:
    assert call_result(text).error == "the session answered in no form that can be read"


def verdict(code: bytes, number: int, machine: int, first: int) -> int:
    """Run a filter as the kernel would, on one system call."""
    data = struct.pack("=IIQQ", number, machine, 0, first)
    steps, at, value = list(struct.iter_unpack("=HBBI", code)), 0, 0
    while True:
        what, yes, no, k = steps[at]
        at += 1
        if what == 0x06:
            return int(k)
        if what == 0x20:
            [value] = struct.unpack_from("=I", data, k)
        else:
            at += yes if {0x15: value == k, 0x35: value >= k}[what] else no


@pytest.mark.parametrize("machine", seccomp.MACHINES)
@given(st.integers(0, 600), st.integers(0, 2**64 - 1) | st.integers(0, 60))
def test_the_filter_of_each_machine(machine: str, number: int, first: int) -> None:
    """Also of those the tests do not run on."""
    name, *sockets = seccomp.MACHINES[machine]
    code = seccomp.instructions(machine)
    common = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK}
    allowed = number not in (425, 426, 427, 447) and (number not in sockets or first % 2**32 in common)
    assert verdict(code, number, name, first) == (0x7FFF0000 if allowed else 0x50001)
    for family in (40, 2, 2**32 + 40, 2**32 + 2):  # the kernel looks at the lower half of it only
        expected = 0x7FFF0000 if family % 2**32 in common else 0x50001
        assert {verdict(code, number, name, family) for number in sockets} == {expected}
    assert verdict(code, number, name ^ 0x80000000, first) == 0x50001
    assert verdict(code, number + 0x40000000, name, first) == 0x50001


NAMES = st.text(string.ascii_letters + "\n\\ ü", min_size=1, max_size=10)
TREES = st.recursive(st.none() | st.text(), lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=30)


@untimed
@given(tree=st.dictionaries(NAMES, TREES), mode=st.sampled_from([0o000, 0o500, 0o777]))
def test_whatever_grew_in_a_folder_goes(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any], mode: int
) -> None:
    folder = tmp_path_factory.mktemp("grown")

    def grow(at: Path, branches: dict[str, Any]) -> None:
        for name, branch in branches.items():
            if isinstance(branch, dict):
                (at / name).mkdir()
                grow(at / name, branch)
                (at / name).chmod(mode)
            elif branch is None:
                (at / name).symlink_to(folder.parent)
            else:
                (at / name).write_text(branch)

    grow(folder, tree)
    empty(str(folder))
    assert list(folder.iterdir()) == []
    assert folder.parent.exists()


# -- apt sources ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "mirror"),
    [
        ({}, Mirror("stable")),
        ({"os-release": 'VERSION_CODENAME="bookworm"\n'}, Mirror("bookworm")),
        (
            {
                "os-release": "VERSION_CODENAME=trixie\n",
                "apt/sources.list": "# deb http://no.example/ trixie main\n"
                "deb-src http://no.example/ trixie main\n"
                "deb [arch=amd64] https://other.example/x stable main\n"
                "deb http://security.example/ trixie-security main\n"
                "deb [ signed-by=/k.gpg arch=amd64 ] http://mirror.example/debian trixie main contrib # home\n",
            },
            Mirror("trixie", "http://mirror.example/debian", ("main", "contrib"), "/k.gpg"),
        ),
        (
            {
                "os-release": "VERSION_CODENAME=bookworm\n",
                "apt/sources.list.d/a.sources": "# said\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\n"
                "Components: main\nEnabled: no\n\nTypes: deb deb-src\nURIs: http://a.example/debian\n"
                "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n /usr/share/keyrings/x.gpg\n",
            },
            Mirror("bookworm", "http://a.example/debian", ("main",), "/usr/share/keyrings/x.gpg"),
        ),
        (
            {"os-release": "ID=x\n", "apt/sources.list": "deb mirror+file:/m x main\ndeb http://t.example odd main\n"},
            Mirror("odd", "http://t.example"),
        ),
    ],
)  # fmt: skip
def test_the_machines_own_mirror(tmp_path: Path, files: dict[str, str], mirror: Mirror) -> None:
    for name, text in files.items():
        path = tmp_path / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert configured_mirror(tmp_path) == mirror


@untimed
@given(st.text())
def test_no_sources_list_is_too_odd(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("root")
    (root / "etc/apt/sources.list.d").mkdir(parents=True)
    for name in ("sources.list", "sources.list.d/x.sources", "sources.list.d/x.list"):
        (root / "etc/apt" / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    assert configured_mirror(root).suite


# -- Users ---------------------------------------------------------------------------------------------------------


class Engine:
    """An engine's answer to `docker info`, as the `docker` package gives it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.info = lambda: answer


@pytest.mark.parametrize(
    ("answer", "highest"),
    [
        ({"SecurityOptions": ["name=seccomp,profile=default", "name=cgroupns"]}, 0x7FFE_0000),
        ({"SecurityOptions": ["name=seccomp,profile=default", "name=userns"]}, 65_535),
        ({"SecurityOptions": ["name=rootless"]}, 65_535),
        ({"SecurityOptions": None}, 0x7FFE_0000),
        ({}, 0x7FFE_0000),
    ],
)
def test_users_the_engine_can_give(answer: dict[str, Any], highest: int) -> None:
    """One that maps users has 65,536 of them; the others have all, and ours are nobody's there."""
    ids = users(Engine(answer))
    assert 0 < ids[0] < ids[-1] < highest
    assert len({options("image", Limits(), ids)["user"] for _ in range(20)}) > 15
