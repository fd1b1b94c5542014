"""Optuna's samplers, asked through pipes: a line of JSON in, a line of JSON out.

{"space": {...}, "seed": 1, "sampler": "TPESampler", "count": 1}
                             begins a study, minimised; the answer is a list of so many configurations.
{"values": [1.5], "count": 1}
                             is what those came to, null for one that failed; the answer are the next ones.
"""
import json
import sys
import warnings

import optuna
from optuna.trial import TrialState

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)


def suggest(trial, space):
    """As people write it for Optuna: a parameter is suggested where its condition holds."""
    params = {}
    for name, spec in space.items():
        if "when" in spec and not eval(spec["when"], {}, params):
            continue
        if spec["type"] == "categorical":
            params[name] = trial.suggest_categorical(name, spec["choices"])
        elif spec["type"] == "int":
            params[name] = trial.suggest_int(name, spec["low"], spec["high"], step=spec.get("step", 1), log=spec.get("log", False))
        else:
            params[name] = trial.suggest_float(name, spec["low"], spec["high"], step=spec.get("step"), log=spec.get("log", False))
    return params


def sampler_of(name, seed):
    # Until 4 the default was one parameter after the other.
    options = {"multivariate": True} if name == "TPESampler" and int(optuna.__version__.split(".")[0]) < 5 else {}
    return getattr(optuna.samplers, name)(seed=seed, **options)


print(json.dumps({"version": optuna.__version__}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "space" in message:
        space = message["space"]
        study = optuna.create_study(sampler=sampler_of(message["sampler"], message["seed"]))
        trials = []
    for trial, value in zip(trials, message.get("values", [])):
        if value is None:
            study.tell(trial, state=TrialState.FAIL)
        else:
            study.tell(trial, value)
    trials = [study.ask() for _ in range(message["count"])]
    print(json.dumps([suggest(trial, space) for trial in trials]), flush=True)
