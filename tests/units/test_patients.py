"""Patients: reading, checking and sampling."""

import dataclasses

import numpy as np
import pytest

from livingdrug.draws import Draws
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import load_edition
from livingdrug.patients import (
    Histology,
    Indication,
    Sex,
    check_patients,
    columns,
    patient_from_table,
    read_patient_toml,
    read_patients_csv,
    sample_patients,
    unknown_patients,
)
from livingdrug.patients.record import COLUMNS
from livingdrug.tables import to_pandas

N = 4000
MINIMAL = {"indication": "LBCL", "age_years": 60, "weight_kg": 80}


@pytest.fixture(scope="module")
def rules():
    return load_edition()


@pytest.fixture(scope="module")
def juliet(rules):
    return sample_patients("juliet", Draws(seed=7, first=0, n=N), rules)


def test_the_schema_names_every_column_of_the_record_once():
    assert set(columns()) == set(COLUMNS)


def test_a_blank_patient_is_unknown_in_every_column():
    blank = unknown_patients(3)
    assert len(blank) == 3
    assert np.isnan(blank.weight_kg).all()
    assert (blank.hiv == -1).all()
    assert blank.sex.dtype == np.int8


def test_indications_have_the_keys_of_the_evidence():
    assert [member.key for member in Indication] == ["all", "lbcl", "fl"]


@pytest.mark.parametrize("weight", [50.0, 50.1])
def test_weights_around_the_dose_band_are_accepted_as_they_are(weight):
    assert patient_from_table(MINIMAL | {"weight_kg": weight}, "x").weight_kg[0] == weight


@pytest.mark.parametrize("age", [25, 26])
def test_ages_around_the_limit_of_leukaemia_are_accepted_as_patients(age):
    assert patient_from_table(MINIMAL | {"age_years": age}, "x").age_years[0] == age


def test_a_weight_of_zero_is_refused_with_field_value_and_range():
    with pytest.raises(BadInput, match=r"weight_kg: got 0, expected 2 to 300 kg"):
        patient_from_table(MINIMAL | {"weight_kg": 0}, "x")


def test_an_unknown_field_is_named_with_the_nearest_that_exists():
    with pytest.raises(BadInput, match="weigth_kg: unknown field, did you mean weight_kg"):
        patient_from_table(MINIMAL | {"weigth_kg": 80}, "x")


def test_a_missing_test_result_stays_unknown():
    patient = patient_from_table(MINIMAL | {"hiv": "unknown"}, "x")
    assert patient.hiv[0] == -1
    assert patient.pregnancy_test[0] == -1
    assert np.isnan(patient.lvef_percent[0])


@pytest.mark.parametrize("missing", ["indication", "age_years", "weight_kg"])
def test_what_must_be_known_is_asked_for(missing):
    with pytest.raises(BadInput, match=f"{missing}: missing"):
        patient_from_table({name: value for name, value in MINIMAL.items() if name != missing}, "x")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("hiv", "perhaps", "yes, no or unknown"),
        ("sex", "X", "one of FEMALE, MALE"),
        ("prior_lines", 2.5, "a whole number 0 to 20"),
        ("age_years", True, "0 to 110 year"),
        ("spo2_percent", 101, "40 to 100 percent"),
        ("crp_mg_per_l", "high", "0 to 800"),
        ("crp_mg_per_l", "inf", "0 to 800"),
    ],
)
def test_values_that_cannot_be_are_refused_with_what_was_expected(field, value, expected):
    with pytest.raises(BadInput, match=f"{field}: got .*expected {expected}"):
        patient_from_table(MINIMAL | {field: value}, "x")


def test_names_and_flags_are_read_in_usual_spellings():
    patient = patient_from_table(
        MINIMAL | {"histology": "DLBCL NOS", "sex": "female", "refractory": True, "hiv": "no"}, "x"
    )
    assert patient.histology[0] == Histology.DLBCL_NOS
    assert patient.sex[0] == Sex.FEMALE
    assert (patient.refractory[0], patient.hiv[0]) == (1, 0)


def test_all_faults_of_a_csv_file_are_listed_with_their_lines(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text(
        "indication,age_years,weight_kg,hiv,ferritine\nLBCL,60,0,yes,\nLBCL,abc,80,maybe,\nFL,,70,,\n"
    )
    with pytest.raises(BadInput) as caught:
        read_patients_csv(path)
    message = str(caught.value)
    assert "cohort.csv: 5 fault(s)" in message
    assert "line 2: weight_kg: got '0'" in message
    assert "line 3: age_years: got 'abc'" in message
    assert "line 3: hiv: got 'maybe'" in message
    assert "line 4: age_years: missing" in message
    assert "ferritine: unknown field, did you mean ferritin_ug_per_l" in message


def test_a_csv_file_is_read_row_by_row(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("indication,age_years,weight_kg,hiv,ldh_u_per_l\nLBCL,60,80,no,300\nALL,12,41.5,,\n")
    patients = read_patients_csv(path)
    assert patients.indication.tolist() == [Indication.LBCL, Indication.ALL]
    assert patients.weight_kg.tolist() == [80.0, 41.5]
    assert patients.hiv.tolist() == [0, -1]
    assert patients.ldh_u_per_l[0] == 300
    assert np.isnan(patients.ldh_u_per_l[1])


def test_a_csv_row_with_too_many_fields_or_no_rows_at_all_is_refused(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("indication,age_years,weight_kg\nLBCL,60,80,1\n")
    with pytest.raises(BadInput, match="line 2: more fields"):
        read_patients_csv(path)
    path.write_text("indication,age_years,weight_kg\n")
    with pytest.raises(BadInput, match="no patients"):
        read_patients_csv(path)


def _refusal_of(path, content, read=read_patients_csv):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


HEADER = "indication,age_years,weight_kg\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no patients: expected a header and one line a patient"),
        ("indication,age_years\nLBCL,60\n", "weight_kg: no such column, expected 2 to 300 kg"),
        ("indication,age_years,weight_kg,weight_kg\nLBCL,60,80,90\n", "weight_kg: in the header 2 times"),
        (HEADER.replace("\n", ",\n") + "LBCL,60,80,\n", "'': unknown field"),
        (HEADER + "LBCL,sixty,80\n", "line 2: age_years: got 'sixty', expected 0 to 110 year"),
        (HEADER + "LBCL,-5,80\n", "line 2: age_years: got '-5', expected 0 to 110 year"),
        (HEADER + "LBCL,60,nan\n", "line 2: weight_kg: missing, expected 2 to 300 kg"),
        (HEADER + "LBCL,60,8_0\n", "line 2: weight_kg: got '8_0', expected 2 to 300 kg"),
        (HEADER + 'LBCL,60,"80,5"\n', "line 2: weight_kg: got '80,5', expected 2 to 300 kg"),
        (HEADER + "MCL,60,80\n", "line 2: indication: got 'MCL', expected one of ALL, LBCL, FL"),
        (HEADER + "LBCL,60\n", "line 2: weight_kg: missing"),
        (HEADER + "\nLBCL,60,80\n\nLBCL,60,0\n", "line 5: weight_kg: got '0'"),
        (HEADER + 'LBCL,60,"80\n', "after line 1: unexpected end of data"),
        (HEADER.encode() + b"LBCL,60,80\xff\n", "expected UTF-8 text"),
    ],
)
def test_a_faulty_csv_file_is_refused_with_file_line_field_value_and_expectation(tmp_path, content, message):
    assert message in _refusal_of(tmp_path / "cohort.csv", content)


def test_a_missing_column_is_said_once_and_not_in_every_line(tmp_path):
    assert "1 fault(s)" in _refusal_of(tmp_path / "cohort.csv", "indication,age_years\n" + "LBCL,60\n" * 9)


def test_a_byte_order_mark_and_spaces_in_the_header_do_no_harm(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("\ufeffindication, age_years, weight_kg\nLBCL, 60, 80\n", encoding="utf-8")
    assert read_patients_csv(path).weight_kg.tolist() == [80.0]


@pytest.mark.parametrize(("read", "kind"), [(read_patients_csv, "CSV"), (read_patient_toml, "TOML")])
def test_files_that_cannot_be_read_are_named(tmp_path, read, kind):
    with pytest.raises(BadInput, match=f"absent: cannot be read: No such file.*, expected a {kind} file"):
        read(tmp_path / "absent")
    with pytest.raises(BadInput, match=f"cannot be read: Is a directory, expected a {kind} file"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[patient\n", "cannot be read: Expected"),
        (b'[patient]\nindication = "\xff"\n', "expected UTF-8 text"),
        ("patient = [1]\n", "expected the fields of one patient in a table [patient]"),
        ('[patient]\nindication = "FL"\nage_years = 61\nweight_kg = [70]\n', "weight_kg: got [70], expected"),
        (
            "[patient]\nindication = 1\nage_years = 61\nweight_kg = 70\n",
            "indication: got 1, expected one of ALL",
        ),
    ],
)
def test_a_faulty_toml_file_is_refused_alike(tmp_path, content, message):
    assert message in _refusal_of(tmp_path / "patient.toml", content, read_patient_toml)


def test_one_patient_is_read_from_the_patient_table_of_a_toml_file(tmp_path):
    path = tmp_path / "patient.toml"
    path.write_text('[patient]\nindication = "fl"\nage_years = 61\nweight_kg = 70.5\nrefractory = true\n')
    patient = read_patient_toml(path)
    assert len(patient) == 1
    assert patient.indication[0] == Indication.FL
    assert patient.refractory[0] == 1
    path.write_text("[patent]\nage_years = 61\n")
    with pytest.raises(BadInput, match=r"got patent, expected .* \[patient\]"):
        read_patient_toml(path)


def test_arrays_typed_in_are_checked_like_files():
    patients = dataclasses.replace(
        unknown_patients(2),
        indication=np.array([1, 1], dtype=np.int8),
        age_years=np.array([50.0, 300.0]),
        weight_kg=np.array([80.0, np.nan]),
    )
    with pytest.raises(BadInput) as caught:
        check_patients(patients, "here")
    assert "row 1: age_years: got 300" in str(caught.value)
    assert "row 1: weight_kg: missing" in str(caught.value)
    with pytest.raises(BadInput, match="hiv: shape"):
        check_patients(dataclasses.replace(patients, hiv=np.zeros(3, dtype=np.int8)), "here")


def test_an_unknown_baseline_is_refused_with_the_known_ones(rules):
    with pytest.raises(UnknownName, match="juliet"):
        sample_patients("julia", Draws(1, 0, 2), rules)


def test_the_sampled_medians_are_the_published_ones(juliet):
    """Within 4 standard errors of the median: 1.25 sd / sqrt(n) on the scale of the spread."""
    for values, median, sd in (
        (juliet.age_years, 56.0, 12.0),
        (np.log(juliet.weight_kg), np.log(78.0), 0.2),
        (np.log(juliet.tumour_volume_ml), np.log(56.0), 1.04),
        (np.log(juliet.crp_mg_per_l), np.log(15.0), 1.2),
    ):
        assert abs(np.median(values) - median) < 4 * 1.2533 * sd / np.sqrt(N)
    assert np.median(juliet.prior_lines) == 3


def test_the_sampled_shares_are_the_published_ones(juliet):
    """Within 4 binomial standard errors."""
    for mask, share in (
        (juliet.histology == Histology.DLBCL_NOS, 0.78),
        (juliet.histology == Histology.TRANSFORMED_FOLLICULAR, 0.22),
        (juliet.refractory == 1, 0.56),
        (juliet.prior_autologous_transplant == 1, 0.49),
        (juliet.prior_lines >= 3, 0.51),
    ):
        assert abs(mask.mean() - share) < 4 * np.sqrt(share * (1 - share) / N)


def test_the_sampled_patients_lie_within_the_limits_of_the_trial(juliet):
    assert juliet.age_years.min() >= 22
    assert juliet.age_years.max() <= 74
    assert juliet.weight_kg.min() >= 38.3
    assert juliet.weight_kg.max() <= 186.7
    assert juliet.anc_e9_per_l.min() > 1
    assert juliet.alc_e9_per_l.min() >= 0.3
    assert juliet.cd3_cells_per_ul.min() > 150
    assert juliet.platelets_e9_per_l.min() >= 50
    assert juliet.haemoglobin_g_per_dl.min() > 8
    assert juliet.creatinine_clearance_ml_per_min.min() >= 60
    assert juliet.alt_x_uln.max() <= 5
    assert juliet.lvef_percent.min() >= 45
    assert juliet.spo2_percent.min() > 91
    assert np.isin(juliet.performance_ecog, [0, 1]).all()


def test_tumour_burden_goes_with_ldh_crp_and_lesion_size(juliet):
    volume = np.log(juliet.tumour_volume_ml)
    for other, r in (
        (juliet.ldh_u_per_l, 0.6),
        (juliet.crp_mg_per_l, 0.5),
        (juliet.sum_product_diameters_cm2, 0.85),
    ):
        assert abs(np.corrcoef(volume, np.log(other))[0, 1] - r) < 4 / np.sqrt(N)


def test_derived_columns_follow_from_the_others(juliet):
    rest = juliet.white_cells_e9_per_l - juliet.anc_e9_per_l - juliet.alc_e9_per_l
    assert (rest > 0).all()
    assert (juliet.cd3_cells_per_ul <= 950.0001 * juliet.alc_e9_per_l).all()
    factor = np.where(juliet.sex == Sex.FEMALE, 0.85, 1.0)
    expected = (140 - juliet.age_years) * juliet.weight_kg * factor / (72 * juliet.creatinine_mg_per_dl)
    np.testing.assert_allclose(juliet.creatinine_clearance_ml_per_min, expected, rtol=1e-12)
    tested = juliet.pregnancy_test == 0
    assert (tested == ((juliet.sex == Sex.FEMALE) & (juliet.age_years < 50))).all()
    assert (juliet.pregnancy_test[~tested] == -1).all()


def test_patients_become_a_frame_of_all_columns(juliet):
    assert list(to_pandas(juliet).columns) == list(COLUMNS)
