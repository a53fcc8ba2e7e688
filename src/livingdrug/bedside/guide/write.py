"""Fills the guide's sentences with what one edition states; the sentences stand in ``sentences.toml``."""

import re
from typing import Any

from livingdrug.bedside.guide.marks import marks, not_told
from livingdrug.bedside.guide.record import Card, Cited, Guide, Kind, Section, Statement
from livingdrug.bedside.guide.words import joined, plain, sentences, stated
from livingdrug.bedside.limits import flag, texts
from livingdrug.errors import BadInput
from livingdrug.evidence import Basis, Edition, Sourced, is_unverified
from livingdrug.patients import Indication
from livingdrug.units import DEGF_AT_0_DEGC, DEGF_PER_DEGC, PERCENT

_PLACE = re.compile(r"\{(\w+)([#+]?)\}")
_WORDS_FOR = {
    "week": "week",
    "day": "day",
    "hour": "hour",
    "minute": "minute",
    "month": "month",
    "year": "year",
}
_UNREAD = "unread"
_UNREAD_TITLE = "What this guide cannot tell you"


def _in_words(found: Sourced, form: str) -> str:
    """Write a value of the evidence for a patient: with its unit, or in the form that the place asks for."""
    value = found.value
    if isinstance(value, list):
        return joined([plain(item) for item in value], "and" if form == "+" else "or")
    if isinstance(value, str | bool) or value is None:
        return plain(value)
    number = f"{value:g}"
    if form == "#" or found.unit == "count":
        return number
    if found.unit == "percent":
        return f"{number} in {PERCENT:g}"
    if found.unit == "degC":
        return f"{number} °C ({DEGF_PER_DEGC * value + DEGF_AT_0_DEGC:.1f} °F)"
    word = _WORDS_FOR[found.unit]
    return f"{number} {word}" if value == 1 else f"{number} {word}s"


def _filled(text: str, values: dict[str, Sourced], extra: dict[str, str]) -> str:
    """Return a sentence with each place filled; a place that starts a sentence starts with a capital."""

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        word = extra[name] if name in extra else _in_words(values[name], place[2])
        starts = text[: place.start()].rstrip().endswith((".", "?"))
        return word[:1].upper() + word[1:] if starts else word

    return _PLACE.sub(fill, text)


def _cited(found: Sourced) -> Cited:
    return Cited(found.key, found.source, found.where, is_unverified(found), found.basis is Basis.ASSUMED)


def _stands(raw: dict[str, Any], indication: Indication, rules: Edition) -> bool:
    """Return whether the edition says what a sentence needs, and the sentence is for this disease."""
    needed = [*raw.get("values", {}).values(), *raw.get("needs", ())]
    needed += [raw["each"]] if "each" in raw else []
    return (
        indication.key in raw.get("only", (indication.key,))
        and all(stated(rules, key) for key in needed)
        and not any(stated(rules, key) for key in raw.get("unless", ()))
    )


def _statements(raw: dict[str, Any], indication: Indication, rules: Edition) -> list[Statement]:
    """Return what one sentence of the file becomes under an edition: nothing, one, or one for each item."""
    if not _stands(raw, indication, rules):
        return []
    values = {name: rules.sourced(key) for name, key in raw.get("values", {}).items()}
    found = [*values.values(), *(rules.sourced(key) for key in raw.get("needs", ()))]
    items: list[dict[str, str]] = [{}]
    if "each" in raw:
        listed = rules.sourced(raw["each"])
        found.append(listed)
        skipped = [*raw.get("skip", ()), *(texts(rules, raw["besides"]) if "besides" in raw else ())]
        named = listed.value if isinstance(listed.value, list) else []
        items = [{"item": plain(item)} for item in named if item not in skipped]
    said = marks(found, rules, raw.get("fact", False))
    rests_on = tuple(_cited(one) for one in found)
    return [Statement(_filled(raw["text"], values, item), rests_on, said) for item in items]


def _card(indication: Indication, rules: Edition, phone: str) -> Card | None:
    raw = sentences()["card"]
    if not _stands(raw, indication, rules):
        return None
    values = {name: rules.sourced(key) for name, key in raw["values"].items()}
    own = {"phone": phone}
    return Card(raw["title"], tuple(_filled(line, values, own).strip() for line in raw["lines"]))


def _unread(rules: Edition) -> tuple[Section, ...]:
    """Return the section on what the guide leaves out, or none where it leaves out nothing."""
    raw = [one for section in sentences()["section"] for one in section["sentence"]]
    told = tuple(Statement(text) for text in not_told(raw, rules))
    return (Section(_UNREAD, _UNREAD_TITLE, Kind.PLAIN, told),) if told else ()


def write_guide(indication: Indication, rules: Edition, local: str = "", phone: str = "") -> Guide:
    """Return the patient guide for a disease under an edition, in plain words.

    A sentence whose value the edition does not state is left out, and the last section says what was not
    read of the edition; under the product brief, what is dated or not in the brief is marked.

    Parameters
    ----------
    indication : Indication
    rules : Edition
    local : str
        The centre's own instructions, which stand first.
    phone : str
        The team's telephone number.

    Raises
    ------
    BadInput
        The edition does not hold this disease.

    Source
    ------
    label.monitoring, label.counselling, label.screening, label.overview, label.infusion, label.timeline,
    label.delay, label.indications, label.brief_statements.
    """
    if not flag(rules, f"label.indications.{indication.key}.indicated"):
        raise BadInput(
            f"--indication: got {indication.name}, which is no indication of edition {rules.name}, "
            "expected another edition or disease"
        )
    found = tuple(
        Section(
            raw["key"],
            raw["title"],
            Kind[raw["kind"].upper()],
            tuple(s for one in raw["sentence"] for s in _statements(one, indication, rules)),
        )
        for raw in sentences()["section"]
    )
    return Guide(
        indication=indication,
        edition=rules.name,
        edition_hash=rules.hash,
        info=rules.info,
        sections=found + _unread(rules),
        card=_card(indication, rules, phone.strip()),
        local=local.strip(),
        phone=phone.strip(),
    )
