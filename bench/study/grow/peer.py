"""Optuna's side of `npm run bench:grow`: a line of JSON in, a line of JSON out. What something takes is in seconds, by the wall clock and of the processor."""
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


class Clock:
    def __init__(self):
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def cost(self):
        return {"wall": time.perf_counter() - self.wall, "processor": time.process_time() - self.processor}


def space_of(sampler):
    return {name: IntDistribution(0, 99) for name in GRID} if sampler == "grid" else SPACE


def values(params, objectives):
    if "a" in params:
        return [params["a"] + params["b"]]
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
    if name == "grid":
        return optuna.samplers.GridSampler(GRID, seed=0)
    return optuna.samplers.RandomSampler(seed=0)


def run(study, until, objectives, space=SPACE):
    while len(study.get_trials(deepcopy=False)) < until:
        trial = study.ask(space)
        study.tell(trial, values(trial.params, objectives))


def asks(study, count, objectives, space, seconds=math.inf):
    """No ask begins after so many seconds, but the first."""
    taken = []
    begun = time.perf_counter()
    while len(taken) < count and (not taken or time.perf_counter() - begun < seconds):
        clock = Clock()
        trial = study.ask(space)
        taken.append(clock.cost())
        study.tell(trial, values(trial.params, objectives))
    return taken


def measure_asks(sampler, trials, count, objectives, filled, seconds):
    # As in asks.ts: what is needed is loaded first.
    asks_after(sampler, 60, 30, objectives, filled, seconds)
    return asks_after(sampler, trials, count, objectives, filled, seconds)


def asks_after(sampler, trials, count, objectives, filled, seconds):
    directions = ["minimize"] * objectives
    own = sampler_of(sampler, objectives)
    space = space_of(sampler)
    # Where its proposals depend on the trials alone, random ones do.
    study = optuna.create_study(directions=directions, sampler=optuna.samplers.RandomSampler(seed=1) if filled else own)
    run(study, trials, objectives, space)
    study.sampler = own
    return asks(study, count, objectives, space, seconds)


def grid(trials):
    study = optuna.create_study(sampler=sampler_of("grid", 1))
    clock = Clock()
    run(study, trials, 1, space_of("grid"))
    return clock.cost()


def journal_storage(path):
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    return JournalStorage(JournalFileBackend(path))


def through_journal(path, first, last):
    study = optuna.create_study(storage=journal_storage(path), sampler=optuna.samplers.RandomSampler(seed=1))
    run(study, first, 1)
    study.sampler = optuna.samplers.TPESampler(seed=0)
    clock = Clock()
    run(study, last, 1)
    return clock.cost()


def open_journal(path, reports):
    clock = Clock()
    study = optuna.load_study(study_name=None, storage=journal_storage(path))
    trials = study.get_trials(deepcopy=False)
    taken = clock.cost()
    if max(len(trial.intermediate_values) for trial in trials) != reports:
        raise ValueError("the reports were not read")
    return taken


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
