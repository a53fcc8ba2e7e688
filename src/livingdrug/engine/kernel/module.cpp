// The Python module: chooses the kernel for the processor, shares patients out to threads, lets Ctrl-C through.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "kernel.hpp"

namespace nb = nanobind;

namespace {

using Table = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using OutTable = nb::ndarray<double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using OutCube = nb::ndarray<double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Column = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using OutColumn = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Rows = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Indices = nb::ndarray<const int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using OutCounts = nb::ndarray<int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using OutMarks = nb::ndarray<int8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

static_assert(sizeof(long) == sizeof(int64_t), "rows are passed as long");

const auto ASK_EVERY = std::chrono::milliseconds(50);

// The kernels that this processor can run, the widest last.
std::vector<const Kernel*> usable() {
    std::vector<const Kernel*> found{&baseline_kernel};
#ifdef LIVINGDRUG_X86
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2) found.push_back(&avx2_kernel);
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        found.push_back(&avx512_kernel);
#endif
    return found;
}

const Kernel& named(const std::string& name) {
    for (const Kernel* kernel : usable())
        if (name == kernel->name) return *kernel;
    throw nb::value_error("no such kernel on this processor");
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Kernel* kernel : usable()) all.push_back(kernel->name);
    return all;
}

// Hands out patients one at a time, and stops all threads when one learns of Ctrl-C.
struct Queue {
    std::atomic<long> taken{0};
    long size = 0;
    std::atomic<bool> stopped{false};
};

struct Turn {  // one thread's view of the queue
    Queue* queue;
    bool asks;  // whether this is the thread that called, and so the one that hears signals
    std::chrono::steady_clock::time_point asked;
};

long next_place(void* turn) {
    Queue& queue = *static_cast<Turn*>(turn)->queue;
    const long place = queue.taken.fetch_add(1, std::memory_order_relaxed);
    return place < queue.size ? place : -1;
}

bool is_stopped(void* given) {
    Turn& turn = *static_cast<Turn*>(given);
    if (turn.asks) {
        const auto now = std::chrono::steady_clock::now();
        if (now - turn.asked > ASK_EVERY) {
            turn.asked = now;
            nb::gil_scoped_acquire held;
            if (PyErr_CheckSignals() != 0) turn.queue->stopped = true;
        }
    }
    return turn.queue->stopped.load(std::memory_order_relaxed);
}

void run_threads(const Kernel& kernel, const Work& work, Queue& queue, int n_threads) {
    std::vector<Turn> turns(n_threads, Turn{&queue, false, std::chrono::steady_clock::now()});
    turns[0].asks = true;
    std::vector<std::thread> others;
    const auto go = [&kernel, work, &turns](int k) {
        Work own = work;
        own.queue = &turns[k];
        kernel.run(own);
    };
    try {
        for (int k = 1; k < n_threads; k++) others.emplace_back(go, k);
    } catch (const std::system_error&) {  // no more threads to be had: the queue is shared by those there are
    }
    go(0);
    for (std::thread& other : others) other.join();
}

void prepare(const std::string& name, Table parameters, OutTable constants) {
    const Kernel& kernel = named(name);
    if ((int)parameters.shape(0) != kernel.n_parameters || (int)constants.shape(1) != kernel.n_constants ||
        constants.shape(0) != parameters.shape(1))
        throw nb::value_error("prepare: arrays do not fit");
    nb::gil_scoped_release released;
    kernel.prepare(parameters.data(), (long)parameters.shape(1), constants.data());
}

void run(const std::string& name, Rows rows, Table state, Table constants, Table scales, Column day_from,
         Column day_to, Column outputs, Indices kept, double relative_tolerance, double least_pivot, int64_t most_steps,
         int n_threads, OutColumn step, OutTable after, OutCube at_outputs, OutMarks failed, OutCounts n_steps,
         OutCounts n_rejected, OutCounts n_exchanged) {
    const Kernel& kernel = named(name);
    const size_t n = state.shape(1);
    const bool fits = (int)state.shape(0) == kernel.n_states && constants.shape(0) == n &&
                      (int)constants.shape(1) == kernel.n_constants && scales.shape(0) == state.shape(0) &&
                      scales.shape(1) == n && day_from.shape(0) == n && day_to.shape(0) == n && step.shape(0) == n &&
                      after.shape(0) == state.shape(0) && after.shape(1) == n && failed.shape(0) == n &&
                      n_steps.shape(0) == n && n_rejected.shape(0) == n && n_exchanged.shape(0) == n &&
                      (at_outputs.size() == 0 ||
                       (at_outputs.shape(0) == n && at_outputs.shape(1) == outputs.shape(0) &&
                        at_outputs.shape(2) == kept.shape(0)));
    if (!fits) throw nb::value_error("run: arrays do not fit");
    for (size_t k = 0; k < rows.shape(0); k++)
        if (rows.data()[k] < 0 || rows.data()[k] >= (int64_t)n) throw nb::value_error("run: no such row");
    for (size_t k = 0; k < kept.shape(0); k++)
        if (kept.data()[k] < 0 || kept.data()[k] >= kernel.n_states) throw nb::value_error("run: no such state");
    Queue queue;
    queue.size = (long)rows.shape(0);
    Work work{};
    work.n_patients = (long)n;
    work.n_outputs = at_outputs.size() == 0 ? 0 : (long)outputs.shape(0);
    work.n_kept = (int)kept.shape(0);
    work.rows = reinterpret_cast<const long*>(rows.data());
    work.state = state.data();
    work.constants = constants.data();
    work.scales = scales.data();
    work.day_from = day_from.data();
    work.day_to = day_to.data();
    work.outputs = outputs.data();
    work.kept = kept.data();
    work.relative_tolerance = relative_tolerance;
    work.least_pivot = least_pivot;
    work.most_steps = most_steps;
    work.step = step.data();
    work.after = after.data();
    work.at_outputs = at_outputs.data();
    work.failed = reinterpret_cast<signed char*>(failed.data());
    work.n_steps = n_steps.data();
    work.n_rejected = n_rejected.data();
    work.n_exchanged = n_exchanged.data();
    work.next = next_place;
    work.stop = is_stopped;
    {
        nb::gil_scoped_release released;
        run_threads(kernel, work, queue, (int)std::max<long>(1, std::min<long>(n_threads, queue.size)));
    }
    if (queue.stopped) throw nb::python_error();
}

void elementary(const std::string& name, Column x, OutColumn exponential, OutColumn logarithm) {
    if (exponential.shape(0) != x.shape(0) || logarithm.shape(0) != x.shape(0))
        throw nb::value_error("elementary: arrays do not fit");
    named(name).elementary(x.data(), (long)x.shape(0), exponential.data(), logarithm.data());
}

}  // namespace

NB_MODULE(_kernel, module) {
    module.doc() = "The body's equations, compiled, and the method that integrates them.";
    module.attr("SOURCES_HASH") = baseline_kernel.sources_hash;
    module.attr("BUILD") = BUILD;
    module.attr("N_CONSTANTS") = baseline_kernel.n_constants;
    module.def("names", &names);
    module.def("prepare", &prepare);
    module.def("run", &run);
    module.def("elementary", &elementary);
}
