"""The patient guide: what it says under each edition, what it does not, and how it reads."""

import io
import re
from datetime import date
from html.parser import HTMLParser

import pyphen
import pytest
from pypdf import PdfReader

from livingdrug.bedside.guide import Kind, write_guide
from livingdrug.bedside.guide.write import sentences
from livingdrug.errors import BadInput
from livingdrug.evidence import library, load_edition, load_table
from livingdrug.patients import Indication
from livingdrug.report import guide_page, guide_pdf, guide_text
from livingdrug.report.guide_html import _style
from livingdrug.report.guide_words import STATUS, title

EDITIONS = ("us_2017_08", "us_2018_05", "us_2022_05", "us_2024_04", "us_2025_06", "eu_current", "brief")
MADE = date(2026, 11, 23)
OLDEST_GRADE = 7.0
HYPHENS = pyphen.Pyphen(lang="en_US")


def guide(edition="us_2025_06", indication=Indication.LBCL, **own):
    return write_guide(indication, load_edition(edition), **own)


def all_guides():
    for edition in EDITIONS:
        for indication in Indication:
            if load_edition(edition).sourced(f"label.indications.{indication.key}.indicated").value:
                yield guide(edition, indication)


def statements(found):
    return [statement for section in found.sections for statement in section.statements]


def words(found, key=None):
    return "\n".join(
        s.text
        for section in found.sections
        if key == section.key or (key is None and section.key != "unread")
        for s in section.statements
    )


def syllables(word):
    """Syllables by hyphenation, and by groups of vowels where that finds more."""
    groups = re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))
    return max(1, len(groups), len(HYPHENS.positions(word)) + 1)


def reading_grade(texts):
    """Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    n_sentences = sum(len(re.findall(r"[.?!](?:\s|$)|\w$", text)) for text in texts)
    found = [word for text in texts for word in re.findall(r"[A-Za-z]+", text)]
    n_syllables = sum(syllables(word) for word in found)
    return 0.39 * len(found) / n_sentences + 11.8 * n_syllables / len(found) - 15.59


def test_the_grade_of_a_known_sentence():
    assert reading_grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert reading_grade(["Immunoglobulin replacement may be indefinite."]) > OLDEST_GRADE


@pytest.mark.parametrize("found", list(all_guides()), ids=lambda g: f"{g.edition} {g.indication.name}")
def test_a_child_of_twelve_can_read_it(found):
    assert len(statements(found)) > 40
    assert reading_grade([statement.text for statement in statements(found)]) <= OLDEST_GRADE
    for section in found.sections:
        assert reading_grade([section.title, *(s.text for s in section.statements)]) <= OLDEST_GRADE + 1, (
            section
        )


@pytest.mark.parametrize("found", list(all_guides()), ids=lambda g: f"{g.edition} {g.indication.name}")
def test_a_child_of_twelve_can_read_the_marks_too(found):
    said = {re.sub(r"From: .*", "", mark) for s in statements(found) for mark in s.marks}
    assert not said or reading_grade(sorted(said)) <= OLDEST_GRADE
    assert [mark for mark in said if reading_grade([mark]) > OLDEST_GRADE + 1] == []


def test_each_point_on_which_the_brief_differs_has_plain_words():
    rows = load_table("label.brief_statements")
    assert [row["number"] for row in rows if (row["verdict"] == "right") == bool(row["plain"])] == []
    assert [row["plain"] for row in rows if row["plain"] and not row["plain"].endswith(".")] == []
    assert reading_grade([row["plain"] for row in rows if row["plain"]]) <= OLDEST_GRADE
    assert [row["plain"] for row in rows if row["plain"] and reading_grade([row["plain"]]) > 8] == []


@pytest.mark.parametrize(
    ("edition", "says", "never"),
    [
        (
            "us_2025_06",
            ["Stay near a hospital or clinic for at least 2 weeks", "Do not drive for at least 2 weeks",
             "each day in the first week", "38 °C (100.4 °F)", "sperm, eggs or other cells",
             "up to 9 in 100 people",
             "For at least 2 weeks, they watch", "less than 1 hour", "1 to 3 bags",
             "6 weeks before the chemo"],
            ["heavy machines", "within 2 hours", "8 weeks", "card with you", "times a day", "approved"],
        ),
        (
            "eu_current",
            ["for at least 4 weeks", "get there within 2 hours", "Do not drive for at least 8 weeks",
             "heavy machines or do risky work for at least 8 weeks", "Patient Alert Card",
             "2 times a day for at least 3 weeks", "birth control for 12 months", "great tiredness",
             "2 to 3 times in the first week", "approved for it"],
            ["38 °C", "sperm", "in 100 people", "wallet", "bags", "boxed"],
        ),
        (
            "us_2018_05",
            ["for at least 4 weeks", "within 2 hours", "Do not drive for at least 8 weeks", "wallet card"],
            ["live vaccine", "birth control", "38 °C", "sperm", "1 to 3 bags"],
        ),
        (
            "brief",
            ["for 2 to 4 weeks", "Do not drive for at least 8 weeks", "24 hours a day",
             "a harmless viral vector", "mild chemotherapy", "a planned next step",
             "an increased risk of other cancers"],
            ["live vaccine", "HIV tests", "sperm", "3 to 4 weeks until", "antibodies"],
        ),
    ],
)  # fmt: skip
def test_each_edition_says_its_own(edition, says, never):
    text = words(guide(edition))
    assert [part for part in says if part not in text] == []
    assert [part for part in never if part in text] == []


def test_the_briefs_dated_statements_are_marked_and_what_it_does_not_say_too():
    marks = {s.text: " ".join(s.marks) for s in statements(guide("brief"))}
    (near,) = [mark for text, mark in marks.items() if text.startswith("Stay near")]
    assert near.startswith("Mixes old and new: in the US it is now two weeks")
    assert "Out of date in the US" in marks["Do not drive for at least 8 weeks."]
    assert "Not in a label" in marks["A caregiver should be with you 24 hours a day."]
    (box,) = [mark for text, mark in marks.items() if "strongest warnings" in text]
    assert box == "Out of date: since April 2024, there is a third warning: new blood cancers from T cells."
    assert "revised June 2025" in marks["chills"]


def test_what_an_older_edition_was_not_read_on_is_marked():
    old = {s.text: s.marks for s in statements(guide("us_2018_05"))}
    assert old["chills"] == (
        "Not read in this edition. From: Kymriah US prescribing information and medication guide, "
        "revised June 2025.",
    )
    assert old["Do not drive for at least 8 weeks."] == ()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_worst_signs_come_first_and_each_sign_comes_once(edition):
    found = {section.key: section for section in guide(edition, Indication.ALL).sections}
    worst, others = ([s.text for s in found[key].statements] for key in ("emergency", "urgent"))
    assert worst == [
        "trouble breathing", "confusion", "very low blood pressure (you feel faint)", "a seizure (fit)",
        "trouble speaking",
    ]  # fmt: skip
    assert not set(worst) & set(others)
    listed = load_edition(edition).sourced("label.counselling.report.at_once").value
    assert len(worst) + len(others) == len(listed)
    assert all(one.assumed for s in found["emergency"].statements for one in s.rests_on[1:])
    then = " ".join(s.text for s in found["then"].statements)
    assert then.index("go to an emergency room now") < then.index("call your team")


def test_what_was_not_read_of_an_edition_or_is_not_in_the_brief_is_named():
    def left_open(edition):
        return words(guide(edition), "unread").splitlines()

    old = left_open("us_2018_05")
    assert old[0].startswith("We have not read what this edition says")
    assert "the temperature that counts as a fever" in old
    assert "checks for new cancers" in old
    assert "the temperature that counts as a fever" not in left_open("us_2024_04")
    assert "checks for new cancers" in left_open("us_2024_04")
    assert left_open("eu_current")[1:] == ["the temperature that counts as a fever", "whom you should tell"]
    assert left_open("us_2025_06") == []
    assert left_open("brief")[0].startswith("The brief does not speak of these points")
    assert "live vaccines" in left_open("brief")


@pytest.mark.parametrize("edition", ["us_2025_06", "eu_current"])
def test_an_edition_that_was_read_needs_no_marks(edition):
    assert [s for s in statements(guide(edition)) if s.marks] == []


def test_marks_that_all_statements_of_a_section_share_are_shown_once():
    urgent = [s for s in guide("brief").sections if s.kind is Kind.URGENT]
    assert [len(section.shared_marks) for section in urgent] == [1, 1]
    assert guide_text(guide("brief"), MADE).count("Not in the brief") < len(statements(guide("brief")))


def test_the_card_is_there_where_the_edition_has_one():
    assert guide("us_2025_06").card is None
    assert "tisagenlecleucel (Kymriah)" in guide("eu_current").card.lines[0]
    assert "Phone, day and night: 12 34" in guide("eu_current", phone="12 34").card.lines
    assert "Phone, day and night:" in guide("eu_current").card.lines
    assert "cut out" in guide_text(guide("us_2018_05"), MADE).lower()


def test_each_disease_has_its_own_words():
    assert "up to 25 years old" in words(guide(indication=Indication.ALL))
    assert "“you” in this guide means the child" in words(guide(indication=Indication.ALL))
    assert "large B-cell lymphoma" in words(guide(indication=Indication.LBCL))
    assert "follicular" in words(guide(indication=Indication.FL))
    assert "follicular" not in words(guide(indication=Indication.LBCL))


def test_a_disease_that_the_edition_does_not_hold_has_no_guide():
    with pytest.raises(BadInput, match="--indication: got FL, which is no indication of edition us_2018_05"):
        guide("us_2018_05", Indication.FL)


def test_no_sentence_holds_a_number_and_every_key_exists():
    raw = [one for section in sentences()["section"] for one in section["sentence"]]
    assert [one["text"] for one in raw if re.search(r"\d", one["text"])] == []
    named = [key for one in raw for field in ("values",) for key in one.get(field, {}).values()]
    named += [key for one in raw for field in ("needs", "unless") for key in one.get(field, ())]
    named += [one["each"] for one in raw if "each" in one]
    assert [key for key in named if key not in library().entries] == []
    named += [one["besides"] for one in raw if "besides" in one]
    known = {"text", "values", "needs", "unless", "only", "each", "skip", "besides", "topic", "fact"}
    assert [one for one in raw if set(one) - known] == []


def test_every_plain_word_stands_for_a_word_of_the_evidence():
    said = {row["verdict"] for row in load_table("label.brief_statements")}
    for entry in library().entries.values():
        for value in (entry.value, *(one.value for one in entry.by_edition.values())):
            said.update(str(item) for item in (value if isinstance(value, list) else [value]))
    assert [word for word in sentences()["plain"] if word not in said] == []


def test_local_words_and_the_number_stand_first_and_blanks_where_there_are_none():
    own = guide(local="Ask for ward 7.\n", phone="+41 44 000 00 00")
    text, page = guide_text(own, MADE), guide_page(own, MADE)
    for written in (text, page):
        assert written.index("Ask for ward 7.") < written.lower().index("get emergency help at once")
        assert "+41 44 000 00 00" in written
    empty = guide_text(guide(), MADE)
    assert "Space for what your own centre wants you to know" in empty
    assert "Your team, day and night: ____" in empty


def test_when_to_call_comes_before_everything_else_that_the_guide_says():
    assert [section.key for section in guide().sections] == [
        "emergency", "urgent", "then", "what", "before", "during", "after", "do", "dont",
    ]  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_text_names_edition_day_status_and_sources(edition):
    indication = Indication.ALL
    text = " ".join(guide_text(guide(edition, indication), MADE).split())
    assert edition in text
    assert "2026-11-23" in text
    assert text.count(STATUS) == 2
    assert library().sources["dana_farber_caregivers"].title in text or edition == "brief"
    assert max(len(line) for line in guide_text(guide(edition, indication), MADE).splitlines()) <= 80


class Page(HTMLParser):
    """Reads the guide's page back: headings, identifiers and links."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.links, self.lang = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.lang = found.get("lang", self.lang)


@pytest.mark.parametrize("edition", ["us_2025_06", "eu_current", "brief"])
def test_the_page_loads_nothing_and_can_be_walked_by_its_headings(edition):
    written = guide_page(guide(edition, local="<b>bold & brave</b>"), MADE)
    page = Page()
    page.feed(written)
    assert page.lang == "en"
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") >= 10
    assert "http" not in written
    assert not {"script", "img", "link"} & set(page.tags)
    assert [link for link in page.links if link[1:] not in page.ids] == []
    assert len(set(page.ids)) == len(page.ids)
    assert "&lt;b&gt;bold &amp; brave" in written
    assert f'content: "{STATUS}"' in written


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_can_be_read_in_light_and_in_dark():
    schemes = re.findall(r":root \{([^}]*--ink: #[0-9a-f]{6}[^}]*)\}", _style())
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        for ink in ("ink", "faint", "blue", "red", "green"):
            assert contrast(colours[ink], colours["paper"]) >= 4.5, ink
            assert contrast(colours[ink], colours["band"]) >= 4.5, ink


@pytest.mark.parametrize("edition", ["us_2025_06", "eu_current", "brief"])
def test_the_pdf_numbers_its_pages_and_shows_the_status_on_each(edition):
    found = guide(edition, local="Ask for ward 7 at Zürich.", phone="+41 44 000 00 00")
    written = guide_pdf(found, MADE)
    assert written == guide_pdf(found, MADE)
    document = PdfReader(io.BytesIO(written))
    assert document.metadata.title == title(found)
    assert document.trailer["/Root"]["/Lang"] == "en"
    pages = [page.extract_text() for page in document.pages]
    assert len(pages) >= 2
    for n, text in enumerate(pages, start=1):
        assert f"{n} of {len(pages)}" in text
        assert "For research and education; not a medical device." in text
    whole = " ".join(" ".join(pages).split())
    assert "Ask for ward 7 at Zürich." in whole
    assert [s.text for s in statements(found) if " ".join(s.text.split()[:4]) not in whole] == []


@pytest.mark.parametrize("found", list(all_guides()), ids=lambda g: f"{g.edition} {g.indication.name}")
def test_the_signs_and_what_to_do_then_stay_together_on_the_first_page(found):
    first = " ".join(PdfReader(io.BytesIO(guide_pdf(found, MADE))).pages[0].extract_text().split())
    for key in ("emergency", "urgent", "then"):
        for line in words(found, key).splitlines():
            assert " ".join(line.split()[:3]) in first, line
    page = guide_page(found, MADE)
    together = page[page.index('<div class="help">') : page.index('id="what"')]
    assert [key for key in ("emergency", "urgent", "then") if f'id="{key}"' not in together] == []
    assert ".help { break-inside: avoid; }" in page


def test_local_words_too_long_for_one_page_still_print():
    written = guide_pdf(guide(local="\n".join(["Come by bus to the side door of the ward."] * 200)), MADE)
    assert len(PdfReader(io.BytesIO(written)).pages) > 5


def test_letters_that_the_pdf_cannot_print_are_refused_by_name():
    with pytest.raises(BadInput, match="--local: the PDF cannot print ł, expected Western European letters"):
        guide_pdf(guide(local="Oddział 7"), MADE)
