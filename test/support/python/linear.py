"""Writes what scikit-learn's linear models make of random rows, for test/learn/linear.golden.test.ts.

python3 test/support/python/linear.py > test/golden/sklearn-linear.json    (scikit-learn 1.9)
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, Ridge, RidgeCV
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
draw = np.random.default_rng(11)
ALPHAS = np.logspace(-3, 6, 37)
CS = np.logspace(-3, 3, 13)


def features(rows, shape):
    """float32, as the learner has them: numbers of many scales, a copy of one, a constant, a category as one-hot columns."""
    x = draw.normal(size=(rows, 4)) * [1, 100, 0.01, 3] + [0, 1000, 0, -5]
    if shape == "wide":
        x = np.concatenate([x, draw.normal(size=(rows, 2 * rows))], 1)
    if shape == "collinear":
        category = draw.integers(0, 5, rows)
        x = np.concatenate([x, x[:, :1] + x[:, 3:4], np.full((rows, 1), 7), np.eye(5)[category]], 1)
    return np.vectorize(lambda value: float(f"{value:.4g}"))(x).astype(np.float32)


def short(x):
    return [float(f"{value:.4g}") for value in np.ravel(x)]


def rounded(values, digits=7):
    return [float(f"{value:.{digits}g}") for value in np.ravel(values)]


def signal(x):
    z = (x - x.mean(0)) / np.maximum(x.std(0), 1e-9)
    return z[:, 0] - 0.5 * z[:, 1] + z[:, -1] * 0.7


def in_units(scaler, coefficients, intercepts):
    own = np.atleast_2d(coefficients) / scaler.scale_
    return own, np.ravel(intercepts) - own @ scaler.mean_


def ridge():
    for rows, shape in [(40, "plain"), (60, "collinear"), (12, "wide"), (3, "plain")]:
        x = features(rows, shape)
        y = (3 + 2 * signal(x.astype(float)) + draw.normal(size=rows)).astype(np.float32)
        y = np.float32(short(y))
        scaler = StandardScaler().fit(x.astype(float))
        z = scaler.transform(x.astype(float))
        # Every row left out once, by fitting anew.
        errors = []
        for alpha in ALPHAS[::6]:
            left = [y[i] - Ridge(alpha, solver="cholesky" if shape != "wide" else "svd").fit(np.delete(z, i, 0), np.delete(y, i).astype(float)).predict(z[i : i + 1])[0] for i in range(rows)]
            errors.append(np.mean(np.square(left)))
        model = RidgeCV(ALPHAS).fit(z, y.astype(float))
        own, intercept = in_units(scaler, model.coef_, model.intercept_)
        yield dict(shape=shape, rows=rows, features=short(x), targets=short(y), alphas=rounded(ALPHAS[::6], 15), errors=rounded(errors), alpha=float(f"{model.alpha_:.12g}"), coefficients=rounded(own), intercept=rounded(intercept)[0])


def logistic():
    for rows, shape, classes in [(80, "plain", 2), (100, "collinear", 2), (90, "collinear", 3), (20, "wide", 2), (24, "wide", 4)]:
        x = features(rows, shape)
        s = signal(x.astype(float)) + draw.logistic(size=rows) * 0.5
        y = np.searchsorted(np.quantile(s, np.arange(1, classes) / classes), s)
        scaler = StandardScaler().fit(x.astype(float))
        z = scaler.transform(x.astype(float))
        fits = []
        for strength in [100, 1, 0.01]:
            model = LogisticRegression(C=1 / strength, solver="newton-cg", tol=1e-11, max_iter=100000).fit(z, y)
            own, _ = in_units(scaler, model.coef_, model.intercept_)
            fits.append(dict(strength=strength, coefficients=rounded(own, 5), loss=rounded([log_loss(y, model.predict_proba(z))], 7)[0]))
        yield dict(shape=shape, classes=classes, rows=rows, features=short(x), targets=y.tolist(), fits=fits)


def chosen():
    for rows, classes, noise in [(150, 2, 1.0), (200, 3, 0.2), (120, 2, 5.0)]:
        both = features(rows + 300, "collinear")
        s = signal(both.astype(float)) + draw.logistic(size=rows + 300) * noise
        y = np.searchsorted(np.quantile(s, np.arange(1, classes) / classes), s)
        x, fresh = both[:rows], both[rows:]
        scaler = StandardScaler().fit(x.astype(float))
        model = LogisticRegressionCV(Cs=CS, cv=4, scoring="neg_log_loss", solver="newton-cg", max_iter=100000).fit(scaler.transform(x.astype(float)), y[:rows])
        loss = log_loss(y[rows:], model.predict_proba(scaler.transform(fresh.astype(float))))
        guess = log_loss(y[rows:], np.tile(np.bincount(y[:rows]) / rows, (300, 1)))
        yield dict(classes=classes, rows=rows, features=short(both), targets=y.tolist(), strength=rounded([1 / np.ravel(model.C_)[0]], 6)[0], loss=rounded([loss], 5)[0], guess=rounded([guess], 5)[0])


print(json.dumps(dict(sklearn=sklearn.__version__, ridge=list(ridge()), logistic=list(logistic()), chosen=list(chosen()))))
