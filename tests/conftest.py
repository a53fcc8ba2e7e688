"""Settings for every test: the same examples on every run, and no time limit for one example."""

from hypothesis import settings

settings.register_profile("livingdrug", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("livingdrug")


def pytest_terminal_summary(terminalreporter):
    """Print what share of the mutants of the rules a case notices, by module (``tests/rules/mutation``)."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    told = [dict(report.user_properties) for report in reports if getattr(report, "when", "") == "call"]
    found = sorted((each for each in told if "survived" in each), key=lambda each: each["module"])
    if not found:
        return
    from tests.rules.mutation.check import score

    terminalreporter.section("limits nudged and comparisons flipped that a case notices")
    # A value that several modules read counts in each of them and once in all.
    caught, survived, telling = (
        {str(item) for each in found for item in each[name]} for name in ("caught", "survived", "telling")
    )
    for each in [*found, {"module": "all", "caught": caught, "survived": survived}]:
        terminalreporter.line(score(each["module"], len(each["caught"]), len(each["survived"])))
    terminalreporter.line(f"cases at a threshold: at least {len(telling)}")
