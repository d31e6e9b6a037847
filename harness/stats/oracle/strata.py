"""Writes strata.json: variances of survival and of the restricted mean within strata, by differentiating both by the weight of each lifetime.

python3 -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 && v/bin/python strata.py
Derivatives are taken by a complex step, so that they owe nothing to any formula for them.
"""
import json
from pathlib import Path
import numpy as np
from scipy import stats

random = np.random.default_rng(6)


def curve(times, seen, weights):
    steps = []
    log_survival = 0
    for t in sorted(set(times[seen])):
        events = weights[(times == t) & seen].sum()
        at_risk = weights[times >= t].sum()
        if abs(at_risk - events) < 1e-9:
            steps.append((t, None))
            break
        log_survival = log_survival + np.log(1 - events / at_risk)
        steps.append((t, log_survival))
    return steps


def area(steps, horizon):
    inside = [(0, 0)] + [(t, s) for t, s in steps if t < horizon]
    ends = [t for t, _ in inside[1:]] + [horizon]
    return sum((0 if s is None else np.exp(s)) * (end - t) for (t, s), end in zip(inside, ends))


def case(rows, horizon):
    times, seen = np.array([r[0] for r in rows], float), np.array([r[1] == 1 for r in rows])
    names = np.array([r[2] for r in rows])
    n = len(rows)
    slopes, areas = [], []
    for i in range(n):
        weights = np.ones(n, complex)
        weights[i] += 1e-30j
        steps = curve(times, seen, weights)
        slopes.append([None if s is None else s.imag / 1e-30 for _, s in steps])
        areas.append(area(steps, horizon).imag / 1e-30)
    groups = [names == name for name in sorted(set(names))]
    within = lambda values: sum(values[g].var(ddof=1) * g.sum() if g.sum() > 1 else (values[g] ** 2).sum() for g in groups)
    plain = curve(times, seen, np.ones(n))
    columns = list(zip(*slopes))
    steps = [[t, None if s is None else float(within(np.array(c)))] for (t, s), c in zip(plain, columns)]
    areas = np.array(areas)
    # Unbiased third central moments, of strata of at least three.
    third = sum(stats.kstat(areas[g], 3) * g.sum() if g.sum() > 2 else (areas[g] ** 3).sum() if g.sum() == 1 else 0 for g in groups)
    own = [areas[g].var(ddof=1) * g.sum() if g.sum() > 1 else (areas[g] ** 2).sum() for g in groups]
    freedom = sum(own) ** 2 / sum(v * v / max(1, g.sum() - 1) for v, g in zip(own, groups))
    error = within(areas) ** 0.5
    # Hall's cubic solved for the error whose transform is the quantile.
    above = np.array([max(0, areas[i] - areas[names == names[i]].mean() * ((names == names[i]).sum() > 1)) ** 3 for i in range(n)])
    is_cut = above[times >= horizon].sum() > above.sum() / 2
    g = max(-0.37, min(0.37 if is_cut else np.inf, third / error**3))
    ends = []
    for share in (0.975, 0.025):
        z = stats.t.ppf(share, freedom)
        roots = np.roots([g * g / 27, g / 3, 1, g / 6 - z])
        [t] = [r.real for r in roots if abs(r.imag) < 1e-7 * abs(r)]
        ends.append(float(area(plain, horizon) - error * t))
    print(f"skewness {third / error**3:.3f}, taken as {g:.3f}")
    return {"rows": rows, "horizon": horizon, "steps": steps, "mean": float(area(plain, horizon)), "standardError": float(error),
            "low": max(0, ends[0]), "high": min(horizon, ends[1])}


def sample(sizes, grain):
    rows = []
    for name, (n, mean) in enumerate(sizes):
        for _ in range(n):
            time, end = random.exponential(mean), random.uniform(mean, 4 * mean + 20)
            rows.append([max(grain, round(min(time, end) / grain) * grain), int(time <= end), f"s{name}"])
    return rows


result = {
    "three": case(sample([(12, 5), (9, 20), (15, 60)], 0.25), 60),
    "ties": case(sample([(10, 5), (10, 8), (10, 30), (10, 31)], 5), 40),
    "few cut": case(sample([(8, 3), (8, 4), (10, 2)], 0.25) + [[60, 0, "s0"], [60, 0, "s2"]], 60),
    "none cut": case(sample([(8, 3), (8, 4), (10, 2)], 0.25) + [[90, 1, "s0"], [80, 1, "s2"]], 200),
    "small strata": case(sample([(20, 5), (2, 9), (1, 30)], 0.25), 20),
}
body = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in result.items())
Path(__file__).with_name("strata.json").write_text("{\n" + body + "\n}\n")
print({k: {x: v[x] for x in ("mean", "standardError", "low", "high", "horizon")} for k, v in result.items()})
