"""Customs of the code that a reviewer should not have to look for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from flask import Flask
from jinja2 import meta

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "tracker").rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
EDGES = ("routes.py", "commands.py", "jobs.py", "cli.py", "app.py", "scheduler.py", "serve.py")
NO_HOME = {"utils", "helpers", "common", "services", "base", "misc", "core"}

BANNED_CALLS = {"eval", "exec", "compile", "Markup", "render_template_string"}
BANNED_MODULES = {"pickle", "shelve", "marshal"}


def _trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def _is_edge(path: Path) -> bool:
    return path.name.endswith(EDGES) or "web" in path.parts or path.stem.endswith(("_page", "signed_in"))


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 60


def test_files_and_functions_stay_short_enough_to_read() -> None:
    too_long = []
    for path, tree in _trees():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE and path.name != "models.py":
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    assert too_long == []


def test_every_module_class_and_public_function_says_what_it_is_for() -> None:
    silent = []
    for path, tree in _trees():
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                # A view is told by its route and its template; a form by its fields.
                is_view = any("open_to" in ast.unparse(each) for each in node.decorator_list)
                is_form = isinstance(node, ast.ClassDef) and node.name.endswith("Form")
                if not ast.get_docstring(node) and not is_view and not is_form:
                    silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert silent == []


def test_only_edges_commit() -> None:
    committing = {
        str(path.relative_to(ROOT))
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit" and not _is_edge(path)
    }
    # Claim and settle are transactions by nature: nothing may be sent without a committed claim.
    assert {name for name in committing if not name.startswith("tracker/reminders/")} == set()


def test_nothing_dangerous_is_called() -> None:
    found = []
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in BANNED_CALLS and not ast.unparse(node.func).startswith("re."):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
                if ast.unparse(node.func) == "yaml.load" or any(
                    keyword.arg == "shell" and ast.unparse(keyword.value) == "True" for keyword in node.keywords
                ):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node.func)}")
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                found += [f"{path.relative_to(ROOT)}:{node.lineno}: {name}" for name in names & BANNED_MODULES]
    assert found == []


def test_no_module_is_named_for_nothing() -> None:
    assert [path for path in SOURCES if path.stem in NO_HOME or path.parent.name in NO_HOME] == []


def test_the_contracts_between_packages_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_linter_has_nothing_to_say() -> None:
    for arguments in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *arguments], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:]


def test_every_template_compiles_and_extends_what_exists(app: Flask) -> None:
    environment = app.jinja_env
    names = environment.list_templates(extensions=["html", "txt"])
    assert len(names) >= 30
    for name in names:
        source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
        environment.get_template(name)
        for referenced in meta.find_referenced_templates(environment.parse(source)):
            assert referenced is None or referenced in names, (name, referenced)
        assert "|safe" not in source.replace(" ", ""), name


def test_every_template_is_used(app: Flask) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    templates = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.*")}
    for path in templates:
        name = str(path.relative_to(ROOT / "templates"))
        elsewhere = code + "".join(text for other, text in templates.items() if other != path)
        by_folder = name.startswith("email/") and f'"{path.parent.name}"' in code
        assert name in elsewhere or by_folder, f"nobody uses {name}"
