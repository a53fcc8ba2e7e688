import numpy as np
import pytest

from livingdrug.body.construct import read_construct
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import known_only
from livingdrug.body.observe import NOISE_NAMES, draw_noise, observe
from livingdrug.body.sensitivities import least_systolic_mmhg
from livingdrug.body.start import tumour_cells_at_start
from livingdrug.body.support import neurological_signs, oxygen_support, pressure_support
from livingdrug.body.system import STATE_NAMES
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.observations import Consciousness, OxygenDevice

RULES = load_edition()
N = 2
QUIET = {name: np.zeros(N) for name in NOISE_NAMES}


def _who(indication=1):
    known = known_only(
        indication=np.full(N, indication, dtype=np.int8),
        age_years=np.array([50.0, 60.0]),
        weight_kg=np.full(N, 70.0),
        vector_copies_per_cell=np.full(N, 2.0),
        tumour_cells=np.full(N, 5e10),
        sum_product_diameters_cm2=np.full(N, 20.0),
    )
    draws = Draws(1, 0, N)
    return individual_parameters(known, read_construct(RULES), RULES, draws)


WHO = _who()


def _seen(who=WHO, tumour=5e10, without_cd19=0.0, **changes):
    state = who.initial_state.copy()
    for name, value in changes.items():
        state[STATE_NAMES.index(name)] = value
    cells, lacking = np.full(N, tumour), np.full(N, without_cd19)
    return observe(np.zeros(N), state, who.parameters, cells, lacking, who.sensitivities, QUIET, RULES)


def test_the_transgene_follows_the_share_of_car_t_cells_in_white_cells():
    seen = _seen(log_effector=np.log(5e10))
    car = 5e10 / 5e8
    expected = 151515 * 2 * car / (seen.white_cells_e9_per_l * 1000)
    assert seen.transgene_copies_per_ug == pytest.approx(expected)


def test_the_same_car_t_cells_give_more_copies_in_a_patient_with_fewer_neutrophils():
    full, few = _seen(log_effector=np.log(5e9)), _seen(log_effector=np.log(5e9), neutrophils=0.05)
    assert (few.transgene_copies_per_ug > full.transgene_copies_per_ug).all()


def test_a_transgene_below_the_limit_is_reported_as_none():
    assert (_seen().transgene_copies_per_ug == 0).all()
    assert (_seen(log_effector=np.log(1e5)).transgene_copies_per_ug == 0).all()


def test_a_quiet_patient_has_no_sign():
    seen = _seen()
    assert (seen.temperature_c < 37.5).all()
    assert (seen.fluid_bolus == 0).all()
    assert (seen.n_vasopressors == 0).all()
    assert (seen.oxygen_device == OxygenDevice.NONE).all()
    assert (seen.ice_score == 10).all()
    assert (seen.creatinine_x_baseline < 1.1).all()
    assert (seen.dialysis == 0).all()


def test_fever_follows_il6_and_tocilizumab_takes_it_away_while_the_level_stays():
    level = 2 * WHO.sensitivities.temperature_half_il6
    hot, treated = _seen(il6=level), _seen(il6=level, tocilizumab_mg=500.0)
    assert (hot.temperature_c > 38).all()
    assert (treated.temperature_c < hot.temperature_c - 1).all()
    assert (treated.il6_pg_per_ml == hot.il6_pg_per_ml).all()


def test_support_grows_with_the_signal_from_fluids_to_two_vasopressors():
    signal = np.linspace(0, 100, 400)
    who = _repeat(WHO.sensitivities, 400)
    fields, collapse = pressure_support(signal, who, RULES)
    assert (np.diff(collapse) > 0).all()
    assert (np.diff(fields["norepinephrine_ug_per_min"]) >= 0).all()
    assert set(fields["n_vasopressors"]) == {0, 1, 2}
    fluids_only = (fields["fluid_bolus"] == 1) & (fields["n_vasopressors"] == 0)
    assert fluids_only.any()
    assert (fields["systolic_mmhg"][fluids_only] < 90).all()
    assert (fields["systolic_mmhg"][fields["n_vasopressors"] > 0] >= 90).all()


def _repeat(record, n):
    return type(record)(**{name: np.repeat(value[:1], n) for name, value in vars(record).items()})


def test_oxygen_devices_come_in_order_of_need():
    fields = oxygen_support(np.linspace(0, 400, 2000), _repeat(WHO.sensitivities, 2000), RULES)
    devices = fields["oxygen_device"]
    assert (np.diff(devices[devices != OxygenDevice.FACE_MASK].astype(int)) >= 0).all()
    assert set(devices) == {
        OxygenDevice.NONE,
        OxygenDevice.LOW_FLOW_NASAL,
        OxygenDevice.FACE_MASK,
        OxygenDevice.HIGH_FLOW_NASAL,
        OxygenDevice.BIPAP,
        OxygenDevice.VENTILATOR,
    }
    nasal = devices == OxygenDevice.LOW_FLOW_NASAL
    assert (fields["fio2_percent"][nasal] < 50).all()
    assert (fields["fio2_percent"][devices == OxygenDevice.NONE] == 21).all()


def test_ice_falls_to_none_as_consciousness_goes():
    fields = neurological_signs(np.linspace(0, 50, 500), _repeat(WHO.sensitivities, 500), RULES)
    assert (np.diff(fields["ice_score"]) <= 0).all()
    assert fields["ice_score"][0] == 10
    assert fields["ice_score"][-1] <= 1
    assert set(fields["consciousness"]) == {c for c in Consciousness if c >= 0}
    assert (fields["capd_score"][fields["ice_score"] == 10] <= 2).all()


def test_the_pressure_limit_is_70_plus_twice_the_age_up_to_90():
    ages = np.array([0.5, 1.0, 5.0, 10.0, 60.0])
    assert least_systolic_mmhg(ages, RULES).tolist() == [72, 72, 80, 90, 90]


def test_lesion_size_is_the_baseline_at_the_start_and_follows_volume_to_the_two_thirds():
    assert _seen().sum_product_diameters_cm2 == pytest.approx([20, 20])
    assert _seen(tumour=5e10 / 8).sum_product_diameters_cm2 == pytest.approx([5, 5])
    assert (_seen(tumour=0.0).deauville_score == 1).all()
    assert (_seen(tumour=5e10).deauville_score == 5).all()
    assert np.isnan(_seen().marrow_blasts_percent).all()


def test_leukaemia_shows_blasts_and_no_lesion():
    who = _who(indication=0)
    half = RULES.number("body.observe.marrow_half_cells")
    seen = _seen(who=who, tumour=half)
    assert seen.marrow_blasts_percent == pytest.approx([50, 50])
    assert seen.mrd_fraction == pytest.approx([0.5, 0.5])
    assert np.isnan(seen.sum_product_diameters_cm2).all()
    assert (seen.new_lesion == -1).all()


def test_lysis_raises_urate_potassium_and_phosphate_and_lowers_calcium():
    calm, lysing = _seen(), _seen(lysis_products=1e11)
    assert (lysing.urate_mg_per_dl > calm.urate_mg_per_dl).all()
    assert (lysing.potassium_mmol_per_l > calm.potassium_mmol_per_l).all()
    assert (lysing.phosphate_mg_per_dl > calm.phosphate_mg_per_dl).all()
    assert (lysing.calcium_mg_per_dl < calm.calcium_mg_per_dl).all()
    assert (lysing.ldh_u_per_l > calm.ldh_u_per_l).all()


def test_what_the_body_does_not_decide_is_left_unknown():
    seen = _seen()
    assert (seen.fever_otherwise_explained == -1).all()
    assert (seen.anticytokine_given == -1).all()
    assert (seen.platelets_transfused == -1).all()
    assert np.isnan(seen.infection_grade).all()


def test_noise_is_addressed_by_measurement_and_time():
    one, other = draw_noise(Draws(1, 0, 3), 0), draw_noise(Draws(1, 0, 3), 1)
    assert set(one) == set(NOISE_NAMES)
    assert (one["transgene"] != other["transgene"]).all()


def test_the_burden_comes_from_the_volume_where_no_cells_are_handed_over():
    known = known_only(
        indication=np.array([1], dtype=np.int8),
        age_years=np.array([50.0]),
        weight_kg=np.array([70.0]),
        tumour_volume_ml=np.array([30.0]),
    )
    assert tumour_cells_at_start(known, RULES, Draws(1, 0, 1))[0] == 30e9


def test_a_sample_of_the_tumour_shows_which_share_of_its_cells_has_cd19():
    assert _seen().cd19_positive_percent == pytest.approx([100.0, 100.0])
    assert _seen(without_cd19=4e10).cd19_positive_percent == pytest.approx([20.0, 20.0])
    assert np.isnan(_seen(tumour=1e6, without_cd19=1e6).cd19_positive_percent).all()
    assert np.isnan(_seen(tumour=0.0).cd19_positive_percent).all()
