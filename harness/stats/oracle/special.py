"""Writes special.json: values of the special functions by mpmath.

python3 -m venv v && v/bin/pip install mpmath==1.4.1 && v/bin/python special.py
"""
import json
from pathlib import Path
import mpmath as mp

mp.mp.dps = 40


def betainc(x, a, b):
    """DLMF 8.17.8: all terms are positive, whatever the size of a and b."""
    term = total = mp.mpf(1)
    i = 0
    while term > total * mp.eps:
        term *= (a + b + i) / (a + 1 + i) * x
        total += term
        i += 1
    return total * mp.exp(a * mp.log(x) + b * mp.log(1 - x) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b))


def beta_quantile(p, a, b):
    low, high = mp.mpf(0), mp.mpf(1)
    for _ in range(60):
        middle = (low + high) / 2 if low > 0 or high > 0.5 else high / 16
        low, high = (middle, high) if betainc(middle, a, b) < p else (low, middle)
    return low


def normal_quantile(p):
    tail = p if p < 0.5 else 1 - p
    start = -mp.sqrt(-2 * mp.log(tail)) if tail < 0.1 else -mp.sqrt(2) * mp.erfinv(1 - 2 * tail)
    z = mp.findroot(lambda x: mp.log(mp.ncdf(x) / tail), start)
    return z if p < 0.5 else -z


def gammainc_p(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def gammainc_q(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


def gamma_quantile(p, a):
    low, high = mp.mpf(0), mp.mpf(1)
    while gammainc_p(a, high) < p:
        high *= 2
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if gammainc_p(a, middle) < p else (low, middle)
    return low


cases = {
    "gammaincP": (
        gammainc_p,
        [(0.5, 0.1), (0.5, 3.0), (1.0, 1e-10), (13.0, 5.5), (13.0, 20.0), (250.0, 100.0), (1e4, 10050.0), (1e6, 999000.0)],
    ),
    "gammaincQ": (
        gammainc_q,
        [(0.5, 0.1), (0.5, 30.0), (1.0, 700.0), (13.0, 5.5), (13.0, 60.0), (250.0, 400.0), (1e4, 10050.0), (1004511.0, 1e6)],
    ),
    "gammaincPInverse": (
        gamma_quantile,
        [(1e-9, 1.0), (0.5, 1.0), (0.01, 2.5), (0.999, 13.0), (1e-6, 100.0), (0.5, 100.0), (0.9999999, 400.0), (0.3, 3000.0), (0.7, 0.3)],
    ),
    "betainc": (
        betainc,
        [(0.9, 39.0, 13.0), (0.01, 50.0, 2.0), (0.5, 0.5, 0.5), (1e-12, 1.0, 1e9), (0.3, 75.5, 175.5), (0.3, 500.0, 1000.0),
         (0.999, 5000.0, 2.0), (0.2, 200_000.5, 800_000.5), (0.75, 3.0, 0.01)],
    ),
    "betaincInverse": (
        beta_quantile,
        [(0.975, 4.0, 997.0), (0.95, 11.0, 1683.0), (0.025, 1.0, 1000.0), (1e-9, 2.0, 50.0), (0.5, 0.2, 3.0), (0.9999, 8.0, 3.0),
         (0.95, 500.0, 9501.0)],
    ),
    "normalCdf": (mp.ncdf, [-37.5, -20.0, -8.0, -5.66, -5.65, -3.3, -1.0, -0.68, -0.67, 0.0, 1e-5, 0.6, 1.96, 5.0]),
    "normalQuantile": (
        normal_quantile,
        [1e-300, 1e-100, 1e-17, 1e-10, 1e-5, 0.001, 0.025, 0.0749, 0.0751, 0.3, 0.6, 0.925, 0.975, 0.999],
    ),
}
rows = []
for name, (function, arguments) in cases.items():
    for given in arguments:
        given = given if isinstance(given, tuple) else (given,)
        rows.append([name, given, float(function(*map(mp.mpf, given)))])
Path(__file__).with_name("special.json").write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")
