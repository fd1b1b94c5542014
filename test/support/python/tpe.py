"""Writes what Optuna's TPE makes of studies: which trials it takes for good ones, and how likely configurations are under either side.

/usr/bin/python3 test/support/python/tpe.py > test/golden/optuna-tpe.json    (Debian's python3-optuna, 3.1)

The file holds { optuna, cases }. A case: multivariate, directions, the space as data, trials (state, params, values, reports [[step, value]]), the numbers of
the good trials, their weights where they do not go by age, and samples: configurations, each with the logarithm of its density among the good
trials and among the others. Optuna 3.1 leaves the width out of a normal's density; it is put in here (WITH_WIDTH), as later versions of it do.
"""
import json
import random

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe import parzen_estimator, sampler
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
WITHOUT_WIDTH = parzen_estimator.truncnorm.logpdf
WITH_WIDTH = lambda x, a, b, loc, scale: WITHOUT_WIDTH(x, a, b, loc=loc, scale=scale) - np.log(scale)
parzen_estimator.truncnorm.logpdf = WITH_WIDTH

SPACE = {
    "rate": (FloatDistribution(1e-4, 1.0, log=True), {"type": "float", "low": 1e-4, "high": 1, "log": True}),
    "shift": (FloatDistribution(-2.0, 3.0), {"type": "float", "low": -2, "high": 3}),
    "drop": (FloatDistribution(0.0, 0.5, step=0.1), {"type": "float", "low": 0, "high": 0.5, "step": 0.1}),
    "units": (IntDistribution(4, 256, log=True), {"type": "int", "low": 4, "high": 256, "log": True}),
    "layers": (IntDistribution(1, 9, step=2), {"type": "int", "low": 1, "high": 9, "step": 2}),
    "kind": (CategoricalDistribution(["a", "b", "c"]), {"type": "categorical", "choices": ["a", "b", "c"]}),
}
DRAW = {
    "rate": lambda r: 10 ** r.uniform(-4, 0),
    "shift": lambda r: r.uniform(-2, 3),
    "drop": lambda r: r.randrange(6) / 10,
    "units": lambda r: round(2 ** r.uniform(2, 8)),
    "layers": lambda r: r.randrange(1, 10, 2),
    "kind": lambda r: r.choice("abc"),
}


def case(r, names, count, directions, multivariate, states):
    distributions = {name: SPACE[name][0] for name in names}
    study = optuna.create_study(directions=directions)
    for number in range(count):
        state = r.choice(states)
        reports = [[step, round(r.uniform(0, 3), 1)] for step in range(1, r.randrange(1, 5))]
        study.add_trial(
            create_trial(
                state=state,
                params={name: DRAW[name](r) for name in names},
                distributions=distributions,
                values=[round(r.gauss(0, 2), 1) for _ in directions] if state == TrialState.COMPLETE else None,
                intermediate_values=dict(reports),
            )
        )
    values, scores, _ = sampler._get_observation_pairs(study, names, True)
    finished = sum(s < float("inf") for s, _ in scores)
    below, above = sampler._split_observation_pairs(scores, sampler.default_gamma(finished), None)
    weights = sampler._calculate_weights_below_for_multi_objective(scores, below, None) if len(directions) > 1 else None
    learnt = [t for t in study.trials if t.state != TrialState.FAIL and (len(directions) == 1 or t.state == TrialState.COMPLETE)]
    options = parzen_estimator._ParzenEstimatorParameters(True, 1.0, True, False, sampler.default_weights, multivariate)
    configurations = {name: np.asarray(values[name], dtype=float) for name in names}
    sides = [
        parzen_estimator._ParzenEstimator({k: v[chosen] for k, v in configurations.items()}, distributions, options, given)
        for chosen, given in ((below, weights), (above, None))
    ]
    samples = []
    for _ in range(4):
        params = {name: DRAW[name](r) for name in names}
        internal = {name: np.asarray([distributions[name].to_internal_repr(params[name])]) for name in names}
        internal = {name: v.astype(int) if name == "kind" else v for name, v in internal.items()}
        samples.append({"params": params, "good": sides[0].log_pdf(internal)[0], "rest": sides[1].log_pdf(internal)[0]})
    return {
        "multivariate": multivariate,
        "directions": directions,
        "space": {name: SPACE[name][1] for name in names},
        "trials": [
            {
                "state": t.state.name.lower(),
                "params": t.params,
                **({"values": t.values} if t.state == TrialState.COMPLETE else {}),
                "reports": [[k, v] for k, v in t.intermediate_values.items()],
            }
            for t in study.trials
        ],
        "good": sorted(learnt[i].number for i in below),
        **({} if weights is None else {"weights": dict(sorted((str(learnt[i].number), w) for i, w in zip(below, weights)))}),
        "samples": samples,
    }


# Parameters in steps one by one have few trials: equal values get different widths in the order of a sort, which numpy's is not for more than 16.
r = random.Random(20)
C, P, R, F = TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING, TrialState.FAIL
cases = [
    case(r, list(SPACE), 30, ["minimize"], True, [C]),
    case(r, list(SPACE), 60, ["maximize"], True, [C, C, P, R, F]),
    case(r, ["shift", "kind"], 41, ["minimize"], True, [P, P, P, C]),
    *[case(r, [name], count, ["minimize"], False, [C, C, P, R]) for name, count in zip(SPACE, (14, 45, 15, 15, 15, 50))],
    case(r, ["rate", "drop"], 40, ["minimize", "maximize"], True, [C]),
    case(r, ["shift", "kind"], 45, ["minimize", "minimize", "maximize"], True, [C, C, P]),
]
rounded = json.loads(json.dumps(cases), parse_float=lambda text: float(f"{float(text):.13g}"))
print(f'{{"optuna":"{optuna.__version__}","cases":[\n' + ",\n".join(json.dumps(one, separators=(",", ":")) for one in rounded) + "\n]}")
