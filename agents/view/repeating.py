"""Why a chat can't be run again, as far as the journal says it: what is offered should also go."""

from __future__ import annotations

from collections.abc import Sequence

from agents.view.matching import Call
from agents.view.run import BRANCH, Run


def hindrance(run: Run, chat: str, calls: Sequence[Call]) -> str:
    """Return why no branch can be made of a chat with these calls, as part of a sentence; '' if nothing is known of it.

    Whether its seed is still there, and its models answer, is not looked at.
    """
    owner, _, beside = chat.partition("/aside-")
    if run.trunk or BRANCH.search(owner):
        return "it is a branch's; run the chat that it was branched from again, with both changes"
    if beside:
        return "it was held beside a chat; run that one again from the turn that asked it"
    if not calls:
        return "no model was asked in it"
    if any(call.reply is None for call in calls):
        return "what its models replied was not kept, as in older journals"
    if "-chooser-" in chat.rpartition("/")[2]:
        return "only kinds are chosen in it, and a branch keeps those of its pair; run another one again"
    if not run.meta("models"):
        return "the journal doesn't say which models were asked"
    return ""
