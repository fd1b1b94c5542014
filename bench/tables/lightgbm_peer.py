"""LightGBM on a table with so many seconds in all, reading included: trees are grown on all but a twentieth of the rows until the time or that twentieth's error ends it.

python3 lightgbm_peer.py train.csv test.csv predictions.csv SECONDS
"""
import sys
import time

import lightgbm
import pandas

started = time.monotonic()
train_file, test_file, out, seconds = sys.argv[1:]
deadline = started + float(seconds)
train, test = pandas.read_csv(train_file), pandas.read_csv(test_file)
columns = [name for name in train.columns if name != "y"]
for name in columns:
    if not pandas.api.types.is_numeric_dtype(train[name]):
        kinds = pandas.CategoricalDtype(sorted(train[name].unique()))
        train[name], test[name] = train[name].astype(kinds), test[name].astype(kinds)
held = train.sample(frac=0.05, random_state=7)
rest = train.drop(held.index)


def clock(env):
    # What is left is for the predictions of the fresh rows.
    if time.monotonic() > deadline - 3:
        raise lightgbm.callback.EarlyStopException(env.iteration, env.evaluation_result_list)


judged = lightgbm.Dataset(held[columns], held["y"])
model = lightgbm.train(
    {"objective": "l2", "num_leaves": 127, "learning_rate": 0.03, "min_data_in_leaf": 50, "num_threads": 2, "verbose": -1, "seed": 7},
    lightgbm.Dataset(rest[columns], rest["y"]),
    num_boost_round=100000,
    valid_sets=[judged],
    callbacks=[lightgbm.early_stopping(50, verbose=False), clock],
)
predicted = model.predict(test[columns], num_iteration=model.best_iteration or None)
pandas.DataFrame({"prediction": predicted, "low": "", "high": ""}).to_csv(out, index=False)
print(f"LightGBM {lightgbm.__version__}: {model.current_iteration()} trees, {time.monotonic() - started:.1f} s with reading and predicting")
