"""Writes resampling.json: symmetric bootstrap-t intervals and p-values of paired, unpaired and nested means, from 400,000 resamples by numpy,
and their coverage beside other intervals'.

python3 -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 && v/bin/python resampling.py
"""
import json
from pathlib import Path
import numpy as np
from scipy import stats

random = np.random.default_rng(5)
resamples = 400_000


def studentized(value, error, deviations):
    """Symmetric: ends and p-value by the absolute deviations."""
    distances = np.abs(deviations)
    reach = np.quantile(distances, 0.95) * error
    return [float(value), float(value - reach), float(value + reach), float((distances >= abs(value) / error).mean())]


def paired(differences):
    x = np.array(differences)
    n = len(x)
    deviations = []
    for _ in range(resamples // 20_000):
        y = random.choice(x, (20_000, n))
        deviations.append((y.mean(1) - x.mean()) / (y.std(1) / n**0.5))
    return [differences, *studentized(x.mean(), x.std() / n**0.5, np.concatenate(deviations))]


def coverage(sample, mean, n=100, repeats=2000, count=999):
    """Of the symmetric bootstrap-t, that with equal tails, BCa."""
    hits = np.zeros(3)
    for _ in range(repeats):
        x = sample(n)
        m, s = x.mean(), x.std()
        y = x[random.integers(0, n, (count, n))]
        means = y.mean(1)
        with np.errstate(all="ignore"):
            t = np.sort(np.where(means == m, 0, (means - m) / y.std(1)))
        reach = np.sort(np.abs(t))[949] * s
        skew = ((x - m) ** 3).sum() / (6 * ((x - m) ** 2).sum() ** 1.5)
        bias = stats.norm.ppf(((means < m).sum() + 0.5 * (means == m).sum()) / count)
        z = bias + stats.norm.ppf([0.025, 0.975])
        ends = [(m - reach, m + reach), (m - t[974] * s, m - t[24] * s), np.quantile(means, stats.norm.cdf(bias + z / (1 - skew * z)))]
        hits += [low <= mean <= high for low, high in ends]
    return [float(share) for share in hits / repeats]


def unpaired(before, after):
    a, b = np.array(before), np.array(after)
    deviations = []
    for _ in range(resamples // 20_000):
        x, y = random.choice(a, (20_000, len(a))), random.choice(b, (20_000, len(b)))
        errors = np.sqrt(x.var(1) / len(a) + y.var(1) / len(b))
        deviations.append((y.mean(1) - x.mean(1) - (b.mean() - a.mean())) / errors)
    return [before, after, *studentized(b.mean() - a.mean(), (a.var() / len(a) + b.var() / len(b)) ** 0.5, np.concatenate(deviations))]


def ratio(sums, sizes):
    value = sums.sum(-1) / sizes.sum(-1)
    return value, np.sqrt(((sums - value[..., None] * sizes) ** 2).sum(-1)) / sizes.sum(-1)


def nested(families):
    value, error = ratio(np.array([sum(map(sum, f)) for f in families]), np.array([sum(map(len, f)) for f in families]))
    sums, sizes = [], []
    for _ in families:
        chosen = random.integers(0, len(families), resamples)
        total, size = np.zeros(resamples), np.zeros(resamples)
        for f, scenarios in enumerate(families):
            mine = np.flatnonzero(chosen == f)
            for _ in scenarios:
                picked = random.integers(0, len(scenarios), len(mine))
                for s, trials in enumerate(scenarios):
                    rows = mine[picked == s]
                    total[rows] += random.choice(np.array(trials), (len(rows), len(trials))).sum(1)
                    size[rows] += len(trials)
        sums.append(total)
        sizes.append(size)
    values, errors = ratio(np.array(sums).T, np.array(sizes).T)
    return [families, *studentized(value, error, (values - value) / errors)]


def lognormals(n, mean, spread):
    return [round(float(x), 2) for x in random.lognormal(mean, spread, n)]


families = [
    [[round(float(x), 2) for x in random.normal(shift + other, 3, size)] for size, other in zip(random.integers(2, 8, count), random.normal(0, 1, count))]
    for count, shift in zip(random.integers(1, 5, 9), random.normal(1.5, 1.5, 9))
]
result = {
    "paired": [paired(lognormals(40, 2, 1)), paired([0.0] * 30 + [round(float(x), 2) for x in random.normal(0.5, 1, 20)])],
    "unpaired": [unpaired(lognormals(40, 2, 1), lognormals(25, 2.4, 0.5)), unpaired(lognormals(30, 3, 0.3), lognormals(60, 3.1, 0.3))],
    "nested": nested(families),
    "coverage": {
        "one in five differs, normally": coverage(lambda n: (random.random(n) < 0.2) * random.normal(0, 1, n), 0),
        "one in ten differs, exponentially": coverage(lambda n: (random.random(n) < 0.1) * random.exponential(1, n), 0.1),
        "lognormals of log-sd 1": coverage(lambda n: random.lognormal(0, 1, n), np.exp(0.5)),
        "normals": coverage(lambda n: random.normal(0, 1, n), 0),
    },
}
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("resampling.json").write_text("{\n" + body + "\n}\n")
print(body)
