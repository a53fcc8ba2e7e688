// A vector of doubles, one lane a patient, with exp and log of our own: results hang on no system library.
// Included inside a namespace of its own for every instruction set; LANES says how wide.
// Nothing here may come from the standard library's templates: the linker would keep one copy of each
// for all instruction sets, and it could be the one that the processor at hand does not have.

typedef double V __attribute__((vector_size(LANES * 8)));
typedef long long M __attribute__((vector_size(LANES * 8)));  // a mask, or the bits of V

#define RESTRICT __restrict__

template <class T>
static inline T number(double value) {
    T all = {};
    return all + value;
}

static inline M bits(V x) { return (M)x; }
static inline V from_bits(M x) { return (V)x; }
static inline V choose(M mask, V yes, V no) { return from_bits((mask & bits(yes)) | (~mask & bits(no))); }
static inline V size_of(V x) { return from_bits(bits(x) & 0x7fffffffffffffffLL); }
static inline V smaller(V a, V b) { return choose(a < b, a, b); }
static inline V larger(V a, V b) { return choose(a > b, a, b); }
static inline V smaller_size(V a, V b) { return smaller(a, size_of(b)); }

// NaN and infinity fail this; the comparison with itself alone would let infinity through.
static inline M is_finite(V x) { return size_of(x) <= 1.7976931348623157e308; }

// exp: x = n ln 2 + r with |r| <= ln 2 / 2, then a Taylor polynomial of degree 13 (error below 1e-17 relative).
// Below -708 the answer is 0, above 709 infinity; NaN stays NaN.
static inline V exp(V x) {
    const V round_to_whole = number<V>(6755399441055744.0);  // 1.5 * 2^52
    const V below = smaller(x, number<V>(709.0)), held = choose(x < -708.0, number<V>(-708.0), below);
    const V shifted = held * 1.4426950408889634 + round_to_whole;
    const V n = shifted - round_to_whole;
    const V r = (held - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    V sum = number<V>(1.0 / 6227020800.0);
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    const V scaled = from_bits(bits(sum) + (bits(shifted) << 52));  // adds n to the exponent
    const V low_or_scaled = choose(x < -708.0, number<V>(0.0), scaled);
    return choose(x > 709.0, number<V>(__builtin_inf()), choose(x == x, low_or_scaled, x));
}

// log: x = m 2^e with m in [1/sqrt 2, sqrt 2), log m = 2 artanh((m - 1) / (m + 1)) by its series.
// NaN where x is below 2.2e-308: what is not above zero has no logarithm, and the step is refused.
static inline V log(V x) {
    const M raw = bits(x);
    M exponent = (M)((raw >> 52) & 0x7ffLL);
    V mantissa = from_bits((raw & 0x000fffffffffffffLL) | 0x3ff0000000000000LL);
    const M high = mantissa > 1.4142135623730951;
    mantissa = choose(high, mantissa * 0.5, mantissa);
    exponent = exponent - high;  // a true mask is -1
    const V e = from_bits(exponent | 0x4330000000000000LL) - (4503599627370496.0 + 1023.0);
    const V s = (mantissa - 1.0) / (mantissa + 1.0), s2 = s * s;
    V sum = number<V>(1.0 / 21.0);
    sum = sum * s2 + 1.0 / 19.0;
    sum = sum * s2 + 1.0 / 17.0;
    sum = sum * s2 + 1.0 / 15.0;
    sum = sum * s2 + 1.0 / 13.0;
    sum = sum * s2 + 1.0 / 11.0;
    sum = sum * s2 + 1.0 / 9.0;
    sum = sum * s2 + 1.0 / 7.0;
    sum = sum * s2 + 1.0 / 5.0;
    sum = sum * s2 + 1.0 / 3.0;
    const V small = s + s * s2 * sum;
    const V result = e * 0.693147180369123816490 + (small + small + e * 1.90821492927058770002e-10);
    const V known = choose(x >= 2.2250738585072014e-308, result, number<V>(__builtin_nan("")));
    return choose(x < __builtin_inf(), known, choose(x > 0.0, x, known));
}
