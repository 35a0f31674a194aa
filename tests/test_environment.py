"""The files that describe the environment agree, and name everything that the course imports."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import helpers

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COURSE = [Requirement(text) for text in PYPROJECT["project"]["dependencies"]]
TEACH = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["teach"]]
CLUSTER = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["cluster"]]
TEST = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["test"]]
SITE = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["site"]]
LOCK = [Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines()]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
WORKFLOW = ".github/workflows/check.yml"
QUICK = yaml.safe_load((ROOT / WORKFLOW).read_text())["jobs"]["quick"]
MACHINES = [
    dict(python_version=version, python_full_version=f"{version}.9", sys_platform=platform, os_name=name)
    for version in ("3.11", "3.12", "3.13", "3.14")
    for platform, name in [("linux", "posix"), ("darwin", "posix"), ("win32", "nt")]
]


def applies(requirement, machine):
    return requirement.marker is None or requirement.marker.evaluate(machine)


@pytest.mark.parametrize("declared", COURSE + TEACH + TEST + SITE, ids=str)
def test_every_dependency_is_locked_at_one_version_that_fits(declared):
    for machine in (machine for machine in MACHINES if applies(declared, machine)):
        locked = [pin for pin in LOCK if pin.name == declared.name and applies(pin, machine)]
        assert len(locked) == 1, f"{declared.name} on {machine}: {locked}"
        [pin] = locked[0].specifier
        assert pin.operator == "==" and declared.specifier.contains(pin.version), f"{declared} is locked at {pin}"


def test_the_lock_pins_each_package_exactly():
    assert all([pin.operator for pin in package.specifier] == ["=="] for package in LOCK)
    for machine in MACHINES:
        names = [package.name for package in LOCK if applies(package, machine)]
        assert len(names) == len(set(names))


def test_the_lock_has_nothing_for_graphics_cards():
    assert not [str(package) for package in LOCK if re.search("nvidia|triton|cuda", package.name)]


def test_torch_is_the_same_everywhere():
    versions = {str(package.specifier) for package in COURSE + LOCK if package.name == "torch"}
    versions |= {
        f"=={known['version']}" for known in PYPROJECT["tool"]["uv"]["dependency-metadata"] if known["name"] == "torch"
    }
    assert len(versions) == 1, versions


def test_conda_takes_the_lock_and_the_helpers():
    [python] = [item for item in CONDA if isinstance(item, str) and item.startswith("python=")]
    [pip] = [item["pip"] for item in CONDA if isinstance(item, dict)]
    assert Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier.contains(python.split("=")[1])
    assert "-r requirements.txt" in pip and "-e ." in pip
    assert [line for line in pip if not line.startswith("-")] == [], "versions belong in the lock"


def test_helpers_are_installed_from_this_folder():
    where = subprocess.run(
        [sys.executable, "-c", "import helpers; print(helpers.__file__)"],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()) == Path(helpers.__file__).resolve() == ROOT / "helpers" / "__init__.py"


def sources(folder):
    """Yield (file, Python source) of every module and of every notebook's code in a folder."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        yield file, file.read_text()
    for file in sorted((ROOT / folder).rglob("*.ipynb")):
        if not {".ipynb_checkpoints", "my_exercises"} & set(file.parts):
            cells = json.loads(file.read_text())["cells"]
            code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
            yield file, re.sub(r"^(\s*)[%!].*", r"\1pass", code, flags=re.MULTILINE)


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("folder", ["helpers", "notebooks", "tests", "tools", "bench"])
def test_every_import_is_declared(folder):
    ours = [path for own in ("tests", "tools", "bench") for path in (ROOT / own).rglob("*")]
    own = {"helpers", "tests"} | {path.stem for path in ours if path.suffix in ("", ".py")}
    owners = packages_distributions()
    undeclared = set()
    for file, source in sources(folder):
        outside = folder in ("tests", "tools", "bench")
        grading = TEACH + CLUSTER + SITE if "grading" in file.parts or outside else []
        declared = COURSE + grading + (TEST + SITE if outside else [])
        known = {canonicalize_name(requirement.name) for requirement in declared}
        for name in imported(source):
            from_known = known & {canonicalize_name(owner) for owner in owners.get(name, [name])}
            if not (name in sys.stdlib_module_names or name in own or from_known):
                undeclared.add(f"{file.relative_to(ROOT)} imports {name}")
    assert not undeclared


def test_the_citation_has_the_version_and_licences_of_pyproject():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = PYPROJECT["project"]
    assert citation["version"] == project["version"] and citation["title"] == project["description"]
    assert " AND ".join(citation["license"]) == project["license"]
    assert f"\n## {project['version']}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_no_other_page_repeats_the_version():
    """A version that is written twice is soon wrong in one place."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("notebooks/exercises/**/*.md")]
    assert not [page for page in pages if PYPROJECT["project"]["version"] in page.read_text()]


def test_what_pages_say_to_make_can_be_made():
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("no README.md yet")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = [*ROOT.glob("*.md"), *ROOT.glob("notebooks/exercises/**/*.md")]
    named = {page: set(re.findall(r"(?:`|^ *)make ([a-z]+)\b", page.read_text(), re.MULTILINE)) for page in pages}
    assert {page: words - targets for page, words in named.items() if words - targets} == {}
    assert {"lab", "test"} <= named[readme]
    for module in re.findall(r"-m helpers\.(\w+)", readme.read_text()):
        assert any((ROOT / "helpers" / file).exists() for file in (f"{module}.py", f"{module}/__main__.py"))
    for notebook in re.findall(r"notebooks[/\\][\w/\\]+\.ipynb", readme.read_text()):
        assert (ROOT / notebook.replace("\\", "/")).exists(), notebook


def test_the_makefiles_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    assert re.findall(r"^([a-z]+):.*## \w", makefile, re.MULTILINE) == targets
    assert sorted(re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[1].split()) == sorted(targets)
    assert set(re.search(r"^PARTS = (.*)", makefile, re.MULTILINE)[1].split()) < set(targets)


def test_every_part_of_the_tests_has_its_marker_and_no_test_is_left_out():
    chosen = re.findall(r'-m "(.*?)"', (ROOT / "Makefile").read_text())
    assert chosen == ["not slow and not kernel and not browser", "slow or kernel"]
    registered = {line.split(":")[0] for line in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert registered == {"slow", "kernel", "browser"}
    for file in (ROOT / "tests" / "browser").glob("test_*.py"):
        assert re.search(r"^pytestmark = .*pytest\.mark\.browser", file.read_text(), re.MULTILINE), file


def test_readme_makefile_and_workflow_name_the_same_pythons():
    [said] = re.findall(r"^With Python (3[^a-z]*or 3\.\d+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    [made] = re.findall(r"^PYTHONS = (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"3\.\d+", said) == made.split() == QUICK["strategy"]["matrix"]["python"]
    assert Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier.contains(made.split()[0])


def test_readme_names_the_computers_without_pytorch():
    start = (ROOT / "README.md").read_text().partition("## Start")[2].partition("<details>")[0]
    assert all(word in start for word in ("64-bit", "Alpine", "Macs with an Intel chip", "Binder or Codespaces"))


def test_the_workflow_runs_what_the_makefile_runs():
    """Windows has no make there: its three lines must be those of `make quick`."""
    steps = "\n".join(step.get("run", "") for step in QUICK["steps"])
    [quick] = re.findall(r"^quick:.*\n\t\$\(PYTEST\) (.*) \$\(ARGS\)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"-m pytest {quick}" in steps and "make quick" in steps
    assert all((ROOT / file).exists() for file in re.findall(r"\.ci/\w+", (ROOT / WORKFLOW).read_text()))


def test_ci_names_files_that_exist():
    for script in (ROOT / ".ci").iterdir():
        named = re.findall(r"(?:tests|\.ci)/[\w./]+", script.read_text())
        assert named and not [file for file in named if not (ROOT / file).exists()], script


def ask(*options):
    """Run `python -m helpers`. Returns its exit code and its lines."""
    answer = subprocess.run(
        [sys.executable, *options, "-m", "helpers"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert answer.stderr == ""
    return answer.returncode, answer.stdout.splitlines()


@pytest.mark.kernel
def test_everything_a_lesson_needs_is_in_place():
    code, lines = ask()
    assert code == 0 and [line.split()[0] for line in lines] == ["ok"] * 6, "\n".join(lines)


def test_without_packages_each_line_names_what_mends_it():
    code, lines = ask("-S")
    assert code == 1 and len(lines) == 6
    assert all("to fix this: " in line for line in lines if line.startswith("not ok"))
    assert sum(line.startswith("not ok") for line in lines) == 4
