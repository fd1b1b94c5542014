"""Optuna as the other side of a journal, for test/study/optuna.test.ts: a line of JSON in, a line of JSON out.

{"do": "write", "path": p, "lock": l}              writes studies with everything that Optuna can put into a journal
{"do": "dump", "path": p}                          reads a journal with a fresh storage
{"do": "follow", "path": p}                        reads it with the storage of the last time it was followed
{"do": "continue", "path": p, "study": s, "trials": n, "lock": l}   runs more trials
{"do": "append", "path": p, "lock": l, "count": n}  sets a user attribute of study 0 n times
A path may be redis://host:port?prefix=p. Every command but append answers {"optuna": version, "studies": [...]} with every field of every study and trial.
"""

import json
import math
import sys
import warnings

import optuna
from optuna.distributions import (
    CategoricalDistribution,
    DiscreteUniformDistribution,
    FloatDistribution,
    IntDistribution,
    IntLogUniformDistribution,
    IntUniformDistribution,
    LogUniformDistribution,
    UniformDistribution,
)
from optuna.storages import (
    JournalFileOpenLock,
    JournalFileStorage,
    JournalFileSymlinkLock,
    JournalRedisStorage,
    JournalStorage,
)
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)

followed = {}


def storage_of(path, lock="symlink"):
    if path.startswith("redis:"):
        url, _, prefix = path.partition("?prefix=")
        return JournalStorage(JournalRedisStorage(url, prefix=prefix))
    lock_obj = (JournalFileOpenLock if lock == "open" else JournalFileSymlinkLock)(path)
    return JournalStorage(JournalFileStorage(path, lock_obj=lock_obj))


def shown_distribution(d):
    if isinstance(d, CategoricalDistribution):
        return {"type": "categorical", "choices": list(d.choices)}
    kind = "float" if isinstance(d, FloatDistribution) else "int"
    return {"type": kind, "low": d.low, "high": d.high, "log": d.log, "step": d.step}


def shown_time(time):
    return None if time is None else time.isoformat()


def shown_trial(t):
    return {
        "id": t._trial_id,
        "number": t.number,
        "state": t.state.name.lower(),
        "params": t.params,
        "distributions": {k: shown_distribution(d) for k, d in t.distributions.items()},
        "values": t.values,
        "intermediateValues": sorted(t.intermediate_values.items()),
        "userAttrs": t.user_attrs,
        "systemAttrs": t.system_attrs,
        "datetimeStart": shown_time(t.datetime_start),
        "datetimeComplete": shown_time(t.datetime_complete),
    }


def best_of(study):
    """What Optuna makes of a study: its best trials, and what mattered."""
    complete = [t for t in study.trials if t.state == TrialState.COMPLETE]
    if not complete:
        return {"best": []}
    best = {"best": [t.number for t in study.best_trials]}
    finite = [t for t in complete if all(map(math.isfinite, t.values))]
    if len(study.directions) == 1 and len(finite) > 5:
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
        best["importances"] = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return best


def shown_study(storage, frozen):
    study = optuna.load_study(study_name=frozen.study_name, storage=storage)
    return {
        "id": frozen._study_id,
        "name": frozen.study_name,
        "directions": [d.name.lower() for d in frozen.directions],
        "userAttrs": frozen.user_attrs,
        "systemAttrs": frozen.system_attrs,
        "trials": [shown_trial(t) for t in study.trials],
        **best_of(study),
    }


def shown(storage):
    return {"optuna": optuna.__version__, "studies": [shown_study(storage, s) for s in storage.get_all_studies()]}


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    trial.suggest_float("rate", 1e-5, 1, log=True)
    trial.suggest_float("stepped", 0, 1, step=0.1)
    trial.suggest_int("units", 1, 10)
    trial.suggest_int("by three", 1, 10, step=3)
    trial.suggest_int("logarithmic", 1, 128, log=True)
    trial.suggest_categorical("größe", ["a", "ü😀", 'quote " NaN', None, True, False, 2, 2.5, math.inf])
    if trial.number % 2:
        trial.suggest_float("only odd", 0, 1)
    trial.set_user_attr("nested", {"list": [1, 2.5, None, True, "Infinity"], "number": trial.number, "ü": "\u0000\n\\"})
    trial.storage.set_trial_system_attr(trial._trial_id, "by the system", [math.nan, -math.inf, math.inf, -0.0])
    for step in range(3):
        trial.report([x * step, math.nan, math.inf][(trial.number + step) % 3], step * 10)
    if trial.number == 3:
        raise optuna.TrialPruned()
    if trial.number == 4:
        raise ValueError("this one fails")
    if trial.number == 5:
        return math.nan
    if trial.number == 6:
        return math.inf
    return x**2


def write(path, lock):
    storage = storage_of(path, lock)
    study = optuna.create_study(storage=storage, study_name="einzeln ü", sampler=optuna.samplers.RandomSampler(seed=1))
    study.set_user_attr("who", "Optuna ü😀")
    study.set_user_attr("who", ["again", math.nan])
    # Of the storage: Optuna 5 has no set_system_attr of studies and trials any more, of which 3 and 4 made this call.
    storage.set_study_system_attr(study._study_id, "what", {"a": None})
    doomed = optuna.create_study(storage=storage, study_name="doomed")
    doomed.ask()
    many = optuna.create_study(
        storage=storage, study_name="several", directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(seed=2)
    )
    for _ in range(5):
        study.optimize(objective, n_trials=2, catch=(ValueError,))
        many.optimize(lambda t: (t.suggest_float("x", 0, 1), t.suggest_int("n", 0, 9)), n_trials=1)
    optuna.delete_study(study_name="doomed", storage=storage)
    optuna.create_study(storage=storage, study_name="doomed", direction="maximize")
    study.enqueue_trial({"x": 1.5, "units": 4}, user_attrs={"by": "hand"})
    study.ask()  # takes the enqueued one and leaves it running
    distributions = {"x": FloatDistribution(-5, 5), "größe": CategoricalDistribution(["other", "choices"])}
    study.add_trial(
        create_trial(
            value=-1.0,
            params={"x": 0.25, "größe": "choices"},
            distributions=distributions,
            intermediate_values={1: 0.5, -2: math.nan},
            user_attrs={"template": True},
            system_attrs={"t": [1]},
        )
    )
    many.add_trial(create_trial(values=[0.5, math.inf], state=TrialState.COMPLETE))
    many.add_trial(create_trial(state=TrialState.FAIL))
    old = {
        "a": UniformDistribution(0, 1),
        "b": LogUniformDistribution(0.1, 1),
        "c": DiscreteUniformDistribution(0, 1, 0.25),
        "d": IntUniformDistribution(0, 6, 2),
        "e": IntLogUniformDistribution(1, 6),
        "f": IntDistribution(0, 1),
    }
    params = {"a": 0.5, "b": 0.5, "c": 0.75, "d": 4, "e": 5, "f": 1}
    # Only the storage still writes them by their old names; above it they are converted.
    trial_id = study.ask()._trial_id
    for name, distribution in old.items():
        storage.set_trial_param(trial_id, name, params[name], distribution)
    study.enqueue_trial({"x": 2.5, "größe": None})


def run_more(path, lock, name, trials):
    study = optuna.load_study(study_name=name, storage=storage_of(path, lock), sampler=optuna.samplers.TPESampler(seed=3))

    def more(trial):
        x = trial.suggest_float("x", -5, 5)
        trial.suggest_float("rate", 1e-5, 1, log=True)
        trial.suggest_categorical("act", ["relu", "tanh", None])
        trial.set_user_attr("from", "Python")
        trial.report(x, 1)
        if trial.number % 3 == 2:
            raise optuna.TrialPruned()
        return x**2

    study.optimize(more, n_trials=trials)


def append(path, lock, count):
    storage = storage_of(path, lock)
    for i in range(count):
        storage.set_study_user_attr(0, "python", i)


def answer(command):
    path, lock = command["path"], command.get("lock", "symlink")
    if command["do"] == "append":
        append(path, lock, command["count"])
        return None
    if command["do"] == "write":
        write(path, lock)
    if command["do"] == "continue":
        run_more(path, lock, command["study"], command["trials"])
    if command["do"] == "follow":
        return shown(followed.setdefault(path, storage_of(path)))
    return shown(storage_of(path))


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
