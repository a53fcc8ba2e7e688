"""A trial's result as one page that holds all it needs: for a screen, for paper, for a screen reader."""

from importlib.resources import files

from livingdrug.report import comparison
from livingdrug.report.b_cells import show_b_cells
from livingdrug.report.blood import show_blood_counts
from livingdrug.report.curves import show_survival
from livingdrug.report.flow import show_flow
from livingdrug.report.grades import show_grades
from livingdrug.report.markup import Content, Markup, element, join, listing, section
from livingdrug.report.misses import rows_outside, show_misses
from livingdrug.report.relapse import show_relapse
from livingdrug.report.transgene import show_transgene
from livingdrug.report.treatments import show_treatments
from livingdrug.report.visits import show_visits
from livingdrug.report.whole import assumed_in_baseline
from livingdrug.trial import LIMITS, TrialResult
from livingdrug.trial.groups import driven_by_inputs
from livingdrug.trial.words import infused_as_published

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
)


def _lead(result: TrialResult) -> Markup:
    flow, design = result.flow, result.design
    text = (
        f"Here {flow.sampled:,} virtual patients went through it as the trial would have taken them, and "
        f"each published figure stands beside what trials of its size, drawn from them, would have printed "
        f"(infused in the real one: {infused_as_published(design)})."
    )
    return element("p", _ABOUT + text, class_="lead")


def _tiles(result: TrialResult) -> Markup:
    tiles: list[tuple[str, Content]] = []
    for role in ("calibration", "validation"):
        inside, of = result.comparison.inside(role)
        if of:
            tiles.append((f"{inside} of {of}", f"{role} figures inside their prediction interval"))
    if tiles:
        outside = element("a", "what falls outside", href="#outside")
        tiles.append((f"{len(rows_outside(result))}", join(["published figures outside: see", outside])))
    elif shown := driven_by_inputs(result.comparison.rows):
        link = element("a", "shown, not counted", href="#inputs")
        tiles.append(("0 counted", join([f"published figures; {len(shown)} are", link])))
    flow = result.flow
    tiles.append(
        (f"{flow.infused:,} of {flow.enrolled:,}", f"enrolled infused; {flow.responded:,} responded")
    )
    boxes = [element("li", element("strong", big), " ", element("span", small)) for big, small in tiles]
    return element("ul", join(boxes), class_="tiles")


def _notes(result: TrialResult) -> list[str]:
    """Return what a reader must know before the first figure."""
    rows = result.comparison.rows
    notes = [LIMITS, *result.notes]
    if not any(row.counted for row in rows):
        reasons = dict.fromkeys(row.reason for row in driven_by_inputs(rows) if row.reason)
        notes += [f"No published figure counts here: {reason}." for reason in reasons]
    return notes


def _limits(result: TrialResult) -> list[str]:
    assumed, of = assumed_in_baseline(result)
    sampled = (
        "Virtual patients are sampled from a description, not from individual data: of the "
        f"{of} values that describe them, {assumed} are assumed."
    )
    return [*_notes(result), *_LIMITS, sampled]


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
    return [
        ("patients", "Flow of patients", [show_flow(result)]),
        *(_course(result) if result.flow.infused else [_nobody()]),
        ("outside", "What falls outside", [show_misses(result, sources)]),
        ("comparison", "All figures beside what was published", beside),
        ("inputs", "Simulated from what was put in, not counted", [comparison.driven(result, sources)]),
        ("left-out", "Published, not simulated", [comparison.left_out(result, sources)]),
        ("definitions", "How each figure is counted", [comparison.definitions(result)]),
        ("sources", "Sources of the published figures", [comparison.source_list(sources)]),
        ("provenance", "Where the numbers come from", [_provenance(result)]),
        ("limits", "Limits", [listing(_limits(result))]),
    ]


def _nobody() -> tuple[str, str, list[Content]]:
    return "course", "After infusion", [element("p", "No patient was infused.")]


def _course(result: TrialResult) -> list[tuple[str, str, list[Content]]]:
    """Return what became of the infused, in the order in which a clinician asks for it."""
    return [
        ("response", "Response", [show_visits(result)]),
        ("survival", "Survival", [show_survival(result)]),
        ("relapse", "Relapse by antigen, and what came first", [show_relapse(result)]),
        ("transgene", "The living drug in blood", [show_transgene(result)]),
        ("crs", "Cytokine release syndrome and neurotoxicity by grade", [show_grades(result)]),
        ("treatments", "Treatments given", [show_treatments(result)]),
        ("counts", "Blood counts", [show_blood_counts(result)]),
        ("b-cells", "B cells and immunoglobulin", [show_b_cells(result)]),
    ]


def _style() -> str:
    return files("livingdrug.report").joinpath("page.css").read_text(encoding="utf-8")


def trial_page(result: TrialResult) -> str:
    """Return a trial's result as one page of HTML that loads nothing: same result, same bytes."""
    title = f"A virtual trial beside the published one. {result.design.title}"
    sections = _sections(result)
    links = [element("li", element("a", word, href=f"#{key}")) for key, word, _ in sections]
    notes = [element("p", note, class_="note") for note in _notes(result)]
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
