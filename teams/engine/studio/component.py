"""The team as component JSON of AutoGen 0.7.5, written down without AutoGen: what its own classes would dump.

A key is nowhere in it. AutoGen's own dump of a client with a key holds asterisks, and takes them for the key when it is
loaded; without one the client asks the environment.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teams.engine.studio.path import CARRIED, Path, Speaker
from teams.engine.studio.reckoning import calculator
from teams.engine.studio.words import DECLINED, about, system_message

Component = dict[str, Any]
MODEL_INFO = {
    "vision": False,
    "function_calling": True,
    "json_output": True,
    "family": "unknown",
    "structured_output": True,
    "multiple_system_messages": True,
}
"""What AutoGen has to be told of models it does not know by name."""


@dataclass(frozen=True)
class Endpoint:
    """Where the team's roles are played."""

    model: str
    url: str = ""
    """Base URL of an OpenAI-compatible server; '' for OpenAI's."""

    @property
    def key(self) -> str:
        """Say where the key comes from."""
        where = f" at {self.url}" if self.url else ""
        what = "any word, where the server asks for no key" if self.url else "OpenAI's"
        return (
            f"The model is {self.model}{where}. The file holds no key: the client takes OPENAI_API_KEY ({what}) from "
            "Studio's environment, or from Settings, Environment variables there."
        )


def team(path: Path, skill: str, endpoint: Endpoint, left: Sequence[str]) -> Component:
    """Return the team: its speakers in turn, each once, or till somebody says that the text does not suit."""
    turns = len(path.speakers)
    config = {
        "name": skill,
        "description": f"{skill}: {', '.join(one.role.name for one in path.speakers)}, in turn",
        "participants": [_agent(path, number, endpoint) for number in range(turns)],
        "termination_condition": _any_of(
            _component("autogen_agentchat.conditions.TextMentionTermination", "termination", {"text": DECLINED}),
            _component(
                "autogen_agentchat.conditions.MaxMessageTermination",
                "termination",
                {"max_messages": turns + 1, "include_agent_event": False},  # the text that opens the chat counts
            ),
        ),
        "max_turns": turns,
        "emit_team_events": False,
    }
    made = _component("autogen_agentchat.teams.RoundRobinGroupChat", "team", config)
    return made | {"label": f"AgentInstruct {skill}", "description": about(path, skill, endpoint.key, left)}


def _agent(path: Path, number: int, endpoint: Endpoint) -> Component:
    speaker = path.speakers[number]
    tools = [_tool(name) for name in dict.fromkeys(speaker.tools) if name in CARRIED]
    config = {
        "name": speaker.role.name,
        "model_client": _model(speaker, endpoint),
        "workbench": [_component("autogen_core.tools.StaticStreamWorkbench", "workbench", {"tools": tools})],
        "model_context": _component(
            "autogen_core.model_context.UnboundedChatCompletionContext", "chat_completion_context", {}
        ),
        "description": f"{speaker.role.name} ({speaker.purpose})",
        "system_message": system_message(path, number),
        "model_client_stream": False,
        "reflect_on_tool_use": bool(tools),
        "tool_call_summary_format": "{result}",
        "max_tool_iterations": max(1, speaker.role.tool_rounds) if tools else 1,
    }
    made = _component("autogen_agentchat.agents.AssistantAgent", "agent", config, version=2)
    return made | {"label": speaker.role.name}


def _model(speaker: Speaker, endpoint: Endpoint) -> Component:
    config: dict[str, Any] = {
        "model": endpoint.model,
        "temperature": speaker.role.temperature,
        "model_info": dict(MODEL_INFO),
    }
    if endpoint.url:
        config["base_url"] = endpoint.url
    return _component("autogen_ext.models.openai.OpenAIChatCompletionClient", "model", config)


def _tool(name: str) -> Component:
    function = {"calculator": calculator}[name]
    config: dict[str, Any] = {
        "source_code": inspect.getsource(function),
        "name": name,
        "description": inspect.getdoc(function),
        "global_imports": [],
        "has_cancellation_support": False,
    }
    return _component("autogen_core.tools.FunctionTool", "tool", config)


def _any_of(*conditions: Component) -> Component:
    return _component("autogen_agentchat.base.OrTerminationCondition", "termination", {"conditions": list(conditions)})


def _component(provider: str, sort: str, config: Mapping[str, Any], version: int = 1) -> Component:
    return {
        "provider": provider,
        "component_type": sort,
        "version": version,
        "component_version": version,
        "description": "",
        "label": provider.rsplit(".", 1)[-1],
        "config": dict(config),
    }
