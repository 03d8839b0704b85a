"""Private copies of Debian and Ubuntu packages, for a person who may not install any.

apt-get works as a plain user when its lists and its cache are that person's: it finds out what is missing, fetches it
and checks the signatures. `dpkg-deb -x` unpacks it below `.venv`, where only what we start looks.
"""

import os
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bootstrap.console import SetupError, run, say

#: Dependencies that are not needed by what we load: drivers of hardware acceleration (widgets are painted by the
#: processor), and the C library, which must be the system's.
_SKIPPED = re.compile(
    r"libc6|libc-bin|libllvm|mesa-|libgl1-mesa|libglx-mesa|libegl-mesa|libgallium|libgbm|libdrm|libsensors|libvulkan"
)

_SYSTEM_FONTS_CONF = Path("/etc/fonts/fonts.conf")

_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

_APT_CONF = """\
Dir::State "{folder}/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{folder}/cache";
Debug::NoLocking "true";
APT::Sandbox::User "{user}";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
"""

_FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{system}</include>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <dir>{fonts}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def possible() -> bool:
    """Whether this is a system of that family."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def unpack(packages: Sequence[str], folder: Path) -> None:
    """Puts private copies of packages, and of what they need and the system lacks, below `folder`.

    Raises `SetupError` where apt-get cannot fetch them.
    """
    apt = folder / "apt"
    for each in ("state/lists/partial", "cache/archives/partial", "debs"):
        (apt / each).mkdir(parents=True, exist_ok=True)
    conf = apt / "apt.conf"
    user = "root" if os.geteuid() == 0 else ""
    conf.write_text(_APT_CONF.format(folder=apt, user=user), encoding="utf-8")
    get = ["apt-get", "-c", str(conf), "-y", "--no-install-recommends"]
    run([*get, "update"], doing="Reading the list of packages")
    plan = run([*get, "install", "--print-uris", *packages], doing="Finding out what is needed")
    found = re.findall(r"^'[^']+' (?P<name>[^_\s]+)_\S+ (?P<size>\d+) ", plan, re.MULTILINE)
    needed = {name: int(size) for name, size in found if not _SKIPPED.match(name)}
    if not needed:
        raise SetupError(f"apt-get offers nothing new for {' '.join(packages)}.")
    say(f"fetching private copies of {len(needed)} packages ({sum(needed.values()) / 1e6:.0f} MB)")
    run([*get, "download", *needed], doing="Fetching private copies", cwd=apt / "debs")
    for deb in sorted((apt / "debs").glob("*.deb")):
        run(["dpkg-deb", "-x", deb, folder / "root"], doing=f"Unpacking {deb.name}")
    shutil.rmtree(apt)


def environment(folder: Path) -> dict[str, str]:
    """The variables that let a program see the private copies; empty where there are none."""
    root = folder / "root"
    if not root.is_dir():
        return {}
    libraries = [
        str(path) for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*") for path in root.glob(pattern)
    ]
    if own := os.environ.get("LD_LIBRARY_PATH"):
        libraries.append(own)
    env = {"LD_LIBRARY_PATH": os.pathsep.join(libraries)} if libraries else {}
    for variable, path in (("XKB_CONFIG_ROOT", "usr/share/X11/xkb"), ("XLOCALEDIR", "usr/share/X11/locale")):
        if (root / path).is_dir() and not Path("/", path).is_dir():
            env[variable] = str(root / path)
    fonts = root / "usr/share/fonts"
    if fonts.is_dir() or not _SYSTEM_FONTS_CONF.exists():
        conf = folder / "fonts.conf"
        text = _FONTS_CONF.format(system=_SYSTEM_FONTS_CONF, fonts=fonts)
        if not conf.exists() or conf.read_text(encoding="utf-8") != text:
            conf.write_text(text, encoding="utf-8")
        env["FONTCONFIG_FILE"] = str(conf)
    return env


def install_pip(packages: Path, folder: Path) -> None:
    """Puts Debian's pip into the folder of a Python's packages, where `ensurepip` is in a package that is not installed.

    Raises `SetupError` that names the package where it cannot be had.
    """
    advice = "Python's venv module is incomplete here. Install what completes it, and start again"
    if not possible():
        raise SetupError(f"{advice}: the package that has Python's `ensurepip`.")
    advice += ":\n    sudo apt-get install python3-venv"
    say("Python's pip is missing: using a private copy")
    try:
        unpack(["python3-pip-whl"], folder)
    except SetupError as error:
        raise SetupError(f"{error}\n{advice}") from error
    wheels = sorted((folder / "root/usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        raise SetupError(advice)
    with zipfile.ZipFile(wheels[-1]) as wheel:
        wheel.extractall(packages)
    if not _SYSTEM_CERTIFICATES.exists():
        _give_certificates(packages, folder)


def _give_certificates(packages: Path, folder: Path) -> None:
    """Debian's pip trusts the system's list of authorities and knows no other; where there is none, it gets ours."""
    bundle = folder / "authorities.pem"
    files = sorted((folder / "root/usr/share/ca-certificates").rglob("*.crt"))
    bundle.write_text("".join(file.read_text(encoding="ascii") for file in files), encoding="ascii")
    program = (
        f"def where():\n    return {str(bundle)!r}\n\n\ndef contents():\n    return open(where()).read()\n"
    )
    (packages / "pip/_vendor/certifi/core.py").write_text(program, encoding="utf-8")
