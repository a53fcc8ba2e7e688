"""The tree holds: layers, no cycle, a light root, and public names that are complete."""

import ast
import graphlib
import importlib
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "livingdrug"
MODULES = sorted(PACKAGE.rglob("*.py"))
TOP_LEVEL = {path.stem for path in PACKAGE.iterdir()}
INITS = [path for path in MODULES if path.name == "__init__.py"]
HEAVY = ("lifelines", "matplotlib", "pandas", "rich", "scipy")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {line.split(".")[0] for line in answer.stdout.splitlines()}


def _exported(tree: ast.Module) -> set[str]:
    """Return what a package offers: ``from x import Y as Y``, and public functions and classes."""
    nodes = [node for top in tree.body for node in (top.body if isinstance(top, ast.If) else [top])]
    names = {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return names | {name for name in defined if not name.startswith("_")}


def _listed(tree: ast.Module) -> list[str]:
    """Return ``__all__`` as it is written, empty when there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


def _place(name: str) -> tuple[int, str]:
    """Order of names as ruff sorts them: CONSTANTS, Classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_the_import_contracts_are_kept(capsys):
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_module_imports_itself_through_others():
    graph = grimp.build_graph("livingdrug", cache_dir=None, exclude_type_checking_imports=True)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    order = list(graphlib.TopologicalSorter(imported).static_order())
    assert len(order) >= len(MODULES)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_module_imports_the_package_root(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert "livingdrug" not in [alias.name for alias in node.names], f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            names = [alias.name for alias in node.names] if node.module == "livingdrug" else []
            assert set(names) <= TOP_LEVEL, f"line {node.lineno}: only modules come from the root"


def test_importing_the_root_loads_nothing_heavy():
    loaded = _loaded_by("import livingdrug")
    assert "livingdrug" in loaded
    assert not loaded & {*HEAVY, "numpy", "pydantic"}


@pytest.mark.parametrize("name", ["load_edition", "sample_patients", "run_course"])
def test_a_course_needs_neither_pictures_nor_survival_estimates_nor_a_terminal(name):
    loaded = _loaded_by(f"from livingdrug import {name}")
    assert not loaded & {"lifelines", "matplotlib", "rich"}


@pytest.mark.parametrize("path", INITS, ids=_name)
def test_the_public_names_of_a_package_are_sorted_and_complete(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = _listed(tree)
    assert set(listed) == _exported(tree)
    assert listed == sorted(listed, key=_place)


def test_every_public_name_of_the_root_is_there():
    root = importlib.import_module("livingdrug")
    assert set(root._HOMES) == set(root.__all__)
    assert list(root._HOMES) == root.__all__
    for name in root.__all__:
        assert getattr(root, name) is not None
        assert name in dir(root)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = root.nonsense
