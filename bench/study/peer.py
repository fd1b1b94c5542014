"""Optuna's multivariate TPE, asked through pipes: a line of JSON in, a line of JSON out.

{"space": {...}, "seed": 1}  begins a study, minimised; the answer is its first configuration.
{"value": 1.5}               is what that came to; the answer is the next configuration.
"""
import json
import sys
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def distribution(spec):
    if spec["type"] == "categorical":
        return CategoricalDistribution(spec["choices"])
    log = spec.get("log", False)
    if spec["type"] == "int":
        return IntDistribution(spec["low"], spec["high"], log, spec.get("step", 1))
    return FloatDistribution(spec["low"], spec["high"], log, spec.get("step"))


print(json.dumps({"version": optuna.__version__}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "space" in message:
        sampler = optuna.samplers.TPESampler(multivariate=True, seed=message["seed"])
        study = optuna.create_study(sampler=sampler)
        distributions = {name: distribution(spec) for name, spec in message["space"].items()}
    else:
        study.tell(trial, message["value"])
    trial = study.ask(distributions)
    print(json.dumps(trial.params), flush=True)
