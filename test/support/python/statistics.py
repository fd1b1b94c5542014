"""Writes what scipy makes of random samples, for test/study/statistics.golden.test.ts.

/usr/bin/python3 test/support/python/statistics.py > test/golden/scipy-statistics.json    (scipy 1.17)
"""

import json
import warnings

import numpy as np
import scipy
from scipy import stats

warnings.simplefilter("ignore")
draw = np.random.default_rng(4)
ALTERNATIVES = {"twoSided": "two-sided", "greater": "greater", "less": "less"}


def signed_rank():
    for count in [1, 3, 6, 12, 13, 14, 30, 50, 51, 80]:
        for digits in [9, 1, 0]:
            differences = np.round(draw.normal(0.3, 1, count), digits)
            # At one digit they tie and some are zero: then scipy tries all signs of at most 13, and takes the normal approximation of more.
            for name, alternative in ALTERNATIVES.items():
                for zeros, method in [("drop", "wilcox"), ("split", "zsplit")]:
                    kept = differences[differences != 0] if zeros == "drop" else differences
                    if len(kept) == 0:
                        continue
                    p = stats.wilcoxon(differences, zero_method=method, alternative=alternative).pvalue
                    yield dict(differences=differences.tolist(), alternative=name, zeros=zeros, p=float(p))


def mann_whitney():
    for counts in [(1, 1), (3, 5), (8, 8), (6, 40), (9, 9), (20, 35)]:
        for digits in [9, 1]:
            a, b = (np.round(draw.normal(shift, 1, count), digits) for shift, count in zip([0.5, 0], counts))
            tied = len(set([*a, *b])) < len(a) + len(b)
            for name, alternative in ALTERNATIVES.items():
                method = "exact" if min(counts) <= 8 and not tied else "asymptotic"
                result = stats.mannwhitneyu(a, b, alternative=alternative, method=method)
                yield dict(a=a.tolist(), b=b.tolist(), alternative=name, u=float(result.statistic), p=float(result.pvalue))


def correlations():
    for count in [2, 3, 10, 40]:
        for digits in [9, 0]:
            x = np.round(draw.normal(0, 1, count), digits)
            y = np.round(x + draw.normal(0, 1, count), digits)
            if len(set(x)) > 1 and len(set(y)) > 1:
                spearman, kendall = stats.spearmanr(x, y).statistic, stats.kendalltau(x, y).statistic
                yield dict(x=x.tolist(), y=y.tolist(), spearman=float(spearman), kendall=float(kendall))


def t_tests():
    for count in [2, 5, 30]:
        differences = draw.normal(0.5, 1, count)
        result = stats.ttest_1samp(differences, 0)
        yield dict(differences=differences.tolist(), t=float(result.statistic), p=float(result.pvalue))


def bootstraps():
    """With so many resamples that the ends hold still to a few thousandths of the interval."""
    for items, statistic in [(draw.exponential(1, 15), "mean"), (draw.normal(3, 1, 8), "mean"), (draw.exponential(1, 20), "standardDeviation")]:
        of = np.mean if statistic == "mean" else (lambda x, axis: np.std(x, axis=axis, ddof=1))
        for method in ["bca", "percentile"]:
            low, high = stats.bootstrap(
                (items,), of, n_resamples=200_000, batch=20_000, confidence_level=0.9, method=method, random_state=1, vectorized=True
            ).confidence_interval
            yield dict(items=items.tolist(), statistic=statistic, method=method, low=float(low), high=float(high))


Z = [-20, -8, -3, -2.9, -1, -0.1, 0, 0.5, 2.83, 3, 9]
P = [1e-12, 1e-5, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999999]
T = [[0, 5], [1e-5, 1000], [0.1, 3], [1, 1], [2.5, 9], [12, 29], [-3, 200], [40, 2]]
golden = dict(
    scipy=scipy.__version__,
    normalCdf=[[z, float(stats.norm.cdf(z))] for z in Z],
    normalQuantile=[[p, float(stats.norm.ppf(p))] for p in P],
    studentTwoSided=[[t, degrees, float(2 * stats.t.sf(abs(t), degrees))] for t, degrees in T],
    signedRank=list(signed_rank()),
    mannWhitney=list(mann_whitney()),
    correlations=list(correlations()),
    tTests=list(t_tests()),
    bootstraps=list(bootstraps()),
)


def lines(value):
    return "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]" if isinstance(value, list) else json.dumps(value)


print("{" + ",\n".join(f'"{name}":{lines(value)}' for name, value in golden.items()) + "}")
