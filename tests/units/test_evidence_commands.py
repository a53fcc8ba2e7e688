"""The evidence commands: what they print, and how they refuse a bad name."""

import pytest
from click.testing import CliRunner, Result

from livingdrug.cli_evidence import evidence
from livingdrug.evidence import library, load_edition, queries

LABELS = ("us_2017_08", "us_2018_05", "us_2022_05", "us_2024_04", "us_2025_06", "eu_current")


def run(*words: str) -> Result:
    return CliRunner().invoke(evidence, words)


def says(edition: str, key: str):
    return load_edition(edition).sourced(key).value


def test_show_gives_value_source_place_and_all_editions():
    answer = run("show", "label.monitoring.driving.weeks")
    assert answer.exit_code == 0
    for part in ("2 weeks", "8 weeks", "eu_current", "revised June 2025", "section 17", "2026-11-22"):
        assert part in answer.output


def test_show_under_an_edition_gives_what_that_edition_says():
    answer = run("show", "label.monitoring.driving.weeks", "--edition", "eu_current")
    assert "8 weeks" in answer.output
    assert "2 weeks" not in answer.output
    assert "section 4.7" in answer.output


def test_show_of_a_group_lists_every_value_below_it():
    answer = run("show", "label.monitoring")
    below = [key for key in library().entries if key.startswith("label.monitoring.")]
    assert len(below) >= 25
    assert len(queries.show("label.monitoring")) == len(below)
    for word in ("caregiver.", "donation.never", "proximity."):
        assert word in answer.output


def test_show_of_a_table_prints_its_rows_and_notes():
    answer = run("show", "label.infections", "--edition", "us_2025_06")
    assert answer.exit_code == 0
    assert "haemophagocytic" in answer.output
    assert "More than a year after the infusion" in answer.output
    assert "212" not in answer.output


@pytest.mark.parametrize("command", [("show", "label.dose"), ("assumptions",), ("overview",)])
def test_an_answer_under_the_default_edition_warns_of_the_revision_of_december_2025(command):
    assert "revised in 12/2025" in run(*command).output


def test_the_difference_between_brief_and_label_reads_well():
    answer = run("diff", "brief", "us_2025_06")
    assert answer.exit_code == 0
    text = " ".join(answer.output.split())
    assert "No driving, at least [label.monitoring.driving.weeks]" in text
    assert "brief 8 weeks product_brief: statement 22" in text
    assert "us_2025_06 2 weeks us_pi_2025_06: section 17" in text
    assert "Warning (brief)" in text
    assert "Warning (us_2025_06)" in text
    assert max(len(line.rstrip()) for line in answer.output.splitlines()) <= 100


def test_the_difference_is_empty_between_an_edition_and_itself():
    assert queries.difference("us_2025_06", "us_2025_06") == ()


@pytest.mark.parametrize(
    "key",
    [
        "label.monitoring.driving.weeks",
        "label.monitoring.driving.machinery_weeks",
        "label.monitoring.proximity.weeks_longest",
        "label.monitoring.caregiver.hours_per_day",
        "label.overview.site.certified_required",
        "label.overview.boxed_warning.risks",
        "label.overview.organ_impairment.dose_adjustment",
        "label.dose.merged.high",
    ],
)
def test_where_the_brief_is_dated_or_merged_the_difference_shows_it(key):
    assert key in {point.key for point in queries.difference("brief", "us_2025_06")}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("label.monitoring.driving.weeks", (8, 8, 8, 8, 2, 8)),
        ("label.monitoring.driving.machinery_weeks", (8, 8, 8, 8, None, 8)),
        ("label.monitoring.proximity.weeks", (4, 4, 4, 4, 2, 4)),
        ("label.monitoring.proximity.travel_hours", (2, 2, 2, 2, None, 2)),
        ("label.monitoring.first_week.visits_at_least", (2, 2, 2, 2, 7, 2)),
        ("label.monitoring.symptom_watch.weeks", (4, 4, 4, 4, 2, None)),
        ("label.overview.site.rems_required", (True, True, True, True, False, False)),
        ("label.overview.site.certified_required", (True, True, True, True, False, True)),
        ("label.overview.boxed_warning.present", (True, True, True, True, True, False)),
        ("label.overview.approved.fl", (None, None, "2022-05-27", "2022-05-27", "2022-05-27", None)),
    ],
)
def test_what_each_label_edition_says(key, expected):
    assert tuple(says(edition, key) for edition in LABELS) == expected


def test_the_brief_says_what_it_said():
    assert says("brief", "label.monitoring.driving.weeks") == 8
    assert says("brief", "label.monitoring.proximity.weeks") == 2
    assert says("brief", "label.monitoring.proximity.weeks_longest") == 4
    assert says("brief", "label.monitoring.caregiver.hours_per_day") == 24
    assert says("brief", "label.overview.site.certified_required") is True


@pytest.mark.parametrize(("edition", "n"), [("us_2017_08", 2), ("us_2022_05", 2), ("us_2024_04", 3)])
def test_t_cell_malignancy_enters_the_boxed_warning_in_april_2024(edition, n):
    risks = says(edition, "label.overview.boxed_warning.risks")
    assert len(risks) == n
    assert ("T-cell" in risks[-1]) == (n > 2)


def test_overview_shows_name_class_route_status_and_boxed_warning():
    answer = run("overview", "--edition", "us_2017_08")
    for part in ("tisagenlecleucel", "CAR-T", "intravenous", "regular approval", "not yet an indication"):
        assert part in answer.output
    assert "T-cell malignancies" not in answer.output


def test_overview_without_an_edition_shows_all_that_can_be_chosen():
    answer = run("overview")
    for name in (*LABELS, "brief"):
        assert f"{name}: " in answer.output
    assert "us_2025_12: " not in answer.output


def test_overview_says_once_what_every_edition_says_and_begins_with_the_name():
    text = run("overview").output
    assert text.startswith("the same in every edition")
    assert text.count("brand name") == 1
    assert text.index("brand name") < text.index("ATC code")
    assert text.count("boxed warning: risks") == len(LABELS) + 1


@pytest.mark.parametrize(
    "words", [("overview",), ("unverified",), ("assumptions",), ("targets",), ("sources",)]
)
def test_what_is_printed_without_a_screen_is_100_columns_wide_at_most(words):
    assert max(len(line.rstrip()) for line in run(*words).output.splitlines()) <= 100


def test_a_long_name_is_broken_where_its_parts_join():
    text = run("targets", "--study", "juliet").output
    assert "juliet_results_reg " not in text
    assert "juliet_results_" in text


def test_assumptions_lists_what_is_assumed_and_nothing_that_was_read():
    found = queries.assumptions()
    assert found
    assert {item.basis.value for item in found} <= {"assumed", "fitted"}
    assert f"{len(found)} values are assumed or fitted" in run("assumptions").output


def test_unverified_lists_what_was_not_held_against_its_source():
    listed = {(item.key, item.edition) for item in queries.unverified()}
    assert ("label.monitoring.first_week.frequency", "us_2017_08") in listed
    assert ("label.monitoring.first_week.frequency", "us_2025_06") not in listed
    assert ("label.overview.name.atc", "") in listed
    assert not {item.key for item in queries.assumptions()} & {key for key, edition in listed if not edition}
    kinds = {item.key: library().sources[item.source].kind for item in queries.unverified()}
    assert "assumption" not in kinds.values()
    assert "label.release_specification" in run("unverified").output


def test_targets_can_be_kept_to_one_study():
    everything, juliet = queries.targets(), queries.targets("juliet")
    assert 0 < len(juliet) < len(everything)
    assert {row["study"] for row in juliet} == {"JULIET"}
    assert f"JULIET: {len(juliet)} published figures" in run("targets", "--study", "juliet").output


def test_editions_and_sources_are_listed():
    text = run("editions").output
    assert "us_2025_12" in text
    assert "cannot be" in text
    assert "us_2025_06\n" in text.replace(" ", "") or "(default)" in text
    assert "us_pi_2025_06" in run("sources").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "label.dos"), "unknown evidence key 'label.dos': did you mean label.dose"),
        (("show", "label.dose", "--edition", "us_2025_07"), "did you mean us_2025_06"),
        (("diff", "breif", "us_2025_06"), "unknown edition 'breif'"),
        (("diff", "us_2025_06", "us_2025_12"), "us_2025_12 cannot be chosen"),
        (("overview", "--edition", "x"), "unknown edition 'x'"),
        (("targets", "--study", "julia"), "unknown study of targets 'julia': did you mean juliet"),
    ],
)
def test_a_bad_name_is_refused_with_exit_code_2(words, message):
    answer = run(*words)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize("name", sorted(evidence.commands))
def test_every_command_has_help_with_an_example(name):
    answer = run(name, "--help")
    assert answer.exit_code == 0
    assert "Example: livingdrug evidence" in " ".join(answer.output.split())


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "yes"), (False, "no"), (None, ""), (["a", 2], "a; 2"), (2.5e8, "2.5e8"), (3, "3")],
)
def test_a_value_is_written_for_people(value, expected):
    assert queries.value_text(value) == expected
