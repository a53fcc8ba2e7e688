"""Nothing in the repository depends on one machine or names a package registry's host."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {"__pycache__", "build", "dist", "results"}
# Written in halves, so that this file does not find itself.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "com"),
        ("deb", "debian"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("proxy", "golang"),
        ("download", "pytorch"),
        ("maven", "org"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.:/])/" + r"(work|root|home|Users|opt)/")


def _is_ours(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    hidden = any(part.startswith(".") and part != ".ci" for part in folders)
    return (
        not hidden and not NOT_OURS & set(folders) and not any(part.endswith(".egg-info") for part in folders)
    )


FILES = sorted(path for path in ROOT.rglob("*") if path.is_file() and _is_ours(path))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_files_that_matter_are_looked_at():
    assert {"Makefile", "README.md", ".ci/run", "pyproject.toml", "requirements.lock"} <= {
        _name(p) for p in FILES
    }


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_names_no_registry_host_and_no_path_of_a_machine(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    assert [host for host in REGISTRY_HOSTS if host in text] == []
    found = MACHINE_PATH.search(text)
    assert found is None, f"line {text.count(chr(10), 0, found.start()) + 1}: {found.group()}"
