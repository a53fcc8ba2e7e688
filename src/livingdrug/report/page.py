"""A trial's result as one page that holds all it needs: for a screen, for paper, for a screen reader."""

from importlib.resources import files

from livingdrug.endpoints.survival import Estimate
from livingdrug.report import comparison
from livingdrug.report.curves import draw_survival
from livingdrug.report.figures import inlined
from livingdrug.report.markup import Column, Content, Markup, element, figure, join, listing, section, table
from livingdrug.report.words import number, span
from livingdrug.trial import LIMITS, MONTHS, Loss, Series, TrialResult

_NO_BREAK_HYPHEN = "\u2011"
_ABOUT = (
    "livingdrug runs the treatment course of tisagenlecleucel, a CAR-T cell therapy, as a system: "
    "eligibility, leukapheresis, manufacturing, lymphodepletion, infusion, what the cells do in the body, "
    "toxicity and outcomes. "
)
_LIMITS = (
    "Part of the model is assumed, not estimated: “livingdrug evidence assumptions” lists every such value, "
    "“livingdrug evidence unverified” every value that was not read again at its source.",
    "Rows that rest on rates that were put in are no prediction and are not counted.",
    "Intervals show chance in a trial of the published size, not what is uncertain in the model itself.",
    "Virtual patients are sampled from the trial's published baseline; individual data were not available.",
)


def _lead(result: TrialResult) -> Markup:
    flow, design = result.flow, result.design
    text = (
        f"Here {flow.sampled:,} virtual patients went through it as the trial would have taken them, and "
        f"each published figure stands beside what trials of its size, drawn from them, would have printed "
        f"({design.n_infused} of {design.n_enrolled} enrolled patients were infused in the real one)."
    )
    return element("p", _ABOUT + text, class_="lead")


def _tiles(result: TrialResult) -> Markup:
    tiles = []
    for role in ("calibration", "validation"):
        inside, of = result.comparison.inside(role)
        if of:
            tiles.append((f"{inside} of {of}", f"{role} figures inside their prediction interval"))
    flow = result.flow
    tiles.append((f"{flow.infused:,} of {flow.enrolled:,}", "enrolled virtual patients infused"))
    tiles.append((f"{flow.responded:,} of {flow.infused:,}", "infused virtual patients responded"))
    boxes = [element("li", element("strong", big), " ", element("span", small)) for big, small in tiles]
    return element("ul", join(boxes), class_="tiles")


def _losses(title: str, losses: tuple[Loss, ...], of: int) -> list[Markup]:
    if not losses:
        return []
    columns = (Column("Reason"), Column("Patients", "figure"), Column("Share", "figure"))
    rows = [(loss.reason, f"{loss.n:,}", f"{loss.n / of:.1%}") for loss in losses]
    return [table(title, columns, rows)]


def _patients(result: TrialResult) -> Markup:
    flow, design = result.flow, result.design
    steps = (
        ("sampled", flow.sampled), ("eligible", flow.eligible), ("enrolled", flow.enrolled),
        ("product released", flow.released), ("infused", flow.infused), ("responded", flow.responded),
    )  # fmt: skip
    boxes = [element("li", element("strong", f"{n:,}"), " ", element("span", word)) for word, n in steps]
    share = f"{flow.infused / flow.enrolled:.1%}" if flow.enrolled else "none"
    published = f"{design.n_infused} of {design.n_enrolled}, {design.n_infused / design.n_enrolled:.1%}"
    return join(
        [
            element("ol", join(boxes), class_="flow"),
            element("p", f"Infused of the enrolled: {share} (published: {published})."),
            *_losses("Lost before enrolment", flow.not_enrolled, flow.sampled),
            *_losses("Lost between enrolment and infusion", flow.not_infused, flow.enrolled),
        ]
    )


def _estimate(found: Estimate) -> str:
    return number(found.value) + span(found.low, found.high)


def _series(caption: str, series: tuple[Series, ...]) -> Markup:
    with_median = any(item.median_months for item in series)
    columns = [Column("Estimate"), Column("n", "figure")]
    columns += [Column(f"Month {month:g}, % (95%)", "figure") for month in MONTHS]
    columns += [Column("Median, months (95%)", "figure")] if with_median else []
    rows = []
    for item in series:
        median = [_estimate(item.median_months) if item.median_months else ""] if with_median else []
        rows.append([item.name, f"{item.n:,}", *(_estimate(found) for found in item.percent), *median])
    return table(caption, columns, rows)


def _in_words(item: Series) -> str:
    at = [
        f"{number(found.value)}% at month {month:g}"
        for month, found in zip(MONTHS, item.percent, strict=True)
    ]
    return f"{item.name} {', '.join(at)}"


def _survival(result: TrialResult) -> Markup:
    if not result.survival:
        return element("p", "No patient was infused.")
    told = "; ".join(_in_words(item) for item in result.survival)
    alt = f"Kaplan-Meier curves of the simulated pool, with published points. {told}. Numbers: table below."
    caption = (
        "Lines: the simulated pool, without a data cut, with 95% intervals, drawn while at least 5% are at "
        "risk; relapse-free survival counts from first response, the rest from infusion. "
        "Open marks: published figures with 95% intervals."
    )
    return join(
        [
            figure(inlined(draw_survival(result), alt), caption),
            _series("Survival in the simulated pool (Kaplan-Meier)", result.survival),
        ]
    )


def _incidence(result: TrialResult) -> Markup:
    if not result.incidence:
        return element("p", "No patient was infused.")
    note = "From first response (responders) or infusion (infused), each cause competing with the others."
    return join(
        [
            element("p", note),
            _series("Cumulative incidence in the simulated pool (Aalen-Johansen)", result.incidence),
        ]
    )


def _provenance(result: TrialResult) -> Markup:
    of = result.provenance
    told: list[tuple[str, Content]] = [
        ("Label edition", f"{of['edition']} ({of['edition_hash']})"),
        ("Code", f"livingdrug {of['code_version']} ({of['code_hash']})"),
        ("Design", f"{of['design']} ({of['design_hash']})"),
        ("Seed", str(of["seed"])),
        ("Virtual patients", f"{of['n']:,}"),
        ("Trials drawn for each figure", f"{result.comparison.replicates:,}"),
    ]
    return element("dl", join(join([element("dt", word), element("dd", text)]) for word, text in told))


def _sections(result: TrialResult) -> list[tuple[str, str, list[Content]]]:
    sources = comparison.sources_of(result.comparison.rows)
    beside: list[Content] = [comparison.how_to_read(result), comparison.compared(result, sources)]
    said = [result.warning] if result.warning else []
    return [
        ("patients", "Patients and losses", [_patients(result)]),
        ("survival", "Survival", [_survival(result)]),
        ("comparison", "Beside what was published", beside),
        ("inputs", "Simulated from what was put in", [comparison.driven(result, sources)]),
        ("incidence", "What came first", [_incidence(result)]),
        ("left-out", "Published, not simulated", [comparison.left_out(result, sources)]),
        ("definitions", "How each figure is counted", [comparison.definitions(result)]),
        ("sources", "Sources of the published figures", [comparison.source_list(sources)]),
        ("provenance", "Where the numbers come from", [_provenance(result)]),
        ("limits", "Limits", [listing([LIMITS, *said, *_LIMITS])]),
    ]


def _style() -> str:
    return files("livingdrug.report").joinpath("page.css").read_text(encoding="utf-8")


def trial_page(result: TrialResult) -> str:
    """Return a trial's result as one page of HTML that loads nothing: same result, same bytes."""
    title = f"A virtual trial beside the published one. {result.design.title}"
    sections = _sections(result)
    links = [element("li", element("a", word, href=f"#{key}")) for key, word, _ in sections]
    notes = [element("p", LIMITS, class_="note")]
    notes += [element("p", result.warning, class_="note")] if result.warning else []
    header = element(
        "header", element("p", "livingdrug: a virtual trial beside the published one", class_="brand"),
        element("h1", result.design.title.replace("-", _NO_BREAK_HYPHEN)),
        _lead(result), join(notes), _tiles(result),
    )  # fmt: skip
    contents = element("nav", element("ul", join(links)), aria_label="Contents")
    main = element("main", join(section(key, word, *content) for key, word, content in sections))
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", title),
            element("style", Markup(_style())),
        ]
    )
    page = element("html", element("head", head), element("body", header, contents, main), lang="en")
    return f"<!DOCTYPE html>\n{page.html}\n"
