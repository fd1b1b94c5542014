"""Optuna on a study that espalier works on at the same time, for test/study/writers.test.ts: a line of JSON in, a line of JSON out.

{"path": p, "lock": l, "trials": n}   runs n trials of study "study", the value of each its x; answers {"trials": n, "errors": [...]}
"""

import json
import sys
import time
import warnings

import optuna
from optuna.storages import JournalFileOpenLock, JournalFileStorage, JournalFileSymlinkLock, JournalStorage

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    time.sleep(0.01)
    return x


for line in sys.stdin:
    command = json.loads(line)
    path = command["path"]
    lock = (JournalFileOpenLock if command["lock"] == "open" else JournalFileSymlinkLock)(path)
    storage = JournalStorage(JournalFileStorage(path, lock_obj=lock))
    study = optuna.load_study(study_name="study", storage=storage, sampler=optuna.samplers.RandomSampler(seed=5))
    errors = []
    for _ in range(command["trials"]):
        try:
            study.optimize(objective, n_trials=1)
        except Exception as error:
            errors.append(repr(error))
    print(json.dumps({"trials": command["trials"], "errors": errors}), flush=True)
