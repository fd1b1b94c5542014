"""Optuna's side of `npm run bench:grow`: a line of JSON in, a line of JSON out. Seconds are by the wall clock."""
import json
import math
import resource
import sys
import time
import warnings

import optuna
from optuna.distributions import FloatDistribution, IntDistribution

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)

SPACE = {f"x{i}": FloatDistribution(-5, 5) for i in range(5)}
SPACE["units"] = IntDistribution(4, 512, log=True)
GRID = {"a": list(range(100)), "b": list(range(100))}


def values(params, objectives):
    x = [params[f"x{i}"] for i in range(5)]
    width = math.log2(params["units"] / 64)
    first = sum((v - 1) ** 2 for v in x) + width**2
    return [first, sum((v + 1) ** 2 for v in x) + width**2][:objectives]


def sampler_of(name, objectives):
    if name in ("auto", "tpe"):
        return optuna.samplers.TPESampler(seed=0)
    if name == "cmaEs":
        return optuna.samplers.CmaEsSampler(seed=0)
    if name == "nsga2":
        return optuna.samplers.NSGAIISampler(seed=0)
    if name == "gaussianProcess":
        return optuna.samplers.GPSampler(seed=0, deterministic_objective=False)
    if name == "quasiRandom":
        return optuna.samplers.QMCSampler(seed=0)
    return optuna.samplers.RandomSampler(seed=0)


def run(study, until, objectives):
    while len(study.get_trials(deepcopy=False)) < until:
        trial = study.ask(SPACE)
        study.tell(trial, values(trial.params, objectives))


def asks(study, count, objectives):
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        trial = study.ask(SPACE)
        taken.append(time.perf_counter() - start)
        study.tell(trial, values(trial.params, objectives))
    return taken


def measure_asks(sampler, trials, count, objectives, filled):
    directions = ["minimize"] * objectives
    own = sampler_of(sampler, objectives)
    if filled:
        # Its proposals depend on the trials alone, so random ones do.
        study = optuna.create_study(directions=directions, sampler=optuna.samplers.RandomSampler(seed=1))
        run(study, trials, objectives)
        study.sampler = own
    else:
        study = optuna.create_study(directions=directions, sampler=own)
        run(study, trials, objectives)
    return asks(study, count, objectives)


def grid(trials):
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(GRID, seed=0))
    distributions = {name: IntDistribution(0, 99) for name in GRID}
    start = time.perf_counter()
    for _ in range(trials):
        trial = study.ask(distributions)
        study.tell(trial, trial.params["a"] + trial.params["b"])
    return time.perf_counter() - start


def journal_storage(path):
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    return JournalStorage(JournalFileBackend(path))


def through_journal(path, first, last):
    study = optuna.create_study(storage=journal_storage(path), sampler=optuna.samplers.RandomSampler(seed=1))
    run(study, first, 1)
    study.sampler = optuna.samplers.TPESampler(seed=0)
    start = time.perf_counter()
    run(study, last, 1)
    return time.perf_counter() - start


def open_journal(path):
    start = time.perf_counter()
    study = optuna.load_study(study_name=None, storage=journal_storage(path))
    count = max(len(trial.intermediate_values) for trial in study.get_trials(deepcopy=False))
    return {"seconds": time.perf_counter() - start, "reports": count}


OPERATIONS = {"asks": measure_asks, "grid": grid, "journal": through_journal, "open": open_journal}

print(json.dumps({"version": optuna.__version__}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    operation = OPERATIONS[message.pop("operation")]
    try:
        answer = {"result": operation(**message), "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    except ImportError as error:
        answer = {"missing": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
