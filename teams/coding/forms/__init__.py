"""How tasks of coding are set and answered. Every form's truth is carried out."""

from teams.coding.forms.base import Task
from teams.coding.forms.conflicted import Conflicted
from teams.coding.forms.documented import Documented
from teams.coding.forms.grown import Complexity, Grown, Optimised
from teams.coding.forms.injected import Injected, Located
from teams.coding.forms.mended import Filled, Mended, Modified, Secured
from teams.coding.forms.queried import Queried
from teams.coding.forms.refactored import Refactored
from teams.coding.forms.reviewed import Reviewed
from teams.coding.forms.scripted import Scripted, Translated
from teams.coding.forms.tested import Tested
from teams.coding.forms.traced import Deduced, Explained, Predicted, Traced
from teams.coding.forms.written import Library, Written

WRITTEN, FILLED, MENDED, INJECTED, LOCATED = Written(), Filled(), Mended(), Injected(), Located()
SECURED, MODIFIED, LIBRARY, SCRIPTED, TRANSLATED = Secured(), Modified(), Library(), Scripted(), Translated()
QUERIED, REFACTORED, GROWN, OPTIMISED, COMPLEXITY = Queried(), Refactored(), Grown(), Optimised(), Complexity()
PREDICTED, DEDUCED, TRACED, EXPLAINED = Predicted(), Deduced(), Traced(), Explained()
TESTED, DOCUMENTED, REVIEWED, CONFLICTED = Tested(), Documented(), Reviewed(), Conflicted()

__all__ = ["Task"]
