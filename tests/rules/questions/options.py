"""Questions about management options: which are met, which cannot be assessed, what one of them amounts to.

``ask`` names toxicity and guideline, and an option where one is asked about; ``situation`` is what is known.
"""

from collections.abc import Callable
from typing import Any

from tests.rules.cases import Answer, Question

from livingdrug.bedside.care import SteroidOrder
from livingdrug.bedside.options import Guideline, Kind, Option, Scale, Situation, Toxicity, options_for
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition

_FLAGS = {"yes": True, "no": False, "unknown": None}
_CODES = {"crs_steroid": SteroidOrder, "icans_steroid": SteroidOrder, "scale": Scale}


def _value(name: str, value: Any) -> Any:
    if name in _CODES:
        return _CODES[name][value.upper()]
    if isinstance(value, list):
        return tuple(float(item) for item in value)
    return _FLAGS[value] if isinstance(value, str) else value


def _listed(given: dict[str, Any], rules: Edition) -> tuple[Option, ...]:
    known = {name: _value(name, value) for name, value in given.get("situation", {}).items()}
    ask = given["ask"]
    return options_for(Toxicity(ask["toxicity"]), Situation(**known), Guideline(ask["guideline"]), rules)


def _ids(kind: Kind, answer: int) -> Callable[[tuple[Option, ...], dict[str, Any]], Answer]:
    return lambda options, given: Answer([o.id for o in options if o.kind == kind and o.answer == answer])


def _named(options: tuple[Option, ...], given: dict[str, Any]) -> Option:
    (option,) = (option for option in options if option.id == given["ask"]["option"])
    return option


def _answer(options: tuple[Option, ...], given: dict[str, Any]) -> Answer:
    """Return whether the option asked about is met, and the inputs that are not or not known."""
    option = _named(options, given)
    return Answer(option.answer, frozenset(c.input for c in option.criteria if c.answer != 1))


def _dose(options: tuple[Option, ...], given: dict[str, Any]) -> Answer:
    dose = _named(options, given).dose
    if dose is None:
        return Answer("none")
    return Answer("weight not known" if dose.for_patient is None else [*dose.for_patient])


def _stated(options: tuple[Option, ...], given: dict[str, Any]) -> Answer:
    dose = _named(options, given).dose
    return Answer("none" if dose is None else dose.stated)


def _how_often(options: tuple[Option, ...], given: dict[str, Any]) -> Answer:
    dose = _named(options, given).dose
    return Answer("none" if dose is None else dose.how_often)


def _doubts(options: tuple[Option, ...], given: dict[str, Any]) -> Answer:
    option = _named(options, given)
    return Answer([*option.unverified, *option.assumed])


def _each(tell: Callable[[tuple[Option, ...], dict[str, Any]], Answer]) -> Question:
    def one(given: dict[str, Any], rules: Edition) -> Answer:
        try:
            return tell(_listed(given, rules), given)
        except BadInput as problem:
            return Answer(f"refused: {problem}")

    return lambda cases, rules: [one(given, rules) for given in cases]


QUESTIONS: dict[str, Question] = {
    "treatments": _each(_ids(Kind.TREATMENT, 1)),
    "treatments_not_assessable": _each(_ids(Kind.TREATMENT, -1)),
    "care": _each(_ids(Kind.CARE, 1)),
    "cautions": _each(_ids(Kind.CAUTION, 1)),
    "option": _each(_answer),
    "option_dose": _each(_dose),
    "option_dose_stated": _each(_stated),
    "option_how_often": _each(_how_often),
    "option_doubts": _each(_doubts),
}
