// The kernel for one instruction set: LANES patients side by side, each with its own time and step.
// A lane whose patient is done takes the next from the queue. No lane's numbers depend on another lane.
#include "kernel.hpp"

namespace {

#include "vectors.hpp"
#include "rodas5p.hpp"
#include "equations.inc"
#include "pivoting.hpp"

const double SAFETY = 0.9, LEAST_FACTOR = 0.2, MOST_FACTOR = 6.0;
const double ERROR_POWER = -0.1;  // of the squared error: -1/5 of the error
const double SHRINK_NOT_FINITE = 0.25;
const double FIRST_STEP_DAYS = 0.01;
const double LEAST_STEP_DAYS = 1e-9;

struct Lanes {
    V day, day_to, step, step_kept;
    V state[N_STATES];
    V scale[N_STATES];
    V constant[N_CONSTANTS];
    long row[LANES];  // the patient, or -1
    long output[LANES];
    int n_steps[LANES], n_rejected[LANES], n_exchanged[LANES];
    bool rejected_before[LANES];
};

struct Stages {
    V k[STAGES][N_STATES];
    V after[N_STATES];
    V error_squared;  // mean over states of the squared scaled error
};

void write_back(const Work& work, Lanes& at, int lane, Failure failed) {
    const long row = at.row[lane];
    for (int i = 0; i < N_STATES; i++) work.after[i * work.n_patients + row] = at.state[i][lane];
    work.step[row] = at.step_kept[lane];
    work.failed[row] = (signed char)failed;
    work.n_steps[row] += at.n_steps[lane];
    work.n_rejected[row] += at.n_rejected[lane];
    work.n_exchanged[row] += at.n_exchanged[lane];
    at.row[lane] = -1;
}

void keep_output(const Work& work, const Lanes& at, int lane, long output) {
    double* place = work.at_outputs + (at.row[lane] * work.n_outputs + output) * work.n_kept;
    for (int i = 0; i < work.n_kept; i++) place[i] = at.state[work.kept[i]][lane];
}

bool all_finite(const Lanes& at, int lane) {
    for (int i = 0; i < N_STATES; i++)
        if (!(__builtin_fabs(at.state[i][lane]) <= 1.7976931348623157e308)) return false;
    return true;
}

// Puts the next patient of the queue into a lane; false when there is none left.
bool refill(const Work& work, Lanes& at, int lane) {
    for (;;) {
        const long place = work.next(work.queue);
        if (place < 0) return false;
        const long row = work.rows[place];
        // Whoever stays where they are costs nothing: the state was handed over as the answer already.
        if (work.n_outputs == 0 && !(work.day_from[row] < work.day_to[row])) continue;
        at.row[lane] = row;
        at.n_steps[lane] = at.n_rejected[lane] = at.n_exchanged[lane] = 0;
        at.rejected_before[lane] = false;
        at.output[lane] = 0;
        at.day[lane] = work.day_from[row];
        at.day_to[lane] = work.day_to[row];
        at.step_kept[lane] = work.step[row] > 0 ? work.step[row] : FIRST_STEP_DAYS;
        const double* constant = work.constants + row * N_CONSTANTS;
        for (int i = 0; i < N_STATES; i++) at.state[i][lane] = work.state[i * work.n_patients + row];
        for (int i = 0; i < N_STATES; i++) at.scale[i][lane] = work.scales[i * work.n_patients + row];
        for (int i = 0; i < N_CONSTANTS; i++) at.constant[i][lane] = constant[i];
        if (!all_finite(at, lane)) {
            write_back(work, at, lane, NOT_FINITE);
            continue;
        }
        for (; at.output[lane] < work.n_outputs && work.outputs[at.output[lane]] <= at.day[lane]; at.output[lane]++)
            if (work.outputs[at.output[lane]] == at.day[lane]) keep_output(work, at, lane, at.output[lane]);
        if (at.day[lane] < at.day_to[lane]) return true;
        write_back(work, at, lane, NONE);
    }
}

// An empty lane computes along without a patient: nobody reads what comes of it.
void idle(Lanes& at, int lane) {
    for (int i = 0; i < N_STATES; i++) at.state[i][lane] = at.scale[i][lane] = 1.0;
    for (int i = 0; i < N_CONSTANTS; i++) at.constant[i][lane] = 1.0;
    at.row[lane] = -1;
    at.output[lane] = 0;
    at.n_steps[lane] = at.n_rejected[lane] = at.n_exchanged[lane] = 0;
    at.rejected_before[lane] = false;
    at.day[lane] = 0.0;
    at.day_to[lane] = at.step_kept[lane] = 1.0;
}

// The step that ends on day_to when it is near, halved when it would leave a sliver behind.
inline V next_step(const Lanes& at) {
    const V left = at.day_to - at.day;
    const V halved = choose(left < at.step_kept * 2.0, left * 0.5, at.step_kept);
    return choose(left <= at.step_kept, left, halved);
}

void take_stages(const Work& work, Lanes& at, Stages& to) {
    V rate[N_STATES], jacobian[N_ENTRIES], factor[N_ENTRIES], by_day[N_BY_DAY], argument[N_STATES];
    slopes(at.day, at.state, at.constant, rate, jacobian, by_day);
    const V per_step = 1.0 / at.step, diagonal = per_step * (1.0 / GAMMA);
    const V least = factorise(jacobian, diagonal, factor);
    const M weak = ~(least >= diagonal * work.least_pivot);
    Pivoted pivoted[LANES];
    bool exchanged = false;
    for (int lane = 0; lane < LANES; lane++)
        if (weak[lane] && at.row[lane] >= 0) {
            exchanged = true;
            factorise_with_exchange(jacobian, diagonal[lane], lane, pivoted[lane]);
            at.n_exchanged[lane]++;
        }
    for (int stage = 0; stage < STAGES; stage++) {
        V* k = to.k[stage];
        if (stage == 0) {
            for (int i = 0; i < N_STATES; i++) k[i] = rate[i];
        } else if (stage < 6) {
            for (int i = 0; i < N_STATES; i++) {
                V sum = at.state[i], mixed = number<V>(0.0);
                for (int j = 0; j < stage; j++) {
                    sum += A[stage][j] * to.k[j][i];
                    mixed += C[stage][j] * to.k[j][i];
                }
                argument[i] = sum;
                k[i] = mixed;
            }
        } else {
            for (int i = 0; i < N_STATES; i++) {
                V mixed = number<V>(0.0);
                for (int j = 0; j < stage; j++) mixed += C[stage][j] * to.k[j][i];
                argument[i] += to.k[stage - 1][i];
                k[i] = mixed;
            }
        }
        if (stage > 0) {
            rates(at.day + AT[stage] * at.step, argument, at.constant, rate);
            for (int i = 0; i < N_STATES; i++) k[i] = rate[i] + per_step * k[i];
        }
        if (stage < 5)
            for (int m = 0; m < N_BY_DAY; m++) k[BY_DAY_ROW[m]] += D[stage] * at.step * by_day[m];
        double side[LANES][N_STATES];
        if (exchanged)
            for (int lane = 0; lane < LANES; lane++)
                if (weak[lane] && at.row[lane] >= 0)
                    for (int i = 0; i < N_STATES; i++) side[lane][i] = k[i][lane];
        solve(factor, k);
        if (exchanged)
            for (int lane = 0; lane < LANES; lane++)
                if (weak[lane] && at.row[lane] >= 0) {
                    solve_with_exchange(pivoted[lane], side[lane]);
                    for (int i = 0; i < N_STATES; i++) k[i][lane] = side[lane][i];
                }
    }
    V sum = number<V>(0.0);
    for (int i = 0; i < N_STATES; i++) {
        const V error = to.k[STAGES - 1][i];
        to.after[i] = argument[i] + error;
        const V size = larger(size_of(at.state[i]), size_of(to.after[i]));
        const V scaled = error / (work.relative_tolerance * (at.scale[i] + size));
        sum += scaled * scaled;
    }
    to.error_squared = sum * (1.0 / N_STATES);
}

// Writes the outputs that lie within the step just accepted, which ends on the day reached, by dense output.
void keep_outputs(const Work& work, Lanes& at, const Stages& of, M accepted, V reached) {
    for (;;) {
        bool any = false, due[LANES];
        V part = number<V>(0.0);
        for (int lane = 0; lane < LANES; lane++) {
            due[lane] = accepted[lane] && at.row[lane] >= 0 && at.output[lane] < work.n_outputs &&
                        work.outputs[at.output[lane]] <= reached[lane];
            if (!due[lane]) continue;
            any = true;
            const double whole = (work.outputs[at.output[lane]] - at.day[lane]) / at.step[lane];
            part[lane] = whole < 1.0 ? whole : 1.0;
        }
        if (!any) return;
        V weight[STAGES];
        for (int j = 0; j < STAGES; j++)
            weight[j] = part * (1.0 - part) * (H[0][j] + part * (H[1][j] + part * H[2][j]));
        for (int m = 0; m < work.n_kept; m++) {
            const int i = work.kept[m];
            V sum = at.state[i] + part * (of.after[i] - at.state[i]);
            for (int j = 0; j < STAGES; j++) sum += weight[j] * of.k[j][i];
            for (int lane = 0; lane < LANES; lane++)
                if (due[lane])
                    work.at_outputs[(at.row[lane] * work.n_outputs + at.output[lane]) * work.n_kept + m] = sum[lane];
        }
        for (int lane = 0; lane < LANES; lane++) at.output[lane] += due[lane];
    }
}

// Decides lane by lane whether the step stands, and how long the next is to be.
Failure settle(const Work& work, Lanes& at, int lane, bool accepted, bool finite, double factor) {
    at.n_steps[lane]++;
    if (at.n_steps[lane] >= work.most_steps) return TOO_MANY_STEPS;
    const double tried = at.step[lane];
    if (accepted) {
        double wanted = tried * (at.rejected_before[lane] && factor > 1.0 ? 1.0 : factor);
        // A step cut short to end on day_to says nothing against the longer one that was planned.
        if (tried < at.step_kept[lane] && wanted < at.step_kept[lane] && factor >= 1.0) wanted = at.step_kept[lane];
        at.step_kept[lane] = wanted;
        at.rejected_before[lane] = false;
        return NONE;
    }
    at.n_rejected[lane]++;
    at.rejected_before[lane] = true;
    at.step_kept[lane] = tried * (finite ? factor : SHRINK_NOT_FINITE);
    if (at.step_kept[lane] >= LEAST_STEP_DAYS) return NONE;
    return finite ? STEP_TOO_SMALL : NOT_FINITE;
}

void run(const Work& work) {
    Lanes at;
    Stages of;
    int busy = 0;
    for (int lane = 0; lane < LANES; lane++) {
        idle(at, lane);
        if (refill(work, at, lane)) busy++;
    }
    while (busy > 0 && !work.stop(work.queue)) {
        at.step = next_step(at);
        take_stages(work, at, of);
        M finite = is_finite(of.error_squared);
        const V held = larger(of.error_squared, number<V>(1e-12));
        const V wanted = SAFETY * exp(ERROR_POWER * log(held));
        const V factor = smaller(larger(wanted, number<V>(LEAST_FACTOR)), number<V>(MOST_FACTOR));
        const M accepted = finite & (of.error_squared <= 1.0);
        const V reached = choose(at.day_to - at.day <= at.step, at.day_to, at.day + at.step);
        if (work.n_outputs > 0) keep_outputs(work, at, of, accepted, reached);
        at.day = choose(accepted, reached, at.day);
        for (int i = 0; i < N_STATES; i++) at.state[i] = choose(accepted, of.after[i], at.state[i]);
        for (int lane = 0; lane < LANES; lane++) {
            if (at.row[lane] < 0) continue;
            const Failure failed = settle(work, at, lane, accepted[lane], finite[lane], factor[lane]);
            const bool done = accepted[lane] && at.day[lane] >= at.day_to[lane];
            if (failed == NONE && !done) continue;
            write_back(work, at, lane, done ? NONE : failed);
            if (!refill(work, at, lane)) {
                idle(at, lane);
                busy--;
            }
        }
    }
}

void prepare_all(const double* parameters, long n_patients, double* constants) {
    V parameter[N_PARAMETERS], constant[N_CONSTANTS];
    for (long first = 0; first < n_patients; first += LANES) {
        const int many = n_patients - first < LANES ? (int)(n_patients - first) : LANES;
        for (int i = 0; i < N_PARAMETERS; i++)
            for (int lane = 0; lane < LANES; lane++)
                parameter[i][lane] = parameters[i * n_patients + first + (lane < many ? lane : 0)];
        prepare(parameter, constant);
        for (int lane = 0; lane < many; lane++)
            for (int i = 0; i < N_CONSTANTS; i++) constants[(first + lane) * N_CONSTANTS + i] = constant[i][lane];
    }
}

void elementary(const double* x, long n, double* exponential, double* logarithm) {
    for (long first = 0; first < n; first += LANES) {
        V at = number<V>(1.0);
        const int many = n - first < LANES ? (int)(n - first) : LANES;
        for (int lane = 0; lane < many; lane++) at[lane] = x[first + lane];
        const V e = exp(at), l = log(at);
        for (int lane = 0; lane < many; lane++) exponential[first + lane] = e[lane], logarithm[first + lane] = l[lane];
    }
}

}  // namespace

extern const Kernel KERNEL;
const Kernel KERNEL = {KERNEL_NAME, LANES,          N_STATES, N_PARAMETERS, N_CONSTANTS, SOURCES_HASH,
                       prepare_all, run,            elementary};
