// One step of 8-12-8-1 by espalier, and the process ends: `node bench/native/cold.mjs WORKERS`.
import { fitPopulation, openBackend } from 'espalier'

const backend = await openBackend({ prefer: 'wasm', workers: Number(process.argv[2]), threads: 1 })
const train = { rows: 5, features: new Float32Array(40).fill(1), targets: new Float32Array(5).fill(1) }
await fitPopulation(
  backend,
  { inputSize: 8, units: [12, 8, 1], batchSize: 5, loss: 'binaryCrossentropy' },
  [
    {
      layers: [
        { initializer: 'heNormal', activation: 'relu' },
        { initializer: 'heNormal', activation: 'relu' },
        { initializer: 'heNormal', activation: 'sigmoid' },
      ],
      optimizer: { name: 'adam', learningRate: 0.001 },
      dialect: 'keras3',
      epochs: 1,
      shuffle: false,
      seed: 1,
    },
  ],
  { train },
)
process.exit(0)
