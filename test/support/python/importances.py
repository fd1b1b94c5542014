"""Writes the importances that Optuna finds in random trials, for test/study/importance.golden.test.ts.

/usr/bin/python3 test/support/python/importances.py > test/golden/optuna-importances.json    (Debian's python3-optuna 3.1 and python3-sklearn 1.2)

A study: its space and trials as data, and for each parameter the mean of Optuna's importance over ten seeds of its forest and the standard
deviation from seed to seed.
"""

import json
import math
import warnings

import numpy as np
import optuna
import sklearn
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
draw = np.random.default_rng(4)

UNIT = FloatDistribution(0.0, 1.0)
ADDITIVE = {name: UNIT for name in "abcdef"}
PIMA = {
    "units": IntDistribution(4, 64, step=4),
    "activation": CategoricalDistribution(["relu", "tanh", "sigmoid", "selu"]),
    "optimizer": CategoricalDistribution(["sgd", "adam", "rmsprop"]),
    "learningRate": FloatDistribution(1e-4, 1e-1, log=True),
    "dropout": FloatDistribution(0.0, 0.5, step=0.05),
    "batchSize": IntDistribution(8, 128, log=True),
    "bias": CategoricalDistribution([True, False]),
}
ISHIGAMI = {name: FloatDistribution(-math.pi, math.pi) for name in ["x1", "x2", "x3", "x4"]}


def additive(p):
    return 4 * p["a"] + 2.4 * (p["b"] - 0.5) ** 2 * 4 + 1.6 * math.sin(3 * p["c"]) + 0.9 * p["d"] + 0.4 * p["e"]


def pima(p):
    by_activation = dict(relu=0.0, tanh=0.02, sigmoid=0.12, selu=0.05)[p["activation"]]
    by_optimizer = dict(sgd=0.06, adam=0.0, rmsprop=0.01)[p["optimizer"]]
    by_rate = 3 * abs(p["learningRate"] - 0.03)
    return 0.45 + by_activation + by_optimizer + by_rate + 0.1 * p["dropout"] - 0.001 * p["units"] + float(draw.normal(0, 0.01))


def ishigami(p):
    return math.sin(p["x1"]) + 10 * math.sin(p["x2"]) ** 2 + 0.1 * p["x3"] ** 4 * math.sin(p["x1"])


def value_of(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[int(draw.integers(len(distribution.choices)))]
    low, high = distribution.low, distribution.high
    x = math.exp(draw.uniform(math.log(low), math.log(high))) if distribution.log else float(draw.uniform(low, high))
    step = distribution.step
    x = low + round((x - low) / step) * step if step is not None else x
    return int(x) if isinstance(distribution, IntDistribution) else float(f"{x:.7g}")


def spec_of(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return dict(type="categorical", choices=list(distribution.choices))
    kind = "int" if isinstance(distribution, IntDistribution) else "float"
    spec = dict(type=kind, low=distribution.low, high=distribution.high, log=distribution.log)
    return spec if distribution.step is None or distribution.log else dict(spec, step=distribution.step)


def study(name, space, objective, count):
    trials = []
    for _ in range(count):
        params = {key: value_of(distribution) for key, distribution in space.items()}
        trials.append((params, float(f"{objective(params):.7g}")))
    made = optuna.create_study()
    made.add_trials([optuna.trial.create_trial(params=params, distributions=space, value=value) for params, value in trials])
    found = [FanovaImportanceEvaluator(seed=seed).evaluate(made) for seed in range(10)]
    importances = {key: [f([one[key] for one in found]) for f in (np.mean, np.std)] for key in space}
    return dict(
        name=name,
        space={key: spec_of(distribution) for key, distribution in space.items()},
        importances={key: dict(mean=round(mean, 6), sd=round(sd, 6)) for key, (mean, sd) in importances.items()},
        trials=[[*params.values(), value] for params, value in trials],
    )


studies = [
    study("additive", ADDITIVE, additive, 100),
    study("pima-like", PIMA, pima, 120),
    study("ishigami", ISHIGAMI, ishigami, 150),
    study("few trials", PIMA, pima, 25),
]
body = ",\n".join(json.dumps(one, separators=(",", ":")).replace("],[", "],\n[") for one in studies)
print(f'{{"optuna":"{optuna.__version__}","sklearn":"{sklearn.__version__}","studies":[\n{body}\n]}}')
