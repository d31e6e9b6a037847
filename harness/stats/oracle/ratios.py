"""Writes ratios.json: ratios of paired means and the ends of Fieller's interval, found by turning scipy's paired t-test around.

python3 -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 && v/bin/python ratios.py
"""
import json
from pathlib import Path
import numpy as np
from scipy import optimize, stats

random = np.random.default_rng(8)


def fieller(first, second, confidence):
    value = first.mean() / second.mean()
    excess = lambda r: stats.ttest_1samp(first - r * second, 0).pvalue - (1 - confidence)
    step = value / 2
    low, high = value, value
    while excess(low) > 0:
        low -= step
    while excess(high) > 0:
        high += step
    return [float(optimize.brentq(excess, low, value)), float(optimize.brentq(excess, value, high))]


cases = []
for n, mean, spread, noise in [(2, 60, 0.1, 0.1), (5, 20, 10, 3), (5, 40, 4, 4), (12, 8, 3, 2), (30, 100, 40, 30)]:
    shared = random.normal(mean, spread, n)
    first = np.round(shared * 1.2 + random.normal(0, noise, n), 3)
    second = np.round(shared + random.normal(0, noise, n), 3)
    for confidence in (0.9, 0.95):
        low, high = fieller(first, second, confidence)
        cases.append({"pairs": [list(pair) for pair in zip(first.tolist(), second.tolist())], "confidence": confidence,
                      "value": float(first.mean() / second.mean()), "low": low, "high": high})
Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")
