"""The sandbox image: the languages of the table and the resident runner, on a registry's base or debootstrap's."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import SandboxError, languages
from sandbox.engine import connect

if TYPE_CHECKING:
    from docker import DockerClient

NAME = "agentinstruct-sandbox"
BASE = "python:3.11-slim"
RUNNER_LABEL = "agentinstruct.runner"
RUNNER_FILES = ("runner.py", "seccomp.py", "job.py", "leftovers.py", "program.py", "state.py")
PACKAGES = (*languages.packages(), "tzdata")
BY_PIP = ("pytest", "rdflib")
"""What a base with a Python of its own gets by pip instead: Debian's modules are for Debian's Python."""
NOT_NEEDED = (
    "./dev/* ./proc/* ./var/cache/* ./var/lib/apt/* ./usr/share/doc/* ./usr/share/man/* ./usr/share/locale/* "
    "./usr/share/ri/* ./usr/lib/gcc/*/*/lto1 ./usr/bin/*lto-dump*"
)
PREPARE = """\
RUN apt-get update && apt-get install -y --no-install-recommends {packages} && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir --root-user-action=ignore {modules}"""

DOCKERFILE = """\
FROM {base}
{prepare}
COPY sandbox /opt/agentinstruct/sandbox
ENV LANG=C.UTF-8 PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
LABEL {label}={version}
USER 65534:65534
WORKDIR /tmp
CMD ["python3", "-sP", "-c", "import sys; sys.path.append('/opt/agentinstruct'); \
from sandbox import runner; runner.main()"]
"""


class BuildError(SandboxError):
    """The image can't be made; the message says what to do."""


def runner_version() -> str:
    """Identify the runner of this installation by its text, and the packages it finds around it."""
    package = resources.files("sandbox")
    parts = [(package / name).read_bytes() for name in RUNNER_FILES]
    return hashlib.sha256(b"\0".join([*parts, " ".join(PACKAGES).encode()])).hexdigest()[:12]


def packages_version() -> str:
    """Identify what a base made by debootstrap holds."""
    return hashlib.sha256(f"{' '.join(PACKAGES)} but {NOT_NEEDED}".encode()).hexdigest()[:12]


TAG = f"{NAME}:{runner_version()}"
"""The image for the runner and the languages of this installation; those of other installations may lie beside it."""
DEBIAN_BASE = f"{NAME}-base:{packages_version()}"


def missing(client: "DockerClient", tag: str = TAG) -> str | None:
    """Say why the image can't be used; None if it can."""
    from docker.errors import ImageNotFound

    build = "run `python -m sandbox build` (without a registry: `build --from-debian`)"
    try:
        found = client.images.get(tag)
    except ImageNotFound:
        if tag == TAG and client.images.list(NAME):
            return f"the sandbox image is of another version of the runner or holds other languages; {build}"
        return f"there is no sandbox image {tag}; {build}"
    if found.labels.get(RUNNER_LABEL) != runner_version():
        return f"the image {tag} is of another version of the runner or its languages, or none of ours; {build}"
    return None


def build(tag: str = TAG, *, from_debian: bool = False, fresh: bool = False, say: Callable[[str], None]) -> None:
    """Make the image.

    The base comes from a registry, or with `from_debian` from debootstrap (kept for the next time, unless `fresh`).
    Raises `BuildError` or `SandboxError` with one line that says what to do.
    """
    client = connect(timeout=600)
    if from_debian:
        base, prepare = DEBIAN_BASE, ""
        if fresh or not client.images.list(DEBIAN_BASE):
            import_debian(client, say)
    else:
        base, prepare = BASE, PREPARE.format(packages=" ".join(for_registry()), modules=" ".join(BY_PIP))
    say(f"building {tag} on {base}")
    dockerfile = DOCKERFILE.format(base=base, prepare=prepare, label=RUNNER_LABEL, version=runner_version())
    _build(client, tag, dockerfile, pull=fresh and not from_debian)


def for_registry() -> list[str]:
    """List what a base that brings its own Python lacks."""
    return [name for name in PACKAGES if not name.startswith("python3")]


def _build(client: "DockerClient", tag: str, dockerfile: str, *, pull: bool) -> None:
    from docker.errors import APIError
    from docker.errors import BuildError as DockerBuildError

    try:
        client.images.build(fileobj=context(dockerfile), custom_context=True, tag=tag, rm=True, pull=pull)
    except (DockerBuildError, APIError) as error:
        reason = " ".join(str(error).split())[:300]
        hint = "" if DEBIAN_BASE in dockerfile else "; `build --from-debian` needs no registry (Debian or Ubuntu, root)"
        raise BuildError(f"the image can't be built: {reason}{hint}") from None


def context(dockerfile: str) -> io.BytesIO:
    """Pack the Dockerfile and the runner for the engine."""
    package = resources.files("sandbox")
    files = {f"sandbox/{name}": (package / name).read_bytes() for name in RUNNER_FILES}
    files |= {"Dockerfile": dockerfile.encode(), "sandbox/__init__.py": b""}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), 0o644
            tar.addfile(about, io.BytesIO(content))
    packed.seek(0)
    return packed


# -- A base without a registry ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mirror:
    """Where this machine gets its own packages from."""

    suite: str
    address: str | None = None
    """None: debootstrap's default."""
    components: tuple[str, ...] = ("main",)
    keyring: str | None = None


def import_debian(client: "DockerClient", say: Callable[[str], None]) -> None:
    """Make the base with debootstrap and hand it to the engine. Takes a minute or two."""
    if os.geteuid() != 0:
        raise BuildError("`build --from-debian` must run as root (debootstrap makes a root file system); use sudo")
    if not shutil.which("debootstrap"):
        raise BuildError("`build --from-debian` needs debootstrap; run `apt-get install debootstrap`")
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="agentinstruct-base-") as folder:
        tree = Path(folder) / "tree"
        say(f"bootstrapping {', '.join(PACKAGES)} (a minute or two)")
        bootstrap(tree, configured_mirror(), log=Path(folder) / "log")
        (tree / "usr/bin/python").symlink_to("python3")
        say(f"importing {DEBIAN_BASE}")
        excludes = [f"--exclude={pattern}" for pattern in NOT_NEEDED.split()]
        with subprocess.Popen(["tar", "-C", tree, *excludes, "-c", "."], stdout=subprocess.PIPE) as tar:
            client.api.import_image_from_stream(
                tar.stdout, repository=DEBIAN_BASE.partition(":")[0], tag=packages_version()
            )
        if tar.returncode:
            raise BuildError(f"tar failed on the bootstrapped tree (exit code {tar.returncode})")


def bootstrap(tree: Path, mirror: Mirror, log: Path) -> None:
    """Run debootstrap. Raises `BuildError` with its last complaint."""
    command = ["debootstrap", "--variant=minbase", "--force-check-gpg", f"--include={','.join(PACKAGES)}"]
    command += [f"--components={','.join(mirror.components)}"]
    command += [f"--keyring={mirror.keyring}"] if mirror.keyring else []
    command += [mirror.suite, str(tree), *([mirror.address] if mirror.address else [])]
    if shutil.which("unshare"):
        command = ["unshare", "--mount", *command]  # what it mounts goes with it, even if it is killed
    with log.open("wb") as file:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False).returncode
    if code:
        said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise BuildError(f"debootstrap failed (exit code {code}): {said[-1] if said else 'it said nothing'}")


def configured_mirror(root: Path = Path("/")) -> Mirror:
    """Find the mirror in the machine's apt sources: the entry of its own release, else the first one."""
    codename = ""
    if (root / "etc/os-release").exists():
        found = re.search(r"^VERSION_CODENAME=\"?(\w+)", (root / "etc/os-release").read_text(), re.MULTILINE)
        codename = found[1] if found else ""
    entries = list(apt_entries(root / "etc/apt"))
    own = [entry for entry in entries if entry.suite == codename]
    return (own or entries or [Mirror(codename or "stable")])[0]


def apt_entries(folder: Path) -> Iterator[Mirror]:
    """Read both forms of apt sources; only what debootstrap can fetch from."""
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
            one = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.+)", line.partition("#")[0].strip())
            if one:
                key = re.search(r"signed-by=(\S+)", one[1] or "")
                yield from entry([one[2]], [one[3]], one[4].split(), key[1] if key else "")
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        text = re.sub(r"^#.*\n", "", path.read_text(errors="replace"), flags=re.MULTILINE)
        for stanza in re.split(r"\n\s*\n", text):
            fields = {
                k.lower(): v.split() for k, v in re.findall(r"^(\S+?):((?:.*)(?:\n[ \t].*)*)", stanza, re.MULTILINE)
            }
            if "deb" in fields.get("types", []) and fields.get("enabled") != ["no"]:
                key = fields.get("signed-by", [""])[0]
                yield from entry(fields.get("uris", []), fields.get("suites", []), fields.get("components", []), key)


def entry(addresses: list[str], suites: list[str], components: list[str], keyring: str) -> Iterator[Mirror]:
    """Keep whole releases (`bookworm`, not `bookworm-updates`) at addresses debootstrap understands."""
    key = keyring if keyring.startswith("/") else None
    for address in addresses:
        for suite in suites:
            if (
                address.startswith(("http:", "https:", "file:"))
                and re.fullmatch(r"\w+", suite)
                and "main" in components
            ):
                yield Mirror(suite, address, tuple(components), key)
