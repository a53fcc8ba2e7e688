"""The guide's sentences as they are written, and plain words for the evidence's own."""

import functools
import tomllib
from importlib.resources import files
from typing import Any

from livingdrug.evidence import Edition


@functools.cache
def sentences() -> dict[str, Any]:
    """Return the guide's sentences as they are written."""
    text = files("livingdrug.bedside.guide").joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def plain(word: object) -> str:
    """Return the plain words for a word of the evidence, or the word itself."""
    return sentences()["plain"].get(str(word), str(word))


def joined(words: list[str], last: str) -> str:
    """Write several things in one sentence: a, b or c."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def stated(rules: Edition, key: str) -> bool:
    """Return whether an edition says something other than no."""
    return rules.sourced(key).value not in (None, False)
