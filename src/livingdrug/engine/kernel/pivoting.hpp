// The careful way for one lane whose pivots came out too small: a full matrix, rows exchanged.

struct Pivoted {
    double matrix[N_STATES][N_STATES];
    int order[N_STATES];
};

static void factorise_with_exchange(const V* jacobian, double diagonal, int lane, Pivoted& to) {
    for (int i = 0; i < N_STATES; i++)
        for (int j = 0; j < N_STATES; j++) to.matrix[i][j] = i == j ? diagonal : 0.0;
    for (int e = 0; e < N_ENTRIES; e++)
        if (ENTRY_IN_JACOBIAN[e]) to.matrix[ENTRY_ROW[e]][ENTRY_COLUMN[e]] -= jacobian[e][lane];
    for (int i = 0; i < N_STATES; i++) to.order[i] = i;
    for (int k = 0; k < N_STATES; k++) {
        int best = k;
        for (int i = k + 1; i < N_STATES; i++)
            if (__builtin_fabs(to.matrix[i][k]) > __builtin_fabs(to.matrix[best][k])) best = i;
        if (best != k) {
            for (int j = 0; j < N_STATES; j++) {
                const double held = to.matrix[k][j];
                to.matrix[k][j] = to.matrix[best][j];
                to.matrix[best][j] = held;
            }
            const int held = to.order[k];
            to.order[k] = to.order[best];
            to.order[best] = held;
        }
        for (int i = k + 1; i < N_STATES; i++) {
            to.matrix[i][k] /= to.matrix[k][k];
            for (int j = k + 1; j < N_STATES; j++) to.matrix[i][j] -= to.matrix[i][k] * to.matrix[k][j];
        }
    }
}

static void solve_with_exchange(const Pivoted& with, double* side) {
    double x[N_STATES];
    for (int i = 0; i < N_STATES; i++) {
        x[i] = side[with.order[i]];
        for (int j = 0; j < i; j++) x[i] -= with.matrix[i][j] * x[j];
    }
    for (int i = N_STATES - 1; i >= 0; i--) {
        for (int j = i + 1; j < N_STATES; j++) x[i] -= with.matrix[i][j] * x[j];
        x[i] /= with.matrix[i][i];
    }
    for (int i = 0; i < N_STATES; i++) side[i] = x[i];
}
