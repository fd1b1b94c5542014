"""Writes what scikit-learn makes of columns, for test/prepare/golden.test.ts; and what the formulas of rtdl_num_embeddings and pytabkit (RealMLP) come
to, neither of which is needed here: they are written out below in numpy.

/usr/bin/python3 test/support/python/prepare.py > test/golden/sklearn-prepare.json    (Debian's python3-sklearn, 1.2)
"""

import json
import warnings

import numpy as np
import sklearn
from scipy import stats
from sklearn import metrics
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.simplefilter("ignore")
draw = np.random.default_rng(11)
ROWS, NEW = 150, 40


def column(values):
    """As float32 holds them: decision trees round to it."""
    return np.float32(values).astype(np.float64)


def columns():
    yield "normal", column(draw.normal(3, 2, ROWS + NEW))
    yield "skewed", column(np.exp(draw.normal(0, 1.5, ROWS + NEW)))
    yield "tied", column(np.round(draw.normal(0, 2, ROWS + NEW)))
    yield "mostly one value", column(np.where(draw.uniform(size=ROWS + NEW) < 0.8, 1, draw.uniform(0, 5, ROWS + NEW)))
    yield "large", column(1e9 + 4096 * np.round(draw.uniform(0, 1000, ROWS + NEW)))


def robust(train, x):
    """pytabkit's RobustScaleSmoothClipTransform (Holzmueller et al. 2024)."""
    median, low, high = np.quantile(train, [0.5, 0.25, 0.75])
    factor = 1 / (high - low) if high != low else 2 / (train.max() - train.min())
    scaled = (x - median) * factor
    return scaled, scaled / np.sqrt(1 + (scaled / 3) ** 2)


def quantile_bins(train, bins):
    """rtdl_num_embeddings.compute_bins(X, n_bins) of one column."""
    return np.unique(np.quantile(train, np.linspace(0, 1, bins + 1)))


def tree_bins(train, y, bins, regression, **tree_kwargs):
    """rtdl_num_embeddings.compute_bins(X, n_bins, tree_kwargs=..., y=y, regression=...) of one column."""
    edges = [float(train.min()), float(train.max())]
    model = (DecisionTreeRegressor if regression else DecisionTreeClassifier)(max_leaf_nodes=bins, random_state=0, **tree_kwargs)
    tree = model.fit(train.reshape(-1, 1).astype(np.float32), y).tree_
    edges += [float(tree.threshold[node]) for node in range(tree.node_count) if tree.children_left[node] != tree.children_right[node]]
    return np.unique(edges)


def piecewise(x, edges):
    """rtdl_num_embeddings._PiecewiseLinearEncodingImpl of one column, its components in the order of the bins; it has x / width - edge / width, which
    is the same, and loses the digits that x and the edge have in common."""
    z = (x[:, None] - edges[:-1]) / np.diff(edges)
    if z.shape[1] == 1:
        return z
    return np.concatenate([np.minimum(z[:, :1], 1), np.clip(z[:, 1:-1], 0, 1), np.maximum(z[:, -1:], 0)], axis=1)


def numbers():
    for name, values in columns():
        train, x = values[:ROWS], values
        y = column(np.sin(stats.zscore(train)) + draw.normal(0, 0.3, ROWS))
        label = (y > np.median(y)).astype(int) + (y > np.quantile(y, 0.8)).astype(int)
        scaled, clipped = robust(train, x)
        fit = lambda model: model.fit(train.reshape(-1, 1)).transform(x.reshape(-1, 1))[:, 0].tolist()
        bins = {"quantile": quantile_bins(train, 8)}
        for leaf in [1, 10]:
            bins[f"regression {leaf}"] = tree_bins(train, y, 6, True, min_samples_leaf=leaf, min_impurity_decrease=1e-4)
            bins[f"classes {leaf}"] = tree_bins(train, label, 6, False, min_samples_leaf=leaf, min_impurity_decrease=1e-4)
        yield dict(
            name=name,
            values=values.tolist(),
            y=y.tolist(),
            label=label.tolist(),
            standard=fit(StandardScaler()),
            minMax=fit(MinMaxScaler()),
            robust=scaled.tolist(),
            smoothClip=clipped.tolist(),
            quantile={str(n): fit(QuantileTransformer(n_quantiles=n, output_distribution="normal", subsample=10**6)) for n in [10, 150]},
            edges={how: edges.tolist() for how, edges in bins.items()},
            piecewise={how: piecewise(x, edges).tolist() for how, edges in bins.items()},
            skew=float(stats.skew(train)),
        )


def categories():
    words = np.array(["a", "b", "c", "d"])[draw.choice(4, ROWS, p=[0.4, 0.35, 0.2, 0.05])]
    new = np.array(["c", "q", "a"])
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(words.reshape(-1, 1))
    y = column(draw.normal(0, 1, ROWS) + (words == "b"))
    # TargetEncoder(smooth=10, target_type='continuous') of scikit-learn 1.3: (sum + smooth * mean) / (count + smooth).
    means = {word: float((y[words == word].sum() + 10 * y.mean()) / ((words == word).sum() + 10)) for word in "abcd"}
    holed = np.where(draw.uniform(size=ROWS) < 0.1, np.nan, column(draw.normal(0, 1, ROWS)))
    holed[[3, 5]] = 0.5
    filled = {
        how: SimpleImputer(strategy=sk, add_indicator=True).fit_transform(holed.reshape(-1, 1)).tolist()
        for how, sk in [("mean", "mean"), ("median", "median"), ("mode", "most_frequent")]
    }
    return dict(
        words=words.tolist(),
        new=new.tolist(),
        oneHot=encoder.transform(new.reshape(-1, 1)).tolist(),
        y=y.tolist(),
        means=means,
        overall=float(y.mean()),
        holed=[None if np.isnan(v) else float(v) for v in holed],
        filled=filled,
    )


def scores():
    for classes in [2, 4]:
        logits = draw.normal(0, 1.5, (60, classes)).astype(np.float32)
        p = np.exp(logits - logits.max(1, keepdims=True))
        p = (p / p.sum(1, keepdims=True)).astype(np.float32).astype(np.float64)
        if classes == 2:
            p[:, 0] = 1 - p[:, 1]
        label = draw.integers(0, classes, 60)
        said = (p[:, 1] > 0.5).astype(int) if classes == 2 else p.argmax(1)
        one_hot = np.eye(classes)[label]
        yield dict(
            classes=classes,
            probabilities=p.tolist(),
            label=label.tolist(),
            accuracy=float(metrics.accuracy_score(label, said)),
            balancedAccuracy=float(metrics.balanced_accuracy_score(label, said)),
            logLoss=float(metrics.log_loss(label, p / p.sum(1, keepdims=True))),
            auc=float(metrics.roc_auc_score(label, p[:, 1]) if classes == 2 else metrics.roc_auc_score(one_hot, p, average="macro")),
            f1=metrics.f1_score(label, said, average=None, labels=list(range(classes))).tolist(),
        )
    y, said = column(draw.normal(100, 20, 60)), column(draw.normal(100, 20, 60))
    yield dict(
        classes=0,
        y=y.tolist(),
        said=said.tolist(),
        r2=float(metrics.r2_score(y, said)),
        rootMeanSquaredError=float(np.sqrt(metrics.mean_squared_error(y, said))),
        meanAbsoluteError=float(metrics.mean_absolute_error(y, said)),
    )


print(
    json.dumps(
        dict(sklearn=sklearn.__version__, rows=ROWS, numbers=list(numbers()), categories=categories(), scores=list(scores())), separators=(",", ":")
    )
)
