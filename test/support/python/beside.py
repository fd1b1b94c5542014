"""Optuna on a study that espalier works on as well, for test/study/writers.test.ts and optunaStudies.test.ts: a line of JSON in, a line of JSON out.

{"path": p, "trials": n, "lock": l}     runs n trials of study "study", the value of each its x; answers {"trials": n, "errors": [...]}
{"path": p, "create": names}            creates study "study", whose objectives are minimized and called so, and enqueues x = 0.125 and x = 0.25
{"path": p, "copy": name}               copies study "study" to one of this name, in the same journal
Each of the last two answers {"names": [...], "trials": [[state, params], ...]} of what it made; {"path": p, "read": name} of what is there.
"""

import json
import sys
import time
import warnings

import optuna
from optuna.storages import JournalFileOpenLock, JournalFileStorage, JournalFileSymlinkLock, JournalStorage

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)


# What study.set_metric_names and study.metric_names (from 3.2 on) keep the names under.
METRIC_NAMES = "study:metric_names"


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    time.sleep(0.01)
    return x


def run(storage, command):
    study = optuna.load_study(study_name="study", storage=storage, sampler=optuna.samplers.RandomSampler(seed=5))
    errors = []
    for _ in range(command["trials"]):
        try:
            study.optimize(objective, n_trials=1)
        except Exception as error:
            errors.append(repr(error))
    return {"trials": command["trials"], "errors": errors}


def shown(study):
    names = study._storage.get_study_system_attrs(study._study_id).get(METRIC_NAMES)
    return {"names": names, "trials": [[t.state.name.lower(), t.params] for t in study.trials]}


def create(storage, names):
    study = optuna.create_study(study_name="study", storage=storage, directions=["minimize"] * len(names))
    study._storage.set_study_system_attr(study._study_id, METRIC_NAMES, names)
    for x in [0.125, 0.25]:
        study.enqueue_trial({"x": x})
    return shown(study)


def copy(storage, name):
    optuna.copy_study(from_study_name="study", from_storage=storage, to_storage=storage, to_study_name=name)
    return shown(optuna.load_study(study_name=name, storage=storage))


for line in sys.stdin:
    command = json.loads(line)
    path = command["path"]
    lock = (JournalFileOpenLock if command.get("lock") == "open" else JournalFileSymlinkLock)(path)
    storage = JournalStorage(JournalFileStorage(path, lock_obj=lock))
    if "create" in command:
        answer = create(storage, command["create"])
    elif "copy" in command:
        answer = copy(storage, command["copy"])
    elif "read" in command:
        answer = shown(optuna.load_study(study_name=command["read"], storage=storage))
    else:
        answer = run(storage, command)
    print(json.dumps(answer), flush=True)
