"""The kernel by itself: elementary functions, settings, failures, and the same bits however it is called."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.carry import carried, infused_bodies

from livingdrug.body.events import row
from livingdrug.engine import _kernel
from livingdrug.engine.failure import Failure
from livingdrug.engine.integrate import ISA_VARIABLE, advance, instruction_set, instruction_sets, prepare
from livingdrug.engine.tolerances import state_scales
from livingdrug.errors import BadInput, UnknownName

N = 37
STATE, PARAMETERS = infused_bodies(N)
DAYS = np.array([0.5, 3.0, 9.0, 28.0, 90.0])
PARTS = ("state", "step_days", "failed", "n_steps", "n_rejected", "at_outputs")


def _both(isa, x):
    exponential, logarithm = np.empty_like(x), np.empty_like(x)
    _kernel.elementary(isa, x, exponential, logarithm)
    return exponential, logarithm


@pytest.mark.parametrize("isa", instruction_sets())
class TestExpAndLog:
    def test_exp_is_right_to_two_units_in_the_last_place(self, isa):
        x = np.concatenate([np.linspace(-708, 709, 200001), np.linspace(-1, 1, 20001)])
        found, _ = _both(isa, x)
        assert np.abs(found / np.exp(x) - 1).max() < 4.5e-16

    def test_log_is_right_to_two_units_in_the_last_place(self, isa):
        x = np.concatenate([np.geomspace(1e-300, 1e300, 200001), np.linspace(0.5, 2, 20001)])
        _, found = _both(isa, x)
        size = np.maximum(np.abs(np.log(x)), np.abs(x - 1) * (np.abs(x - 1) < 1e-3) + 1e-300)
        assert (np.abs(found - np.log(x)) / size).max() < 5e-16

    def test_the_edges_are_those_of_the_real_functions(self, isa):
        x = np.array([-709.0, -1e9, 710.0, np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0])
        exponential, logarithm = _both(isa, x)
        assert exponential[:2].tolist() == [0, 0]
        assert exponential[2:5].tolist() == [np.inf, np.inf, 0]
        assert np.isnan(exponential[5])
        assert exponential[6:8].tolist() == [1, 1]
        assert logarithm[3] == np.inf
        assert logarithm[8] == 0
        assert np.isnan(logarithm[[0, 1, 4, 5, 6, 7, 9]]).all()


def _same(one, other, columns=slice(None)):
    for name in PARTS:
        left, right = getattr(one, name)[..., columns], getattr(other, name)
        assert left.tobytes() == right.tobytes(), name


@pytest.mark.parametrize("isa", instruction_sets())
def test_a_patient_has_the_same_bits_alone_in_any_company_and_on_any_number_of_threads(isa, monkeypatch):
    monkeypatch.setenv(ISA_VARIABLE, isa)
    together = carried(STATE, PARAMETERS, 0.0, 365.0, output_days=DAYS)
    _same(together, carried(STATE, PARAMETERS, 0.0, 365.0, output_days=DAYS, threads=3))
    backwards = np.arange(N)[::-1]
    _same(together, carried(STATE, PARAMETERS, 0.0, 365.0, output_days=DAYS, rows=backwards))
    for i in (0, 17, N - 1):
        alone = carried(STATE[:, [i]], PARAMETERS[:, [i]], 0.0, 365.0, output_days=DAYS)
        _same(together, alone, [i])


def test_outputs_in_between_change_nothing_and_lie_on_the_course():
    """Interpolated states against steps that end on the output days."""
    with_outputs = carried(STATE, PARAMETERS, 0.0, 90.0, output_days=DAYS)
    assert with_outputs.state.tobytes() == carried(STATE, PARAMETERS, 0.0, 90.0).state.tobytes()
    scales = state_scales(PARAMETERS)
    for day, found in zip(DAYS, with_outputs.at_outputs, strict=True):
        landed = carried(STATE, PARAMETERS, 0.0, day, relative_tolerance=1e-10).state
        error = np.abs(found - landed) / (scales + np.abs(landed))
        assert np.quantile(error, 0.99) < 1e-4
        assert error.max() < 1e-3


def test_only_the_states_asked_for_are_kept_in_the_order_asked():
    every = carried(STATE, PARAMETERS, 0.0, 90.0, output_days=DAYS)
    two = carried(STATE, PARAMETERS, 0.0, 90.0, output_days=DAYS, output_states=("il6", "memory"))
    assert two.at_outputs.tobytes() == every.at_outputs[:, [row("il6"), row("memory")]].tobytes()
    with pytest.raises(UnknownName, match="il6"):
        carried(STATE, PARAMETERS, 0.0, 1.0, output_days=DAYS, output_states=("il7",))


def test_dense_output_at_the_first_and_last_day_is_the_state_itself():
    found = carried(STATE, PARAMETERS, 0.0, 7.0, output_days=np.array([0.0, 7.0]))
    assert found.at_outputs[0].tobytes() == STATE.tobytes()
    assert found.at_outputs[1] == pytest.approx(found.state, rel=1e-12)


def test_an_output_on_the_last_day_is_there_when_the_sum_of_day_and_step_rounds_below_it():
    chance = np.random.default_rng(3)
    for _ in range(20):
        first, last = chance.uniform(-0.1, -0.01), chance.uniform(0.001, 0.01)
        found = carried(STATE, PARAMETERS, first, last, output_days=np.array([last]), step_days=np.ones(N))
        assert found.at_outputs[0] == pytest.approx(found.state, rel=1e-12)


def test_an_output_outside_the_days_of_a_patient_is_unknown():
    found = carried(STATE, PARAMETERS, 0.0, 3.0, output_days=np.array([-5.0, 0.0, 1.0, 4.0]))
    known = np.isfinite(found.at_outputs).all(axis=(1, 2))
    assert known.tolist() == [False, True, True, False]


def test_going_on_with_the_step_of_each_patient_takes_fewer_steps_than_beginning_anew():
    first = carried(STATE, PARAMETERS, 0.0, 60.0)
    body, day = prepare(PARAMETERS), np.full(N, 60.0)
    goes_on = advance(first.state, body, day, day + 30, first.step_days)
    anew = advance(first.state, body, day, day + 30)
    assert goes_on.n_steps.sum() < anew.n_steps.sum()


def test_only_the_rows_asked_for_move():
    rows = np.array([3, 11])
    found = carried(STATE, PARAMETERS, 0.0, 5.0, rows=rows)
    others = np.delete(np.arange(N), rows)
    assert (found.state[:, others] == STATE[:, others]).all()
    assert (found.state[:, rows] != STATE[:, rows]).any(axis=0).all()
    assert found.n_steps[others].sum() == 0


@pytest.mark.parametrize(("threshold", "how_many"), [(1e300, "all"), (1.0, "some")])
@pytest.mark.parametrize("isa", instruction_sets())
def test_solving_with_exchange_of_rows_gives_the_same_course(isa, threshold, how_many, monkeypatch):
    """The careful way, forced on every step or on those of some lanes, against the quick one."""
    monkeypatch.setenv(ISA_VARIABLE, isa)
    quick = carried(STATE, PARAMETERS, 0.0, 30.0)
    careful = carried(STATE, PARAMETERS, 0.0, 30.0, least_pivot=threshold)
    assert quick.n_exchanged.sum() == 0
    assert careful.n_exchanged.sum() > 0
    assert (careful.n_exchanged == careful.n_steps).all() == (how_many == "all")
    scales = state_scales(PARAMETERS)
    assert (np.abs(quick.state - careful.state) / (scales + np.abs(quick.state))).max() < 1e-6


class TestFailures:
    def test_too_many_steps_marks_the_patient_and_keeps_the_last_good_state(self):
        found = carried(STATE, PARAMETERS, 0.0, 365.0, most_steps=5, output_days=DAYS)
        assert (found.failed == Failure.TOO_MANY_STEPS).all()
        assert np.isfinite(found.state).all()
        assert np.isnan(found.at_outputs[-1]).all()

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_a_state_that_is_not_finite_marks_its_patient_alone(self, bad):
        state = STATE.copy()
        state[row("il6"), 4] = bad
        found, good = carried(state, PARAMETERS, 0.0, 10.0), carried(STATE, PARAMETERS, 0.0, 10.0)
        assert found.failed.tolist() == [Failure.NOT_FINITE if i == 4 else 0 for i in range(N)]
        others = np.delete(np.arange(N), 4)
        assert found.state[:, others].tobytes() == good.state[:, others].tobytes()

    def test_a_parameter_that_is_not_finite_marks_its_patient_alone(self):
        parameters = PARAMETERS.copy()
        parameters[5, 2] = np.nan
        found = carried(STATE, parameters, 0.0, 10.0)
        assert found.failed.tolist() == [Failure.NOT_FINITE if i == 2 else 0 for i in range(N)]
        assert (found.state[:, 2] == STATE[:, 2]).all()

    def test_a_count_of_zero_has_no_logarithm(self):
        state = STATE.copy()
        state[row("neutrophils"), 1] = 0.0
        found = carried(state, PARAMETERS, 0.0, 10.0)
        assert found.failed[1] == Failure.NOT_FINITE
        assert (np.delete(found.failed, 1) == Failure.NONE).all()


class TestBadInput:
    def test_an_instruction_set_that_does_not_exist(self, monkeypatch):
        monkeypatch.setenv(ISA_VARIABLE, "avx3")
        with pytest.raises(UnknownName, match=r"LIVINGDRUG_ISA.*avx3"):
            carried(STATE, PARAMETERS, 0.0, 1.0)

    def test_the_fastest_is_the_default_and_a_wish_is_granted(self, monkeypatch):
        monkeypatch.delenv(ISA_VARIABLE, raising=False)
        assert instruction_set() == instruction_sets()[-1]
        monkeypatch.setenv(ISA_VARIABLE, "baseline")
        assert instruction_set() == "baseline"

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"day_to": np.nan}, "not finite"),
            ({"relative_tolerance": 0.0}, "relative_tolerance"),
            ({"threads": 0}, "threads"),
            ({"most_steps": 0}, "most_steps"),
            ({"least_pivot": np.nan}, "least_pivot"),
            ({"rows": np.ones(N, dtype=bool)}, "rows: got bool"),
            ({"rows": np.array([1, 1])}, "rows: expected each patient once"),
            ({"rows": np.array([N])}, "rows: expected each patient once"),
            ({"output_days": np.array([3.0, 2.0])}, "output_days"),
        ],
    )
    def test_settings_out_of_range(self, wrong, message):
        with pytest.raises(BadInput, match=message):
            carried(STATE, PARAMETERS, 0.0, **({"day_to": 1.0} | wrong))

    def test_sources_that_the_kernel_was_not_built_from(self):
        code = (
            "import livingdrug.engine._kernel as kernel; kernel.SOURCES_HASH = 'another';"
            "import livingdrug.engine.integrate"
        )
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "built from sources another" in ended.stderr
        assert "make setup" in ended.stderr


_LONG = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
import numpy as np
from tests.carry import infused_bodies
from livingdrug.engine.integrate import advance, prepare
state, parameters = infused_bodies(40)
many = np.tile(np.arange(40), 5000)
body, day = prepare(parameters[:, many]), np.zeros(len(many))
print("go", flush=True)
advance(state[:, many], body, day, day + 365, relative_tolerance=1e-11, threads=2)
"""


def test_ctrl_c_stops_a_run_at_once():
    with subprocess.Popen(
        [sys.executable, "-c", _LONG],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "go\n"
        time.sleep(0.5)
        assert running.poll() is None
        asked = time.monotonic()
        running.send_signal(signal.SIGINT)
        try:
            _, said = running.communicate(timeout=60)
        finally:
            running.kill()
    assert "KeyboardInterrupt" in said
    assert time.monotonic() - asked < 10
