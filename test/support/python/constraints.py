"""Writes test/golden/optuna-constraints.journal and .json: outcome constraints in both of Optuna's forms, and what Optuna 5 makes of them.

    python constraints.py ../../golden
"""

import json
import sys
import warnings
from pathlib import Path

import optuna
from optuna.samplers._tpe.sampler import _split_trials
from optuna.samplers.nsgaii._elite_population_selection_strategy import NSGAIIElitePopulationSelectionStrategy
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
out = Path(sys.argv[1])
journal = out / "optuna-constraints.journal"
journal.unlink(missing_ok=True)
storage = JournalStorage(JournalFileBackend(str(journal)))


def listed(trial):
    return trial.user_attrs["c"]


def run(name, directions, form, trials):
    sampler = optuna.samplers.RandomSampler(seed=1)
    if form == "list":
        sampler = optuna.samplers.NSGAIISampler(seed=1, population_size=50, constraints_func=listed)
    study = optuna.create_study(storage=storage, study_name=name, directions=directions, sampler=sampler)

    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        over = [0.6 - x - y, x - 0.9]
        if form == "list":
            trial.set_user_attr("c", over)
        elif trial.number % 5 != 4:  # every fifth has none
            trial.set_constraint("sum", over[0])
            trial.set_constraint("x: at most", over[1])
        return [x, 1 - y][: len(directions)]

    study.optimize(objective, n_trials=trials)
    complete = study.get_trials(deepcopy=False)
    elite = NSGAIIElitePopulationSelectionStrategy(population_size=trials * 3 // 4)
    return {
        "study": name,
        "best": study.best_trial.number if len(directions) == 1 else None,
        "front": sorted(t.number for t in study.best_trials),
        "violations": [sum(v for v in t.constraints.values() if v > 0) for t in complete],
        "good": {n: [t.number for t in _split_trials(study, list(complete), n)[0]] for n in (1, 3, trials - 2)},
        "elite": sorted(t.number for t in elite(study, list(complete))),
        "eliteSize": trials * 3 // 4,
    }


cases = [
    run("list", ["minimize"], "list", 12),
    run("named", ["minimize"], "named", 12),
    run("list of two", ["minimize", "minimize"], "list", 16),
    run("named of two", ["minimize", "maximize"], "named", 16),
]
(out / "optuna-constraints.json").write_text(json.dumps({"optuna": optuna.__version__, "cases": cases}, indent=1) + "\n")
