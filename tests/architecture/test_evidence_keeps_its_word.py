"""What the evidence says about itself is so: what was checked, what the brief leaves out, what changed."""

import pytest

from livingdrug.evidence import library, load_edition, load_table

SECOND_HAND = {
    "atc_index",
    "awasthi_2025",
    "bai_2022",
    "car_t_source_notes",
    "cartox_review_2022",
    "cockcroft_gault_1976",
    "corrected_calcium_formula",
    "dubois_1916",
    "fardet_2014",
    "friberg_2002",
    "hines_2023",
    "iec_hs_news_2026",
    "lee_2014",
    "livingdrug_model",
    "mosteller_1987",
    "neurology_review_crs",
    "nccn_transcription_2025",
    "rejeski_2021",
    "sorror_2005",
}
"""Read in a transcription or from memory only: a value that rests on one carries no checked date."""


def _checked_places():
    """Yield (place, source) of every value, version and row that carries a checked date."""
    shelf = library()
    for key, entry in shelf.entries.items():
        if entry.checked:
            yield key, entry.source
        for edition, said in entry.by_edition.items():
            if said.checked:
                yield f"{key} ({edition})", said.source or entry.source
    for name, rows in shelf.tables.items():
        for line, row in enumerate(rows, start=2):
            if row.get("checked"):
                yield f"{name}: line {line}", row["source"]


def test_nothing_read_second_hand_or_assumed_claims_to_have_been_checked():
    kinds = {name: source.kind for name, source in library().sources.items()}
    unfit = [p for p, source in _checked_places() if source in SECOND_HAND or kinds[source] == "assumption"]
    assert set(kinds) >= SECOND_HAND
    assert unfit == []


@pytest.mark.parametrize(
    ("key", "edition"),
    [
        ("label.monitoring.first_week.frequency", "us_2017_08"),
        ("label.monitoring.donation.never", "us_2017_08"),
        ("scales.management_crs.methylprednisolone_mg_per_kg_per_day", "us_2018_05"),
        ("scales.management_crs.algorithm", "us_2022_05"),
        ("scales.management_icans.algorithm", "us_2024_04"),
        ("label.overview.name.ndc_lymphoma", "us_2025_06"),
        ("label.timeline.regulatory.us_supplement_860", "us_2025_06"),
        ("course.manufacturing.release.car_share_low", "us_2025_06"),
    ],
)
def test_what_the_sheets_mark_as_memory_or_second_hand_is_unverified(key, edition):
    assert load_edition(edition).sourced(key).checked is None


@pytest.mark.parametrize("indication", ["all", "lbcl", "fl"])
@pytest.mark.parametrize("side", ["low", "high"])
def test_the_brief_has_no_flat_dose_band_but_the_merged_one(indication, side):
    brief = load_edition("brief")
    assert brief.sourced(f"label.dose.{indication}.{side}").value is None
    assert brief.number(f"label.dose.merged.{side}") > 0


def test_every_parameter_of_the_prototype_stands_unchanged_or_says_why_it_does_not():
    rules = load_edition()
    silent = []
    for row in load_table("body.prototype"):
        stands = bool(row["key"]) and rules.number(row["key"]) == float(row["prototype"])
        if not stands and not row["change"]:
            silent.append(f"{row['parameter']} ({row['indication']}): {row['key']}")
    assert silent == []


def test_a_published_figure_is_kept_as_printed_even_where_its_count_disagrees():
    row = next(r for r in load_table("targets.targets") if r["id"].startswith("pulsipher_cd19_negative"))
    assert row["value"] == "88"
    assert "92 percent" in row["note"]
