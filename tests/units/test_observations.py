import dataclasses

import numpy as np
import pytest

from livingdrug.errors import BadInput
from livingdrug.observations import (
    ALL_FIELDS,
    CODE_FIELDS,
    FLAG_FIELDS,
    FLOAT_FIELDS,
    Observations,
    at_time,
    empty_observations,
    stack_times,
)


def test_nothing_is_known_of_an_empty_record():
    empty = empty_observations((2, 3))
    for name in FLOAT_FIELDS:
        assert np.isnan(getattr(empty, name)).all()
    for name in (*FLAG_FIELDS, *CODE_FIELDS):
        column = getattr(empty, name)
        assert column.dtype == np.int8
        assert (column == -1).all()
    assert empty.day.shape == (2, 3)


def test_every_field_is_a_number_a_flag_or_a_code_and_only_one_of_them():
    groups = [*FLOAT_FIELDS, *FLAG_FIELDS, *CODE_FIELDS]
    assert sorted(groups) == sorted(ALL_FIELDS)
    assert {field.name for field in dataclasses.fields(Observations)} == set(groups)


def test_each_code_has_an_unknown_of_minus_one_and_then_counts_from_zero():
    for codes in CODE_FIELDS.values():
        assert [int(code) for code in codes] == list(range(-1, len(codes) - 1))


def test_columns_of_an_empty_record_are_not_shared():
    empty = empty_observations(2)
    empty.temperature_c[0] = 39.0
    assert np.isnan(empty.systolic_mmhg[0])


def test_stacking_times_and_taking_one_gives_the_record_back():
    records = [
        dataclasses.replace(
            empty_observations(2),
            temperature_c=np.array([37.0 + j, np.nan]),
            fluid_bolus=np.array([j, -1], dtype=np.int8),
        )
        for j in range(2)
    ]
    stacked = stack_times(records)
    assert stacked.temperature_c.shape == (2, 2)
    assert stacked.fluid_bolus.dtype == np.int8
    for j, record in enumerate(records):
        for name in ALL_FIELDS:
            np.testing.assert_array_equal(getattr(at_time(stacked, j), name), getattr(record, name))


def test_no_time_cannot_be_stacked():
    with pytest.raises(BadInput, match="at least one record"):
        stack_times([])
