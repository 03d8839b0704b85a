"""What is shipped: the locks agree with the project, the starter needs nothing, the wheel has everything."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LOCKS = ("relay", "app", "test")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lock_text(name: str) -> str:
    return (PACKAGING / "lock" / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> set[str]:
    """Every `name==version ; marker` of a lock file."""
    return {line.rstrip(" \\") for line in lock_text(name).splitlines() if re.match(r"[A-Za-z0-9]", line)}


def named(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.mark.parametrize(
    ("lock", "extras"), [("relay", ["fast"]), ("app", ["fast", "app"]), ("test", ["fast", "app", "test"])]
)
def test_a_lock_has_all_that_the_project_asks_for(lock: str, extras: list[str]) -> None:
    table = project()
    wanted = [*table["project"]["dependencies"], *table["dependency-groups"]["build"]]
    wanted += [each for extra in extras for each in table["project"]["optional-dependencies"][extra]]
    assert {named(each) for each in wanted} - {named(pin) for pin in pins(lock)} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_everything_and_names_no_registry(lock: str) -> None:
    text = lock_text(lock)
    for entry in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert not re.search(r"://|--index|--find-links|--trusted-host", text)


def test_the_locks_can_be_installed_over_each_other() -> None:
    versions = [{(named(pin), pin.split()[0]) for pin in pins(lock)} for lock in LOCKS]
    assert versions[0] <= versions[1] <= versions[2]


def test_the_starter_imports_the_standard_library_alone() -> None:
    found = set()
    for path in (PACKAGING / "run.py", *PACKAGING.glob("bootstrap/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    assert found - set(sys.stdlib_module_names) == {"bootstrap"}


def test_an_old_python_can_read_what_the_starter_tells_it() -> None:
    source = (PACKAGING / "run.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert "f'" not in source
    assert 'f"' not in source


def test_the_starter_does_not_shadow_the_packaging_library() -> None:
    assert not (PACKAGING / "__init__.py").exists()


@pytest.mark.slow
def test_the_wheel_has_both_packages_and_the_resources(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import heliograph, heliograph_relay\n"
        "from heliograph.resources import resource\n"
        "print(heliograph.__file__, heliograph_relay.__file__, resource('README.md'), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed)], capture_output=True, text=True, check=True
    )
    assert all(line.startswith(str(installed)) for line in done.stdout.splitlines())
    names = {path.relative_to(installed).parts[0] for path in installed.rglob("*.py")}
    assert names == {"heliograph", "heliograph_relay"}
    shipped = {
        path.relative_to(installed / "heliograph_relay/_resources")
        for path in (installed / "heliograph_relay/_resources").rglob("*")
        if path.is_file()
    }
    assert shipped == {
        path.relative_to(ROOT / "resources") for path in (ROOT / "resources").rglob("*") if path.is_file()
    }


def test_no_module_that_can_be_compiled_defines_a_shape() -> None:
    """mypyc drops the arguments of such classes without a word (docs/adr/0020)."""
    tree = ast.parse((PACKAGING / "compiled.py").read_text(encoding="utf-8"))
    (modules,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES"
    )
    for module in modules:
        text = (ROOT / "relay" / "heliograph_relay" / module).read_text(encoding="utf-8")
        classes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
        assert not [node.name for node in classes if "Struct" in map(ast.unparse, node.bases)], module
