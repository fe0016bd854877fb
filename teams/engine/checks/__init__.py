"""What makes a pair unfit to train on, one small check for each way it happens.

A check is `Callable[[Pair], Iterable[Finding]]` and yields one finding that names the offending value and the message
it stands in, or says what was compared. `GENERAL_CHECKS` suit any conversation; `TOOL_USE_CHECKS` hold them too.
`GENERAL_TEXT_CHECKS` are the same for prose, verse, lists and JSON.
"""

from teams.engine.checks.answer import answer_truthful
from teams.engine.checks.calls import arguments_legal, function_listed, no_call_in_prose, no_repeated_call
from teams.engine.checks.for_user import answer_for_the_user, errors_heeded
from teams.engine.checks.kinds import agrees_with_plan, kind_held
from teams.engine.checks.origin import no_invented_values
from teams.engine.checks.prose import (
    answers_at_all,
    no_chatter,
    no_text_loops,
    no_workshop_talk,
    nothing_left_open,
    nothing_left_open_but_masks,
    text_check,
    text_finished,
)
from teams.engine.checks.request import names_no_function, request_is_the_users
from teams.engine.checks.text import no_control_tokens, no_loops, not_cut_off, text_plausible
from teams.engine.checks.turns import one_action_a_turn, turns_well_formed
from teams.engine.checks.wording import no_placeholder, no_refusal, no_talk_about_the_task, self_contained
from teams.engine.verdict import Check

GENERAL_CHECKS: tuple[Check, ...] = (
    turns_well_formed,
    no_refusal,
    no_placeholder,
    no_talk_about_the_task,
    self_contained,
    no_control_tokens,
    text_plausible,
    not_cut_off,
    no_loops,
)
"""For a conversation of any skill."""

TOOL_USE_CHECKS: tuple[Check, ...] = (
    *GENERAL_CHECKS,
    one_action_a_turn,
    function_listed,
    arguments_legal,
    no_call_in_prose,
    no_repeated_call,
    no_invented_values,
    request_is_the_users,
    names_no_function,
    answer_truthful,
    errors_heeded,
    answer_for_the_user,
    kind_held,
    agrees_with_plan,
)
"""All that a tool-use conversation has to pass."""

GENERAL_TEXT_CHECKS: tuple[Check, ...] = (
    turns_well_formed,
    no_control_tokens,
    text_plausible,
    answers_at_all,
    nothing_left_open,
    text_finished,
    no_text_loops,
    no_workshop_talk,
)
"""For a pair of any skill of text; `general_text_checks` leaves room for masks."""


def general_text_checks(*, masks: bool = False, chatter: bool = True) -> tuple[Check, ...]:
    """Return `GENERAL_TEXT_CHECKS` for a kind: with `masks`, [NAME] and ____ are wanted; without `chatter`, no small
    talk around the answer either.
    """
    checks = tuple(nothing_left_open_but_masks if c is nothing_left_open and masks else c for c in GENERAL_TEXT_CHECKS)
    return checks if chatter else (*checks, no_chatter)


__all__ = ["GENERAL_CHECKS", "GENERAL_TEXT_CHECKS", "TOOL_USE_CHECKS", "general_text_checks", "text_check"]
