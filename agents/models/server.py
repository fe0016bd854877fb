"""Serve one GGUF file on loopback as a child process: `python -m agents.models.server FILE`, started by `local.py`.

llama.cpp's own server runs inside this process (`xllamacpp`), and in one of its own because an abort in there ends
whoever holds it. The parent writes one line of JSON to our standard input (`{"key": …}`) and keeps the pipe open for
as long as it lives; we write one line to standard output (`{"port": …}` or `{"error": …}`) and end when the pipe does.
"""

import argparse
import contextlib
import ctypes
import json
import os
import signal
import sys
from typing import Any, TextIO

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until the parent is gone."""
    options = _options()
    # llama.cpp writes its log to both streams; what was standard output is kept for our one line.
    report = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _die_with_parent(options.parent)
    key = json.loads(sys.stdin.readline())["key"]
    try:
        server = _serve(options, key)
    except ImportError as error:
        return _say(report, error=_missing(error))
    except Exception as error:
        return _say(report, error=f"{options.file} can't be served: {error}")
    _say(report, port=int(str(server.listening_address).rsplit(":", 1)[1]))
    report.close()
    sys.stdin.read()
    # Not a return: the server's threads may be deep in a batch, and nobody waits for it any more.
    os._exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="the GGUF file")
    parser.add_argument("--parent", type=int, required=True, help="process id of who started us")
    parser.add_argument("--slots", type=int, default=2, help="how many calls are answered at once")
    parser.add_argument("--context", type=int, default=4096, help="tokens of one call, prompt and reply")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", type=int, default=256, help="MiB of memory for prompts that were answered before")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--name", default="local", help="what the model is called in requests")
    return parser.parse_args()


def _serve(options: argparse.Namespace, key: str) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.file
    params.model_alias = {options.name}
    params.hostnames = ["127.0.0.1"]
    params.port = options.port
    params.api_keys = [key]
    params.n_parallel = options.slots
    params.n_ctx = options.context * options.slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.cache_prompt = True
    params.cache_ram_mib = options.keep
    params.use_jinja = True
    params.verbosity = 1
    return xllamacpp.Server(params)  # returns once the weights are loaded and the port is open


def _die_with_parent(parent: int) -> None:
    """Ask Linux to end us with the parent, at once: the pipe alone is kept open by whatever else the parent forked."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _missing(error: ImportError) -> str:
    if "libgomp" in str(error):
        return "llama.cpp needs the system library libgomp; on Debian and Ubuntu: apt-get install libgomp1"
    if "xllamacpp" in str(error) and isinstance(error, ModuleNotFoundError):
        return "the local model needs xllamacpp; install it with: pip install 'agentinstruct[local]'"
    return f"llama.cpp can't be loaded: {error}"


def _say(report: TextIO, **what: str | int) -> None:
    report.write(json.dumps(what) + "\n")
    report.flush()


if __name__ == "__main__":
    main()
