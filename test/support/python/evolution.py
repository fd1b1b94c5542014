"""Writes how the CMA-ES that Optuna uses moves when it is told points, for test/study/cmaEs.test.ts.

/usr/bin/python3 test/support/python/evolution.py > test/golden/cmaes.json    (Debian's python3-cmaes)

The file holds { cmaes, runs }. A run: the mean and sigma it begins with, and generations, each with the points it was told, best first, and the mean, sigma and
covariance (row by row) after them.
"""
import json

import numpy as np
from cmaes import CMA, __version__

draw = np.random.RandomState(8)


def run(n, population, generations):
    optimizer = CMA(mean=np.full(n, 0.5), sigma=0.2, population_size=population, seed=1)
    told = []
    for _ in range(generations):
        # Points of its own distribution, ranked by a function that stretches the covariance.
        points = [optimizer.ask() for _ in range(population)]
        values = [float(np.sum((10.0 ** np.arange(n)) * (x - 0.3) ** 2) + 0.1 * draw.rand()) for x in points]
        order = np.argsort(values)
        optimizer.tell([(points[i], values[i]) for i in order])
        told.append(
            {
                "points": [points[i].tolist() for i in order],
                "mean": optimizer._mean.tolist(),
                "sigma": float(optimizer._sigma),
                "covariance": optimizer._C.flatten().tolist(),
            }
        )
    return {"mean": [0.5] * n, "sigma": 0.2, "generations": told}


runs = [run(2, 6, 12), run(5, 8, 12), run(3, 20, 8)]
rounded = json.loads(json.dumps(runs), parse_float=lambda text: float(f"{float(text):.15g}"))
print(f'{{"cmaes":"{__version__}","runs":[\n' + ",\n".join(json.dumps(one, separators=(",", ":")) for one in rounded) + "\n]}")
