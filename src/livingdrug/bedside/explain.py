"""Tells, for one patient, which options are met, by which criterion, and where the rule stands."""

from livingdrug.bedside.care import OptionReason, Orders, SteroidOrder
from livingdrug.evidence import Edition

REASON_TEXT = {
    OptionReason.NOT_MET: "no criterion met",
    OptionReason.UNSTABLE_CIRCULATION: "circulation unstable despite fluids and a vasopressor",
    OptionReason.RESPIRATORY_DISTRESS: "worsening respiratory distress",
    OptionReason.RAPID_DETERIORATION: "rapid clinical deterioration",
    OptionReason.LEE_GRADE: "the Lee grade",
    OptionReason.LONG_FEVER: "grade 1 with fever for more than three days",
    OptionReason.NOT_BETTER_AFTER_TOCILIZUMAB: "no improvement after tocilizumab",
    OptionReason.WORSE_AFTER_TOCILIZUMAB: "worse after tocilizumab",
    OptionReason.NOT_BETTER_ON_STEROID: "no improvement on a steroid",
    OptionReason.STILL_SUPPORTED: "a vasopressor or oxygen is still needed",
    OptionReason.ICANS_GRADE: "the ICANS grade",
    OptionReason.ICANS_WITH_CRS: "ICANS together with CRS",
    OptionReason.DOSE_LIMIT: "a criterion is met, but the dose limits leave no room now",
    OptionReason.NOT_ASSESSABLE: "not assessable: an observation that the grade needs is not known",
    OptionReason.NO_ALGORITHM: "this edition states no algorithm",
}
STEROID_TEXT = {
    SteroidOrder.NONE: "no steroid",
    SteroidOrder.DEXAMETHASONE_10_MG: "dexamethasone 10 mg",
    SteroidOrder.METHYLPREDNISOLONE_2_MG_PER_KG: "methylprednisolone 2 mg/kg a day",
    SteroidOrder.METHYLPREDNISOLONE_1000_MG: "methylprednisolone 1000 mg",
}
_SUPPORT = (
    ("icu", "intensive care", "CRS or ICANS of the grade at which it is considered", "icu_from_crs_grade"),
    ("ivig", "immunoglobulin", "IgG below the plan's limit", None),
    ("platelets", "platelet transfusion", "platelets below the limit", "platelets_below_e9_per_l"),
    ("red_cells", "red cell transfusion", "haemoglobin below the limit", "haemoglobin_below_g_per_dl"),
    ("gcsf", "G-CSF", "severe neutropenia, late enough and without CRS", "gcsf_below_anc_e9_per_l"),
)


def explain(orders: Orders, row: int, rules: Edition) -> tuple[str, ...]:
    """Return one line for each option of one patient: criterion, option, source.

    Parameters
    ----------
    orders : Orders
    row : int
        Which patient.
    rules : Edition
        The edition that the options were taken from.
    """
    tocilizumab_key = "scales.management_crs.algorithm"
    if orders.tocilizumab_reason[row] == OptionReason.ICANS_WITH_CRS:
        tocilizumab_key = "scales.management_icans.algorithm"
    lines = [_tocilizumab_line(orders, row, _place(tocilizumab_key, rules))]
    steroids = (
        ("CRS", orders.crs_steroid, orders.crs_steroid_reason, "scales.management_crs.algorithm"),
        ("ICANS", orders.icans_steroid, orders.icans_steroid_reason, "scales.management_icans.algorithm"),
    )
    for name, order, reason, key in steroids:
        why = REASON_TEXT[OptionReason(int(reason[row]))]
        option = STEROID_TEXT[SteroidOrder(int(order[row]))]
        met = "option" if order[row] > 0 else "no option"
        lines.append(f"steroid for {name}: {met}: {option}; {why} ({_place(key, rules)})")
    if orders.alternative[row]:
        lines.append(f"other treatment: option; no improvement ({_place(tocilizumab_key, rules)})")
    for field, option, criterion, name in _SUPPORT:
        if getattr(orders, field)[row]:
            place = "the plan" if name is None else _place(f"scales.management_support.{name}", rules)
            lines.append(f"{option}: option; {criterion} ({place})")
    return tuple(lines)


def _tocilizumab_line(orders: Orders, row: int, place: str) -> str:
    why = REASON_TEXT[OptionReason(int(orders.tocilizumab_reason[row]))]
    if orders.tocilizumab[row]:
        return f"tocilizumab: option: {orders.tocilizumab_mg[row]:.1f} mg; criterion met: {why} ({place})"
    return f"tocilizumab: no option; {why} ({place})"


def _place(key: str, rules: Edition) -> str:
    found = rules.sourced(key)
    return f"{found.source}, {found.where}"
