"""Writes counts.json: exact count quantiles, and the largest error of the Cornish-Fisher series in count-search.ts over its margin.

python3 -m venv v && v/bin/pip install scipy==1.17.1 mpmath==1.4.1 && v/bin/python counts.py
The quantiles are mpmath's, because SciPy's Poisson tails are off by 1e-5 at a mean of 1e6.
"""
import json, random
from pathlib import Path
import mpmath as mp
import numpy as np
from scipy import stats

mp.mp.dps = 40


def quantiles(family, params, us):
    """Least k with P(X <= k) >= u for each u, by summing p(k) = p(k - 1) (a + b/k) with 40 digits."""
    if family == "binomial":
        n, p = params[0], mp.mpf(params[1])
        a, b, term = -p / (1 - p), (n + 1) * p / (1 - p), (1 - p) ** n
    elif family == "poisson":
        a, b, term = mp.mpf(0), mp.mpf(params[0]), mp.exp(-mp.mpf(params[0]))
    else:
        mean, excess = mp.mpf(params[0]), mp.mpf(params[1]) - 1
        size = mean / excess
        a, b, term = excess / (1 + excess), (size - 1) * excess / (1 + excess), (1 + excess) ** -size
    k, below, found, steps = 0, term, {}, []
    for u in sorted(us):
        while below < u:
            k += 1
            term *= a + b / k
            below += term
        # Nearer to a step than this, the rounding of a double decides.
        if min(below - u, u - below + term) > 1e-14:
            found[u] = k
        if 0.001 < u < 0.999 and below < 0.9999 and term > 1e-6:
            steps += [(float(below) - 1e-9, k), (float(below) + 1e-9, k + 1)]
    # Next to a step only the exact search can tell.
    return found | dict(steps)


def series(z, mean, variance, skew):
    v = variance - 1 / 12
    sd = np.sqrt(v)
    k3, k4, k5 = variance * skew, variance * (3 * skew**2 - 1) / 2, variance * skew * (3 * skew**2 - 2)
    g1, g2, g3 = k3 / sd**3, k4 / sd**4, k5 / sd**5
    h1, h2, h3, h4 = z, z * z - 1, z**3 - 3 * z, z**4 - 6 * z * z + 3
    w = z + g1 * h2 / 6 + g2 * h3 / 24 - g1**2 * (2 * h3 + h1) / 36
    w += g3 * h4 / 120 - g1 * g2 * (h4 + h2) / 24 + g1**3 * (12 * h4 + 19 * h2) / 324
    wide = max(1, abs(skew))
    margin = (0.008 + 0.0003 * (wide - 1)) * (8 + abs(z) ** 5) * (wide / sd) ** 3
    return mean + sd * w, margin


def error_over_margin(law, mean, variance, skew):
    sd = variance**0.5
    k = np.unique(np.linspace(max(0, int(mean - 9 * sd)), int(mean + 17 * sd), 20_000).astype(int))
    lower, upper = law.cdf(k), law.sf(k)
    z = np.where(lower < 0.5, stats.norm.ppf(lower), stats.norm.isf(upper))
    k, z = k[np.abs(z) < 7], z[np.abs(z) < 7]
    place, margin = series(z, mean, variance, skew)
    used = margin < 0.5
    return float(np.max(np.abs(place - (k + 0.5))[used] / margin[used], initial=0))


def worst_error_over_margin():
    worst = 0
    for spread in (2, 2.2, 2.5, 3, 4, 5, 7, 10, 30, 100):
        for p in (0.5, 0.45, 0.4, 0.3, 0.2, 0.1, 0.03, 0.001):
            n = int(np.ceil(spread**2 / p / (1 - p)))
            worst = max(worst, error_over_margin(stats.binom(n, p), n * p, n * p * (1 - p), 1 - 2 * p))
        worst = max(worst, error_over_margin(stats.poisson(spread**2), spread**2, spread**2, 1))
        for index in (1.01, 1.1, 1.2, 1.5, 2, 3, 5, 10, 30, 100, 1000):
            worst = max(worst, negative_binomial_error(spread, index))
    # Above a mean of 1000 the series is asked at any spread.
    return max([worst] + [negative_binomial_error(spread, index) for spread in (0.3, 0.6, 1, 1.5) for index in (1000, 10_000)])


def negative_binomial_error(spread, index):
    skew = 2 * index - 1
    mean = (spread * skew) ** 2 / index
    return error_over_margin(stats.nbinom(mean / (index - 1), 1 / index), mean, mean * index, skew)


draw = random.Random(1)
parameters = (
    [("binomial", [n, p]) for n in (1, 2, 10, 36, 60, 250, 500, 2500) for p in (0.0005, 0.01, 0.1, 0.3, 0.5, 0.7, 0.99)]
    + [("binomial", [1_000_000, 0.2]), ("binomial", [100_000, 0.00001])]
    + [("poisson", [mean]) for mean in (0.01, 0.9, 3.9, 4, 9, 40, 250, 10_000, 1_000_000)]
    + [("negativeBinomial", [m, d]) for m in (0.3, 5, 33, 50, 250, 3000) for d in (1.001, 1.2, 2, 3, 10, 30)]
    + [("negativeBinomial", [250_000, 20_000])]
)
rows = []
for family, params in parameters:
    us = [1e-12, 1 - 1e-12, 0.00012, 1 - 0.00012] + [draw.random() for _ in range(8)]
    rows += [[family, params, u, k] for u, k in quantiles(family, params, us).items()]
largest = worst_error_over_margin()
print(len(rows), largest)
body = ",\n".join(json.dumps(row) for row in rows)
Path(__file__).with_name("counts.json").write_text(
    f'{{\n"worstErrorOverMargin": {largest:.3f},\n"quantiles": [\n{body}\n]\n}}\n'
)
