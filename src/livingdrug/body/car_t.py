"""CAR-T cells and the room that lymphodepletion makes for them."""

from typing import Any, NamedTuple

from livingdrug.body.names import Parameters, State


class CarTSignals(NamedTuple):
    """What the rest of the body sees of the CAR-T cells."""

    effector: Any
    living: Any
    killers: Any
    antigen_share: Any
    niche: Any


def car_t_signals(state: State, p: Parameters, exp: Any) -> CarTSignals:
    """Effector cells, effector and memory cells, those that kill tumour, antigen engaged and room to grow.

    living    = E + M;  killers = E + w M, w the share of memory cells that reach the tumour
    antigen   = access tumour + progenitors + B cells
    share     = antigen / (K_A size + antigen)
    niche     = 1 / (1 + ((lymphocytes + E + M + X) / (K_I size))^4)

    Source
    ------
    Shape of the niche after kimmel_2021; memory, effector and exhausted cells under antigen control
    after kirouac_2023; values fitted (see the evidence).
    """
    effector = exp(state.log_effector)
    living = effector + state.memory
    killers = effector + p.memory_killing_share * state.memory
    antigen = p.tumour_access * exp(state.log_tumour_cd19_positive) + state.b_progenitors + state.b_cells
    share = antigen / (p.antigen_half_cells * p.size + antigen)
    crowd = (exp(state.log_lymphocytes) + living + state.exhausted) / (p.niche_half_cells * p.size)
    crowd2 = crowd * crowd
    return CarTSignals(effector, living, killers, share, 1 / (1 + crowd2 * crowd2))


def car_t_rates(day: Any, state: State, p: Parameters, car: CarTSignals, steroid: Any) -> tuple[Any, ...]:
    """Rates of change of log effector, memory, exhausted and infused cells, per day.

    start = day^4 / (day^4 + lag^4);  drive = S0 + (1 - S0) share
    (log E)' = growth drive niche start (1 - steroid) - death - exhaustion share - k_EM - rejection
               + a share niche M/(E + 1 cell)
    M' = k_EM E - (death_M + rejection) M;   X' = exhaustion share E - (death_X + rejection) X
    D' = -loss D

    Memory cells that antigen calls back divide: they add to E and are not used up.

    Source
    ------
    stein_2019 for the share that becomes memory and its decay; other values fitted.
    """
    day2 = day * day
    lag2 = p.lag_days * p.lag_days
    start = day2 * day2 / (day2 * day2 + lag2 * lag2)
    drive = p.growth_without_antigen + (1 - p.growth_without_antigen) * car.antigen_share
    growth = p.growth_per_day * drive * car.niche * start * (1 - p.steroid_on_growth * steroid)
    exhaustion = p.exhaustion_per_day * car.antigen_share
    recall = p.memory_activation_per_day * car.antigen_share * car.niche * state.memory
    log_effector = (
        growth
        - p.effector_death_per_day
        - exhaustion
        - p.memory_formation_per_day
        - p.rejection_per_day
        + recall / (car.effector + p.least_cells)
    )
    memory = p.memory_formation_per_day * car.effector - state.memory * (
        p.memory_death_per_day + p.rejection_per_day
    )
    exhausted = exhaustion * car.effector - state.exhausted * (
        p.exhausted_death_per_day + p.rejection_per_day
    )
    return log_effector, memory, exhausted, -p.infused_loss_per_day * state.infused_in_blood


def lymphocyte_rate(state: State, p: Parameters, steroid: Any, log: Any) -> Any:
    """Rate of change of the logarithm of the patient's own lymphocytes, per day.

    (log L)' = -growth log(L / (capacity size)) - chemotherapy while it is given - steroid

    Source
    ------
    kimmel_2021 (regrowth); effect of chemotherapy fitted to the depth of lymphodepletion.
    """
    below = state.log_lymphocytes - log(p.lymphocyte_capacity_cells * p.size)
    return (
        -p.lymphocyte_growth_per_day * below
        - p.lymphocyte_kill_per_day * p.lymphodepletion_now
        - p.steroid_on_lymphocytes_per_day * steroid
    )
