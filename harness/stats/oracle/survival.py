"""Writes survival.json: Kaplan-Meier curves, quantiles with Brookmeyer-Crowley intervals, restricted means.

python3 -m venv v && v/bin/pip install lifelines==0.30.3 scipy==1.17.1 statsmodels==0.15.0 && v/bin/python survival.py
Curves and log-log bands are lifelines', standard errors of curves statsmodels'. Restricted means are summed here step by step in
fractions; for the first two data sets they are the 52.6 (19.83) and 22.7 (4.18) that R prints for survfit(Surv(time, status) ~ x, aml).
"""
import json, math, random, warnings
from fractions import Fraction
from pathlib import Path
import numpy as np
from lifelines import KaplanMeierFitter
from statsmodels.duration.survfunc import SurvfuncRight

warnings.simplefilter("ignore")
draw = random.Random(2)


def exponential(n, mean, censor, grain):
    rows = []
    for _ in range(n):
        time, end = draw.expovariate(1 / mean), draw.uniform(0, censor)
        rows.append([max(grain, math.ceil(min(time, end) / grain) * grain), int(time <= end)])
    return rows


data = {
    # Miller 1997, p. 49 (aml of R's survival): weeks in remission.
    "aml, maintained": ([[9, 1], [13, 1], [13, 0], [18, 1], [23, 1], [28, 0], [31, 1], [34, 1], [45, 0], [48, 1], [161, 0]], 161),
    "aml, not maintained": (
        [[5, 1], [5, 1], [8, 1], [8, 1], [12, 1], [16, 0], [23, 1], [27, 1], [30, 1], [33, 1], [43, 1], [45, 1]], 161),
    # Gehan 1965: weeks in remission under 6-MP and under placebo.
    "6-MP": (
        [[t, 1] for t in (6, 6, 6, 7, 10, 13, 16, 22, 23)]
        + [[t, 0] for t in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)], 30),
    "placebo": ([[t, 1] for t in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)], 20),
    "many ties": (exponential(200, 10, 60, 5), 40),
    "fine grain": (exponential(400, 10, 80, 0.25), 50),
    "cut at a horizon": ([[min(t, 15), int(t < 15)] for t, _ in exponential(300, 10, 1e9, 0.5)], 15),
    "nothing observed": ([[3, 0], [5, 0]], 10),
    "one event": ([[4, 1]], 10),
    "few events": ([[1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1]], 10),
    "one time": ([[10, 1]] * 100, 30),
}


def restricted_mean(rows, horizon):
    times = sorted({Fraction(t) for t, seen in rows if seen and t < horizon})
    survival, steps = Fraction(1), []
    for t in times:
        at_risk = sum(Fraction(u) >= t for u, _ in rows)
        events = sum(Fraction(u) == t and seen for u, seen in rows)
        survival *= 1 - Fraction(events, at_risk)
        steps.append((t, survival, at_risk, events))
    ends = times[1:] + [Fraction(horizon)]
    areas = [s * (end - t) for (t, s, _, _), end in zip(steps, ends)]
    mean = (times[0] if times else Fraction(horizon)) + sum(areas)
    variance = sum(
        sum(areas[i:]) ** 2 * Fraction(d, n * (n - d)) for i, (_, _, n, d) in enumerate(steps) if n > d
    )
    return float(mean), math.sqrt(variance)


def first(times, band, level):
    reached = [t for t, s in zip(times, band) if not math.isnan(s) and s <= level + 1e-9]
    # The curve of lifelines begins at 0, before any event: a limit reached there is none.
    return float(reached[0]) if reached and reached[0] > 0 else None


result = {}
for name, (rows, horizon) in data.items():
    time, seen = np.array(rows, dtype=float).T
    fit = KaplanMeierFitter().fit(time, seen)
    index = fit.survival_function_.index
    survival = fit.survival_function_["KM_estimate"].to_numpy()
    low, high = fit.confidence_interval_.to_numpy().T
    # Where all or none survive the band is Clopper and Pearson's for those at risk.
    at_risk = fit.event_table["at_risk"].to_numpy()
    low = np.where(survival == 1, 0.025 ** (1 / at_risk[1]), low)
    for i in np.flatnonzero(survival < 1e-12):
        high[i] = (high[i - 1] if survival[i - 1] < 1 else 1) * (1 - 0.025 ** (1 / at_risk[i]))
        break
    quantiles = [
        [share, first(index, survival, 1 - share), first(index, low, 1 - share), first(index, high, 1 - share)]
        for share in (0.1, 0.25, 0.5, 0.75, 0.95)
    ]
    curve = SurvfuncRight(time, seen) if seen.any() else None
    steps = [] if curve is None else [
        [float(t), float(s), None if s < 1e-12 else float(e)] for t, s, e in zip(curve.surv_times, curve.surv_prob, curve.surv_prob_se)
    ]
    # The band just after each event.
    band = [[float(l), float(h)] for t, l, h in zip(index, low, high) if curve is not None and t in curve.surv_times]
    mean, error = restricted_mean(rows, horizon)
    result[name] = {"rows": rows, "steps": steps, "band": band, "quantiles": quantiles, "horizon": horizon, "mean": mean, "standardError": error}
    print(name, quantiles[2], mean, error)
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("survival.json").write_text("{\n" + body + "\n}\n")
