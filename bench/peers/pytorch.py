"""PyTorch on the processor, asked through pipes: a line of JSON in, a line of JSON out. Arrays are float32 in base64.

{"open": id, "trial": {...}, "threads": 1, "weights": [[kernel, bias], ...], "train": [features, targets], "test": [...]}  a network
{"train": id, "steps": 12}   its next batches, in order, again and again; the answer says how many seconds they took
{"accuracy": id}             on the test rows
{"close": id}
"""
import base64
import json
import sys
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

EPSILON = 1e-7
ACTIVATIONS = {"relu": nn.ReLU, "selu": nn.SELU, "tanh": nn.Tanh, "linear": nn.Identity}
OPTIMIZERS = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate, eps=EPSILON),
    "adamax": lambda parameters, rate: torch.optim.Adamax(parameters, lr=rate, eps=EPSILON),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(parameters, lr=rate, alpha=0.9, eps=EPSILON),
}


def tensor(text, width):
    values = numpy.frombuffer(base64.b64decode(text), dtype=numpy.float32)
    return torch.from_numpy(values.reshape(-1, width).copy())


class Network:
    """Its own recommended loop: zero_grad to none, slices of tensors prepared beforehand, the loss read at the end."""

    def __init__(self, message):
        trial = message["trial"]
        self.widths = trial["widths"]
        self.outputs = self.widths[-1]
        self.batch = trial["batchSize"]
        self.threads = message["threads"]
        self.next = 0
        layers = []
        for (inputs, units), (kernel, bias) in zip(zip(self.widths, self.widths[1:]), message["weights"]):
            layer = nn.Linear(inputs, units)
            with torch.no_grad():
                layer.weight.copy_(tensor(kernel, units).T)
                layer.bias.copy_(tensor(bias, units)[0])
            layers += [layer, ACTIVATIONS[trial["activation"]]()]
        self.model = nn.Sequential(*layers[:-1])
        self.optimizer = OPTIMIZERS[trial["optimizer"]](self.model.parameters(), trial["learningRate"])
        self.x, self.y = self.rows(message["train"])
        self.test = self.rows(message["test"])

    def rows(self, arrays):
        features, targets = tensor(arrays[0], self.widths[0]), tensor(arrays[1], self.outputs)
        return features, targets if self.outputs == 1 else targets.argmax(1)

    def loss(self, logits, targets):
        return F.binary_cross_entropy_with_logits(logits, targets) if self.outputs == 1 else F.cross_entropy(logits, targets)

    def train(self, steps):
        torch.set_num_threads(self.threads)
        started = time.perf_counter()
        for _ in range(steps):
            batch = slice(self.next, self.next + self.batch)
            self.next = self.next + self.batch if self.next + self.batch < len(self.x) else 0
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model(self.x[batch]), self.y[batch])
            loss.backward()
            self.optimizer.step()
        loss.item()
        return time.perf_counter() - started

    def accuracy(self):
        features, targets = self.test
        with torch.no_grad():
            logits = self.model(features)
        right = (logits > 0) == (targets > 0.5) if self.outputs == 1 else logits.argmax(1) == targets
        return right.float().mean().item()


networks = {}
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "open" in message:
        networks[message["open"]] = Network(message)
        answer = {}
    elif "train" in message:
        answer = {"seconds": networks[message["train"]].train(message["steps"])}
    elif "accuracy" in message:
        answer = {"accuracy": networks[message["accuracy"]].accuracy()}
    else:
        del networks[message["close"]]
        answer = {}
    print(json.dumps(answer), flush=True)
