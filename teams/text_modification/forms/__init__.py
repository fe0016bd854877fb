"""The forms of requests to change a text, by name."""

from teams.text_modification.exact.steps import OPS
from teams.text_modification.forms.change import Change
from teams.text_modification.forms.computed import Computed
from teams.text_modification.forms.judged import Absent, Felt, Related
from teams.text_modification.forms.laid_out import Annotated, LaidOut
from teams.text_modification.forms.reworded import Disguised, Expanded, Paraphrased, Rewritten, Simplified
from teams.text_modification.forms.tongues import Switched, Translated
from teams.text_modification.forms.vocabulary import Constrained

FORMS: dict[str, Change] = {
    form.name: form
    for form in (
        *(Computed(op) for op in OPS),
        *(Paraphrased(), Simplified(), Expanded(), Rewritten(), Disguised()),
        *(Translated(), Switched(), LaidOut(), Annotated(), Constrained(), Felt(), Related(), Absent()),
    )
}

__all__ = ["FORMS", "Change", "Computed"]
