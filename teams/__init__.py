"""The skills: each module here is one. `teams.engine` is how any of them runs."""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # Run as a command: what lies in the current folder (seeds, say) must not be imported in place of a library.
    sys.path.append(sys.path.pop(0))  # at once: what follows imports more
    from teams.engine.shadow import guard

    guard()
