"""Writes comparisons.json: tests, intervals and sample sizes for the comparison of rates.

python3 -m venv v && v/bin/pip install scipy==1.17.1 statsmodels==0.15.0 && v/bin/python comparisons.py
"""
import json, random
from pathlib import Path
from scipy import optimize, special, stats
from scipy.optimize import brentq
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

draw = random.Random(4)


def mcnemar(a, b):
    p = stats.binomtest(a, a + b).pvalue
    law = stats.binom(a + b, 0.5).pmf(range(a + b + 1))
    here = law[a] * (1 + 1e-9)
    return [a, b, p, float(sum(x if x < here / (1 + 2e-9) else x / 2 for x in law if x <= here))]


def fisher(a, n, b, m):
    tails = [stats.fisher_exact([[a, n - a], [b, m - b]], alternative=side).pvalue for side in ("less", "greater")]
    here = stats.hypergeom(n + m, a + b, n).pmf(a)
    return [a, n, b, m, float(min(1, 2 * min(tails))), float(min(1, 2 * (min(tails) - here / 2)))]


def tango(a, b, n, confidence):
    """Differences b - a whose score is within ±z, the share of pairs in which a alone has the event being the likeliest under each."""
    z = stats.norm.ppf((1 + confidence) / 2)

    def score(d):
        def loss(q):
            return -(special.xlogy(a, q) + special.xlogy(b, q + d) + special.xlogy(n - a - b, 1 - 2 * q - d))

        q = optimize.minimize_scalar(loss, bounds=(max(0, -d), (1 - d) / 2), method="bounded", options={"xatol": 1e-14}).x
        return ((b - a) - n * d) / (n * (2 * q + d - d * d)) ** 0.5

    value = (b - a) / n
    ends = [brentq(lambda d: score(d) - z, -1 + 1e-9, value), brentq(lambda d: score(d) + z, value, 1 - 1e-9)]
    return [a, b, n, confidence, *map(float, ends)]


def newcombe(a, n, b, m, confidence):
    low, high = confint_proportions_2indep(b, m, a, n, method="newcomb", compare="diff", alpha=1 - confidence)
    return [a, n, b, m, confidence, float(low), float(high)]


def trials_to_claim(rate, bound, confidence, power):
    """Least n at which the claim `rate < bound` stands with the chance `power`, one event more at a time."""
    k = 0
    n = 1
    while True:
        while n <= k or stats.beta.ppf(confidence, k + 1, n - k) >= bound:
            n += 1
        if stats.binom.cdf(k, n, rate) >= power:
            return [rate, bound, confidence, power, n]
        k += 1


def trials_to_tell(difference, sd, confidence, power):
    """The n of the z test's own power, the far tail left out."""
    z = stats.norm.ppf((1 + confidence) / 2)
    n = brentq(lambda n: stats.norm.sf(z - abs(difference) * n**0.5 / sd) - power, 1e-9, 1e12)
    return [difference, sd, confidence, power, n]


def trials_to_tell_rates(a, b, confidence, power):
    """The n at which McNemar's statistic, of sd sqrt(a + b) under none and sqrt(a + b - (a - b)²) under this difference, has the power."""
    z, d = stats.norm.ppf((1 + confidence) / 2), abs(a - b)
    reach = lambda n: (z * (a + b) ** 0.5 - d * n**0.5) / (a + b - d * d) ** 0.5
    return [a, b, confidence, power, brentq(lambda n: stats.norm.sf(reach(n)) - power, 1e-9, 1e12)]


def p_values(n):
    return [round(draw.random() ** 3, 4) for _ in range(n)]


families = [[0.01, 0.04, 0.03, 0.005], [0.05], [1, 1], [0.02, 0.02, 0.02], p_values(8), p_values(20)]
result = {
    "mcNemar": [mcnemar(*c) for c in ((25, 10), (1, 7), (6, 16), (0, 1), (5, 5), (0, 40), (300, 361), (2000, 1800))],
    "fisher": [fisher(*c) for c in (
        (3, 4, 1, 4), (12, 1000, 30, 9000), (0, 10, 0, 20), (5, 10, 5, 10), (7, 12, 1, 5), (0, 50, 6, 50), (490, 500, 470, 500),
        (40, 5000, 75, 5000), (3, 2000, 3, 1000))],
    "tango": [tango(*c, x) for c in ((1, 7, 21), (6, 16, 161), (40, 20, 160), (0, 5, 41), (3, 30, 4000)) for x in (0.95, 0.99)],
    "newcombe": [newcombe(*c, x) for c in ((48, 80, 56, 70), (3, 10, 9, 10), (0, 29, 5, 56), (490, 500, 470, 500)) for x in (0.95, 0.99)],
    "holm": [[p, [float(x) for x in multipletests(p, method="holm")[1]]] for p in families],
    "trialsToClaim": [trials_to_claim(*c) for c in (
        (0, 0.01, 0.95, 0.8), (0.001, 0.01, 0.95, 0.9), (0.0025, 0.01, 0.95, 0.9), (0.005, 0.01, 0.95, 0.9), (0.003, 0.01, 0.975, 0.8),
        (0.02, 0.05, 0.95, 0.8), (0.3, 0.5, 0.99, 0.5))],
    "trialsToTell": [trials_to_tell(*c) for c in ((1, 5, 0.95, 0.8), (-0.2, 1, 0.95, 0.9), (30, 400, 0.99, 0.5))],
    "trialsToTellRates": [trials_to_tell_rates(*c) for c in ((0.125, 0.25, 0.95, 0.9), (0.01, 0.03, 0.95, 0.8), (0.05, 0, 0.99, 0.8))],
}
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("comparisons.json").write_text("{\n" + body + "\n}\n")
print(body)
