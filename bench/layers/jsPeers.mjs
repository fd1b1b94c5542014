// TensorFlow.js (cpu, wasm) and jax-js (wasm) in Node on W5 to W8, each in a process of its own: `node bench/layers/jsPeers.mjs tfjs|jax-js`, asked in lines of JSON
// as the programs in Python are. TensorFlow.js's GRU knows no resetAfter; jax-js has no scan, so its cells are written out, once a step.

import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const [library = ''] = process.argv.slice(2)

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
/** @param {number} count */
const randoms = (count, scale = 1) => Float32Array.from({ length: count }, () => normal() * scale)
/** @param {string} task */
const sizesOf = (task) =>
  task === 'W8' ? { rows: 32, row: [100, 8] } : task === 'W7' ? { rows: 128, row: [28, 28] } : { rows: 128, row: [28, 28, 1] }
const OUTPUTS = 10

/** @returns {Promise<() => Promise<void>>} a step */
async function tensorflow(/** @type {string} */ task, /** @type {string} */ form) {
  const tf = await import('@tensorflow/tfjs')
  if (form === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)))
  }
  if (!(await tf.setBackend(form))) throw new Error(`its backend ${form} does not start`)
  const { rows, row } = sizesOf(task)
  const output = () => tf.layers.dense({ units: OUTPUTS, activation: 'softmax' })
  const convolutions = (/** @type {number} */ first, /** @type {number} */ second) => {
    const conv = (/** @type {number} */ filters, more = {}) =>
      tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...more })
    const pool = () => tf.layers.maxPooling2d({ poolSize: 2 })
    return [
      conv(first, { inputShape: row }),
      pool(),
      conv(second),
      pool(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      output(),
    ]
  }
  const layers =
    task === 'W7'
      ? [tf.layers.gru({ units: 128, inputShape: row }), output()]
      : task === 'W8'
        ? [tf.layers.lstm({ units: 32, inputShape: row }), output()]
        : task === 'W5'
          ? convolutions(32, 64)
          : convolutions(8, 16)
  const model = tf.sequential({ layers })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
  const x = tf.randomUniform([rows, ...row])
  const classes = Int32Array.from({ length: rows }, (_, i) => i % OUTPUTS)
  const y = tf.oneHot(tf.tensor1d(classes, 'int32'), OUTPUTS)
  return async () => void (await model.trainOnBatch(x, y))
}

async function jaxJs(/** @type {string} */ task) {
  const { init, defaultDevice, jit, nn, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax')
  await init('wasm')
  defaultDevice('wasm')
  const array = (/** @type {Float32Array<ArrayBuffer>} */ values, /** @type {number[]} */ shape) =>
    np.array(values, { shape, dtype: np.float32 })
  const product = (/** @type {number[]} */ shape) => shape.reduce((a, b) => a * b)
  const weights = (/** @type {number} */ scale, /** @type {number[]} */ ...shape) => array(randoms(product(shape), scale), shape)
  const zeros = (/** @type {number[]} */ ...shape) => array(new Float32Array(product(shape)), shape)
  const { rows, row } = sizesOf(task)
  /** @type {any[]} */
  let params
  /** @type {(params: any[], x: any, y: any) => any} */
  let loss
  /** @type {any} */
  let x
  const crossEntropy = (/** @type {any} */ logits, /** @type {any} */ y) =>
    nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / rows)
  if (task === 'W5' || task === 'W6') {
    const [a, b] = task === 'W5' ? [32, 64] : [8, 16]
    params = [weights(0.47, 9, a), zeros(a), weights(Math.sqrt(2 / 9 / a), 9 * a, b), zeros(b)]
    params.push(weights(Math.sqrt(2 / 49 / b), 49 * b, 128), zeros(128), weights(0.125, 128, OUTPUTS), zeros(OUTPUTS))
    const shifts = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => /** @type {[number, number]} */ ([i, j])))
    // Nine shifted slices side by side and one product: the gradients of lax.conv are 4 to 14 times as slow.
    const conv = (/** @type {any} */ h, /** @type {any} */ w, /** @type {any} */ bias, /** @type {number} */ n) => {
      const padded = np.pad(h, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ])
      const columns = np.concatenate(
        shifts.map(([i, j], k) => (k < 8 ? padded.ref : padded).slice([], [i, i + n], [j, j + n], [])),
        3,
      )
      const [inputs, outputs] = w.shape
      return nn.relu(np.matmul(columns.reshape([rows * n * n, inputs]), w).add(bias)).reshape([rows, n, n, outputs])
    }
    const pool = (/** @type {any} */ h, /** @type {number} */ n, /** @type {number} */ c) =>
      np.max(h.reshape([rows, n, 2, n, 2, c]), [2, 4])
    loss = ([w1, b1, w2, b2, w3, b3, w4, b4], images, y) => {
      const first = pool(conv(images, w1, b1, 28), 14, a)
      const second = pool(conv(first, w2, b2, 14), 7, b)
      const hidden = nn.relu(np.matmul(second.reshape([rows, 49 * b]), w3).add(b3))
      return crossEntropy(np.matmul(hidden, w4).add(b4), y)
    }
    x = array(randoms(rows * 784), [rows, ...row])
  } else {
    const [times = 1, inputs = 1] = row
    const [units, gates] = task === 'W7' ? [128, 3] : [32, 4]
    params = [
      weights(1 / Math.sqrt(inputs), inputs, gates * units),
      weights(1 / Math.sqrt(units), units, gates * units),
      zeros(gates * units),
    ]
    params.push(zeros(gates * units), weights(1 / Math.sqrt(units), units, OUTPUTS), zeros(OUTPUTS))
    loss = ([w, u, b, c, v, d], series, y) => {
      const projected = np
        .matmul(series.reshape([times * rows, inputs]), w)
        .add(b)
        .reshape([times, rows, gates, units])
      let h = np.zeros([rows, units])
      let state = np.zeros([rows, units])
      const steps = np.split(projected, times, 0)
      const last = steps.length - 1
      steps.forEach((step, t) => {
        const own = t < last ? [u.ref, c.ref] : [u, c]
        const inner = np.matmul(h.ref, own[0]).add(own[1]).reshape([rows, gates, units])
        const parts = (/** @type {any} */ all) => np.split(all, gates, 1).map((/** @type {any} */ one) => one.reshape([rows, units]))
        if (gates === 3) {
          const [xz, xr, xc] = parts(step.reshape([rows, gates, units]))
          const [hz, hr, hc] = parts(inner)
          const z = nn.sigmoid(xz.add(hz))
          const candidate = np.tanh(xc.add(nn.sigmoid(xr.add(hr)).mul(hc)))
          h = z.ref.mul(h).add(z.neg().add(1).mul(candidate))
        } else {
          h.dispose()
          const [i, f, g, o] = parts(step.reshape([rows, gates, units]).add(inner))
          state = nn
            .sigmoid(f)
            .mul(state)
            .add(nn.sigmoid(i).mul(np.tanh(g)))
          h = nn.sigmoid(o).mul(np.tanh(t < last ? state.ref : state))
        }
      })
      return crossEntropy(np.matmul(h, v).add(d), y)
    }
    x = array(randoms(times * rows * inputs), [times, rows, inputs])
  }
  const y = array(
    Float32Array.from({ length: rows * OUTPUTS }, (_, i) => Number(Math.floor(i / OUTPUTS) % OUTPUTS === i % OUTPUTS)),
    [rows, OUTPUTS],
  )
  const step = jit(
    (
      /** @type {any[]} */ before,
      /** @type {any[]} */ m,
      /** @type {any[]} */ v,
      /** @type {any} */ rate,
      /** @type {any} */ images,
      /** @type {any} */ classes,
    ) => {
      const [value, grads] = valueAndGrad(loss)(tree.ref(before), images, classes)
      const ms = m.map((own, i) => own.mul(0.9).add(grads[i].ref.mul(0.1)))
      const vs = v.map((own, i) => own.mul(0.999).add(np.square(grads[i]).mul(0.001)))
      const after = before.map((own, i) => own.sub(rate.ref.mul(ms[i].ref).div(np.sqrt(vs[i].ref).add(1e-7))))
      rate.dispose()
      return [after, ms, vs, value]
    },
  )
  let m = params.map((own) => np.zeros(own.shape))
  let v = params.map((own) => np.zeros(own.shape))
  let t = 0
  return async () => {
    t++
    const rate = array(Float32Array.of((0.001 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)), [])
    /** @type {any} */
    let value
    ;[params, m, v, value] = step(params, m, v, rate, x.ref, y.ref)
    value.dataSync()
  }
}

/** Seconds of the clock and of the processor that something took. */
async function timed(/** @type {() => Promise<void>} */ action) {
  const before = process.cpuUsage()
  const started = performance.now()
  await action()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 }
}

/** A first step that takes longer is not repeated to warm up. */
const SLOW = 3

/** @type {() => Promise<void>} */
let step
async function answer(
  /** @type {{ prepare?: string, form?: string, warm?: number, lap?: number }} */ { prepare, form = '', warm = 2, lap = 0 },
) {
  if (prepare !== undefined) {
    step = await (library === 'jax-js' ? jaxJs(prepare) : tensorflow(prepare, form))
    const first = await timed(step)
    for (let i = 0; i < (first.seconds > SLOW ? 0 : warm); i++) await step()
    return { first: first.seconds, cpu: first.cpu }
  }
  let steps = 0
  const all = await timed(async () => {
    const end = performance.now() + lap * 1000
    do {
      await step()
      steps++
    } while (performance.now() < end)
  })
  return { seconds: all.seconds / steps, cpu: all.cpu / steps }
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((/** @type {unknown} */ error) => ({ error: String(error).slice(0, 400) }))
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}
process.exit(0)
