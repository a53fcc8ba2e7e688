// What the module hands to a kernel, and what a kernel does with it; the same for every instruction set.
#pragma once

struct Work {
    // sizes
    long n_patients;  // columns of the arrays
    long n_outputs;
    int n_kept;
    // given
    const long* rows;          // patients to carry, by column; in the order of the queue
    const double* state;       // (states, patients)
    const double* constants;   // (patients, constants)
    const double* scales;      // (states, patients): size below which an error no longer counts
    const double* day_from;    // (patients)
    const double* day_to;      // (patients)
    const double* outputs;     // (outputs): days, rising
    const int* kept;           // states written at the outputs
    double relative_tolerance;
    double least_pivot;        // relative to the diagonal: below it rows are exchanged
    long most_steps;
    // kept and returned
    double* step;              // (patients): step to begin with (0: choose), then the one to go on with
    double* after;             // (states, patients): holds the given state to begin with
    double* at_outputs;        // (patients, outputs, kept)
    signed char* failed;       // (patients)
    int* n_steps;              // (patients)
    int* n_rejected;           // (patients)
    int* n_exchanged;          // (patients)
    // queue: returns the next place in rows, or -1
    long (*next)(void* queue);
    // returns true when the run is to stop
    bool (*stop)(void* queue);
    void* queue;
};

enum Failure { NONE = 0, TOO_MANY_STEPS = 1, NOT_FINITE = 2, STEP_TOO_SMALL = 3 };

struct Kernel {
    const char* name;
    int lanes;
    int n_states, n_parameters, n_constants;
    const char* sources_hash;
    void (*prepare)(const double* parameters, long n_patients, double* constants);
    void (*run)(const Work& work);
    void (*elementary)(const double* x, long n, double* exponential, double* logarithm);
};

extern const Kernel baseline_kernel;
#ifdef LIVINGDRUG_X86
extern const Kernel avx2_kernel;
extern const Kernel avx512_kernel;
#endif
