"""Writes the decisions of Optuna's pruners on random reports, for test/study/pruners.golden.test.ts.

/usr/bin/python3 test/support/python/pruners.py > test/golden/optuna-pruners.json    (Debian's python3-optuna, 3.1)

The file holds { optuna, cases, sequences }. A case: a pruner as data, a direction, trials (state, reports [[step, value]], null for NaN) and for every
running trial whether Optuna stops it at its last report. A sequence: trials that ran one after the other under successive halving, their
reports up to where Optuna stopped them, and that step.
"""

import json
import math
import random
import warnings

import optuna
from optuna.pruners import MedianPruner, PatientPruner, PercentilePruner, SuccessiveHalvingPruner, ThresholdPruner

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
draw = random.Random(4)


def value():
    """Few distinct numbers, so that reports tie; now and then NaN."""
    return math.nan if draw.random() < 0.08 else round(draw.gauss(0, 1), 1)


def shown(reports):
    return [[step, None if math.isnan(x) else x] for step, x in reports]


def reports(last):
    steps = [step for step in range(1, last + 1) if step == last or draw.random() < 0.8]
    return [(step, value()) for step in steps]


def percentile_pruner():
    percentile = draw.choice([0.0, 10.0, 25.0, 33.0, 50.0, 50.0, 50.0, 80.0])
    options = dict(startup=draw.choice([0, 2, 5]), warmup=draw.choice([0, 2, 4]), interval=draw.choice([1, 2, 3]), fewest=draw.choice([1, 3]))
    shared = dict(
        n_startup_trials=options["startup"], n_warmup_steps=options["warmup"], interval_steps=options["interval"], n_min_trials=options["fewest"]
    )
    spec = dict(
        startupTrials=options["startup"], warmupSteps=options["warmup"], interval=options["interval"], minTrials=options["fewest"]
    )
    if percentile == 50.0:
        return dict(name="median", **spec), MedianPruner(**shared)
    return dict(name="percentile", percentile=percentile, **spec), PercentilePruner(percentile, **shared)


def threshold_pruner():
    lower, upper = sorted([round(draw.gauss(0, 1), 1), round(draw.gauss(0, 1), 1)])
    bounds = draw.choice([dict(lower=lower), dict(upper=upper), dict(lower=lower, upper=upper)])
    warmup, interval = draw.choice([0, 2, 4]), draw.choice([1, 2, 3])
    spec = dict(name="threshold", warmupSteps=warmup, interval=interval, **bounds)
    return spec, ThresholdPruner(n_warmup_steps=warmup, interval_steps=interval, **bounds)


def patient_pruner():
    patience, delta = draw.choice([0, 1, 3]), draw.choice([0.0, 0.5])
    spec, wrapped = draw.choice([lambda: (None, None), percentile_pruner, threshold_pruner])()
    own = dict(name="patient", patience=patience, minDelta=delta)
    if spec is not None:
        own["wrapped"] = spec
    return own, PatientPruner(wrapped, patience, delta)


def case(make):
    spec, pruner = make()
    direction = draw.choice(["minimize", "maximize"])
    study = optuna.create_study(direction=direction, pruner=pruner)
    trials = []
    for _ in range(draw.choice([0, 3, 6, 10])):
        pairs = reports(8)
        study.add_trial(optuna.trial.create_trial(value=0.0, intermediate_values=dict(pairs)))
        trials.append(dict(state="complete", reports=shown(pairs)))
    for _ in range(6):
        pairs = reports(draw.randint(1, 7))
        trial = study.ask()
        for step, x in pairs:
            trial.report(x, step)
        trials.append(dict(state="running", reports=shown(pairs), stops=bool(trial.should_prune())))
    return dict(pruner=spec, direction=direction, trials=trials)


def sequence():
    resource, factor, rate, bootstrap = draw.choice([1, 2]), draw.choice([2, 3, 4]), draw.choice([0, 1]), draw.choice([0, 0, 2])
    direction = draw.choice(["minimize", "maximize"])
    pruner = SuccessiveHalvingPruner(resource, factor, rate, bootstrap)
    study = optuna.create_study(direction=direction, pruner=pruner)
    steps, trials = 30, []
    rungs = [resource * factor ** (rate + k) for k in range(10) if resource * factor ** (rate + k) < steps]
    for _ in range(12):
        trial, pairs, stopped = study.ask(), [], None
        for step in rungs:
            pairs.append((step, value()))
            trial.report(pairs[-1][1], step)
            if trial.should_prune():
                stopped = step
                break
        if stopped is None:
            study.tell(trial, 0.0)
        else:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        trials.append(dict(reports=shown(pairs), stopped=stopped))
    spec = dict(name="asha", minResource=resource, reductionFactor=factor, minEarlyStoppingRate=rate, bootstrapCount=bootstrap)
    return dict(pruner=spec, direction=direction, steps=steps, trials=trials)


cases = [case(make) for make in [percentile_pruner] * 60 + [threshold_pruner] * 30 + [patient_pruner] * 60]
sequences = [sequence() for _ in range(30)]


def lines(items):
    return ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)


print(f'{{"optuna":"{optuna.__version__}","cases":[\n{lines(cases)}\n],"sequences":[\n{lines(sequences)}\n]}}')
