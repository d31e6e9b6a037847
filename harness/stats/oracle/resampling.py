"""Writes resampling.json: bootstrap-t intervals and p-values of unpaired and of nested means, from 400,000 resamples by numpy.

python3 -m venv v && v/bin/pip install numpy==2.4.6 && v/bin/python resampling.py
"""
import json
from pathlib import Path
import numpy as np

random = np.random.default_rng(5)
resamples = 400_000


def studentized(value, error, deviations):
    low, high = np.quantile(deviations, [0.975, 0.025])
    beyond = min((deviations <= value / error).mean(), (deviations >= value / error).mean())
    return [float(value), float(value - low * error), float(value - high * error), float(min(1, 2 * beyond))]


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
    "unpaired": [unpaired(lognormals(40, 2, 1), lognormals(25, 2.4, 0.5)), unpaired(lognormals(30, 3, 0.3), lognormals(60, 3.1, 0.3))],
    "nested": nested(families),
}
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("resampling.json").write_text("{\n" + body + "\n}\n")
print(body)
