"""One step of 8-12-8-1 (Adam, batch 5) in JAX or PyTorch, and the process ends: `python3 cold.py --jax | --torch | --torch-compile`."""
import sys
import time

import numpy as np


def jax_step():
    import jax
    import jax.numpy as jnp

    imported = time.perf_counter()

    def loss(params, x, y):
        for i, (w, b) in enumerate(params):
            x = x @ w + b
            x = jax.nn.relu(x) if i < 2 else x
        z = x[:, 0]
        return (jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z)))).mean()

    @jax.jit
    def step(params, m, v, t, x, y):
        grads = jax.grad(loss)(params, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
        rate = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        return jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v), m, v

    random = np.random.default_rng(1)
    params = [(random.standard_normal(s).astype(np.float32), np.zeros(s[1], np.float32)) for s in ((8, 12), (12, 8), (8, 1))]
    zeros = jax.tree.map(np.zeros_like, params)
    jax.block_until_ready(step(params, zeros, zeros, np.float32(1), np.ones((5, 8), np.float32), np.ones(5, np.float32)))
    return imported


def torch_step(compiled):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    imported = time.perf_counter()
    model = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss = lambda x, y: nn.functional.binary_cross_entropy_with_logits(model(x)[:, 0], y)
    if compiled:
        loss = torch.compile(loss, dynamic=False)
    loss(torch.ones(5, 8), torch.ones(5)).backward()
    optimizer.step()
    return imported


started = time.perf_counter()
imported = jax_step() if sys.argv[1] == "--jax" else torch_step(sys.argv[1] == "--torch-compile")
print(f"{imported - started:.3f} and {time.perf_counter() - imported:.3f} s")
