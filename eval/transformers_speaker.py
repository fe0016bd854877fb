"""A Hugging Face model run in this process, with its own chat template: for models that nobody serves."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.records import Message, Reply
from eval.threads import in_thread

PLAIN = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ m['content'] }}\n\n{% elif m['role'] == 'user' %}"
    "Question: {{ m['content'] }}\n\nAnswer: {% else %}{{ m['content'] }}\n\n{% endif %}{% endfor %}"
)
"""`--template plain`: for models that have no chat template, and were never taught one."""
NEXT = "\n\nQuestion:"
"""Where such a model goes on with a question of its own, its answer is over."""


class Transformers:
    """A causal language model and its tokenizer. One request at a time: what stands beside it in a batch would change
    its last digits, and with them an answer now and then."""

    at_once = 1

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name, self.model, self.tokenizer = name, model, tokenizer
        self._lock = asyncio.Lock()

    async def say(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        seed: int | None = None,
        top_logprobs: int = 0,
    ) -> Reply:
        """Generate, greedily at temperature 0. A request longer than the model's window is a failed reply."""
        async with self._lock:
            return await in_thread(lambda: self._say(list(messages), max_tokens, temperature, seed))

    def _say(self, messages: list[Message], max_tokens: int, temperature: float, seed: int | None) -> Reply:
        import torch

        try:
            ids = self._rendered(messages)
        except Exception as error:  # a template refuses in Jinja's ways
            return Reply("", "failed", note=f"the chat template refuses it: {error}")
        prompt = int(ids["input_ids"].shape[1])
        window = getattr(self.model.config, "max_position_embeddings", None)
        room = min(max_tokens, window - prompt) if window else max_tokens
        if room < 1:
            return Reply("", "failed", note=f"{prompt} tokens are more than its window of {window}")
        if seed is not None:
            torch.manual_seed(seed)
        sampling = {"do_sample": True, "temperature": temperature} if temperature > 0 else {"do_sample": False}
        with torch.inference_mode():
            made = self.model.generate(
                **ids.to(self.model.device),
                max_new_tokens=room,
                pad_token_id=_pad(self.tokenizer),
                **sampling,
            )[0, prompt:]
        text = self.tokenizer.decode(made, skip_special_tokens=True)
        cut = len(made) >= room and int(made[-1]) not in _ends(self.model.generation_config.eos_token_id)
        if self.tokenizer.chat_template == PLAIN and NEXT in text:  # nobody taught it to leave the asking to others
            text, cut = text.partition(NEXT)[0], False
        return Reply(text, "length" if cut else "stop", prompt, len(made))

    def _rendered(self, messages: list[Message]) -> Any:
        """Return the tokens of a talk. A template that knows no system message is given it with the first question."""
        render = partial(
            self.tokenizer.apply_chat_template, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        try:
            return render(messages)
        except Exception:
            if len(messages) < 2 or messages[0]["role"] != "system":
                raise
            first = f"{messages[0]['content']}\n\n{messages[1]['content']}"
            return render([{**messages[1], "content": first}, *messages[2:]])

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return 0: nobody is paid."""
        return 0.0

    async def close(self) -> None:
        """Let go of the weights."""
        self.model = None


def _ends(eos: int | list[int] | None) -> list[int]:
    return eos if isinstance(eos, list) else [] if eos is None else [eos]


def _pad(tokenizer: Any) -> int | None:
    found: int | None = tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    return found


def open_model(place: str, template: str = "") -> Transformers:
    """Return the model in a folder, of a hub as `OWNER/NAME`, or in one GGUF file.

    `template` is a file with a chat template, or `plain`, for a model that has none. Raise `UsageError` where it
    can't be loaded, or has no template and none was given.
    """
    try:
        quiet()
        import torch
        import transformers
    except ImportError:
        raise UsageError("hf: models are run by transformers: pip install 'agentinstruct[eval]'") from None
    folder, options = place, {}
    if place.endswith(".gguf"):
        folder, options = str(Path(place).parent), {"gguf_file": Path(place).name}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        kind = "auto" if device == "cuda" else torch.float32
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=kind, **options).to(device).eval()
    except Exception as error:  # a missing folder, weights that don't fit, a hub that can't be reached
        why = (str(error).splitlines() or [""])[0][:300]
        raise UsageError(f"hf:{place} can't be loaded: {why}; give a model's folder, or OWNER/NAME of a hub") from None
    if template:
        tokenizer.chat_template = PLAIN if template == "plain" else _template(template)
    if not tokenizer.chat_template:
        raise UsageError(
            f"hf:{place} has no chat template: --template FILE gives one, --template plain asks it in plain words"
        )
    # A model of its own sampling settings would be another at every temperature but its own.
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=model.generation_config.eos_token_id or tokenizer.eos_token_id
    )
    return Transformers(f"hf:{_short(place)}@{_fingerprint(place, tokenizer.chat_template)}", model, tokenizer)


def quiet() -> None:
    """Keep libraries from drawing a bar for every file that they read: nobody asked how fast they load."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # read when it is imported, with what follows
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()


def _template(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--template {file} can't be read: {error.strerror}; give a Jinja file, or plain") from None


def _short(place: str) -> str:
    return Path(place).name if Path(place).exists() else place


def _fingerprint(place: str, template: str) -> str:
    """Tell two models of one folder name apart: by their files' names, sizes and edges, and by the template."""
    parts: list[Any] = [template]
    path = Path(place)
    files = sorted(path.glob("*")) if path.is_dir() else [path] if path.is_file() else []
    for file in files:
        if file.suffix in (".safetensors", ".bin", ".json", ".gguf"):
            with file.open("rb") as bytes_:
                edge = bytes_.read(1 << 20)
                bytes_.seek(max(0, file.stat().st_size - (1 << 20)))
                parts.append([file.name, file.stat().st_size, hashlib.sha256(edge + bytes_.read()).hexdigest()])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
