"""Writes bootstrap.json: bootstrap-t intervals of means from 400,000 resamples by numpy, and their coverage beside other intervals'.

python3 -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 && v/bin/python bootstrap.py
"""
import json
from pathlib import Path
import numpy as np
from scipy import stats

random = np.random.default_rng(3)


def bootstrap_t(sums, sizes, confidence, resamples=400_000):
    sums, sizes = np.asarray(sums, float), np.asarray(sizes, float)
    n = len(sums)

    def ratio(s, m):
        value = s.sum(-1) / m.sum(-1)
        return value, np.sqrt(((s - value[..., None] * m) ** 2).sum(-1)) / m.sum(-1)

    value, error = ratio(sums, sizes)
    deviations = []
    for _ in range(resamples // 20_000):
        chosen = random.integers(0, n, (20_000, n))
        means, errors = ratio(sums[chosen], sizes[chosen])
        deviations.append((means - value) / errors)
    low, high = np.quantile(np.concatenate(deviations), [(1 + confidence) / 2, (1 - confidence) / 2])
    return [float(value), float(value - low * error), float(value - high * error)]


def coverage(sample, mean, n, repeats=1000, resamples=999):
    hits = dict.fromkeys(("bootstrap-t", "percentile", "BCa", "t"), 0)
    for _ in range(repeats):
        x = sample(n)
        m, s = x.mean(), x.std()
        if s == 0:
            continue
        drawn = x[random.integers(0, n, (resamples, n))]
        means, spreads = drawn.mean(1), drawn.std(1)
        with np.errstate(all="ignore"):
            deviations = np.sort(np.where(means == m, 0, (means - m) / spreads))
        skew = ((x - m) ** 3).sum() / (6 * ((x - m) ** 2).sum() ** 1.5)
        bias = stats.norm.ppf(((means < m).sum() + 0.5 * (means == m).sum()) / resamples)
        z = bias + stats.norm.ppf([0.025, 0.975])
        t = stats.t.ppf(0.975, n - 1) * x.std(ddof=1) / np.sqrt(n)
        ends = {
            "bootstrap-t": (m - deviations[974] * s, m - deviations[24] * s),
            "percentile": np.quantile(means, [0.025, 0.975]),
            "BCa": np.quantile(means, stats.norm.cdf(bias + z / (1 - skew * z))),
            "t": (m - t, m + t),
        }
        for name, (low, high) in ends.items():
            hits[name] += low <= mean <= high
    return {name: count / repeats for name, count in hits.items()}


skewed = [round(float(x), 2) for x in random.lognormal(3, 1.2, 40)]
spread = [round(float(x), 2) for x in random.normal(-2, 5, 25)]
clusters = [[round(float(x + shift), 2) for x in random.normal(0, 1, size)]
            for size, shift in zip(random.integers(1, 5, 30), random.normal(4, 3, 30))]
sums, sizes = [sum(c) for c in clusters], [len(c) for c in clusters]
ones = np.ones_like
result = {
    "means": [[x, c, *bootstrap_t(x, ones(x), c)] for x in (skewed, spread) for c in (0.95, 0.8)],
    "clusters": [clusters, 0.95, *bootstrap_t(sums, sizes, 0.95)],
    "coverage": {
        "100 lognormals of log-sd 1.5": coverage(lambda n: random.lognormal(0, 1.5, n), np.exp(1.125), 100),
        "300 exponentials of which 90 % are 0": coverage(lambda n: (random.random(n) < 0.1) * random.exponential(1, n), 0.1, 300),
        "50 normals": coverage(lambda n: random.normal(0, 1, n), 0, 50),
    },
}
print(result)
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("bootstrap.json").write_text("{\n" + body + "\n}\n")
