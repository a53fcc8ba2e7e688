import json

import pytest
from tests.golden.scenario import DESIGNS, EDITIONS, GOLDEN_ISA, golden_file, small_trial

from livingdrug.engine.integrate import ISA_VARIABLE


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("design", DESIGNS)
def test_a_small_trial_gives_the_figures_it_gave(design, edition, monkeypatch):
    """Another processor may round a last digit differently; anything more is a change to be explained."""
    monkeypatch.setenv(ISA_VARIABLE, GOLDEN_ISA)
    expected, found = json.loads(golden_file(design).read_text())[edition], small_trial(design, edition)
    assert expected.keys() == found.keys()
    moved = [name for name in expected if not _same(found[name], expected[name])]
    assert not moved, f"moved: {moved}; if meant, run `make bless` and say why under Numbers in CHANGELOG.md"


def _same(found: list, expected: list) -> bool:
    return len(found) == len(expected) and all(map(_close, found, expected))


def _close(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return found == pytest.approx(expected, rel=1e-6, abs=1e-9)
