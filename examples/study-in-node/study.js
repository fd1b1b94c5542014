import { mkdir, writeFile } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { categorical, createStudy, EspalierError, fanova, float, int, openBackend, standardize, summarize, trainTestSplit } from 'espalier'
import { modelOf, toOnnx } from 'espalier/formats'
import { FileJournal, readDataset } from 'espalier/node'
import { createSvgDocument, renderHtml, studyReport } from 'espalier/report'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string' }, trials: { type: 'string', default: '80' } },
})
const [file = fileURLToPath(new URL('data/pima.arff', import.meta.resolve('espalier/package.json')))] = positionals
const folder = join('results', parse(file).name)

async function main() {
  const all = await readDataset(file, { missing: 'drop', target: given.target ?? -1 })
  const { train, test, transform } = standardize(trainTestSplit(all, { seed: 1, stratify: all.task !== 'regression' }))
  console.log(`${file}: ${train.rows} rows to train on, ${test.rows} to judge by, ${all.inputSize} inputs, target ${all.targetNames}`)

  await mkdir(folder, { recursive: true })
  const study = await createStudy({
    space: {
      layers: int(1, 3),
      units: int(4, 64, { log: true }),
      activation: categorical(['relu', 'tanh', 'selu']),
      optimizer: categorical(['sgd', 'adam', 'rmsprop']),
      learningRate: float(1e-4, 0.1, { log: true }),
      dropout: float(0, 0.4),
    },
    train: {
      network: {
        inputSize: all.inputSize,
        loss: { binary: 'binaryCrossentropy', multiclass: 'sparseCategoricalCrossentropy', regression: 'meanSquaredError' }[all.task],
        layers: [
          { repeat: '$layers', units: '$units', activation: '$activation', dropout: '$dropout' },
          { units: all.outputSize, activation: { binary: 'sigmoid', multiclass: 'softmax', regression: 'linear' }[all.task] },
        ],
      },
      optimizer: { name: '$optimizer', learningRate: '$learningRate' },
      batchSize: Math.min(16, train.rows),
      epochs: 60,
    },
    objective: 'testLoss',
    sampler: 'tpe', // learns from every trial where to look next
    pruner: 'median', // stops what is worse than half of the others were at that epoch
    repeats: 3, // seeds of every configuration, so that its value is a mean with an interval
    recordHistories: true,
    journal: new FileJournal(join(folder, 'study.journal')), // everything the study knows: the same command goes on from it
  })

  const interrupted = new AbortController()
  process.on('SIGINT', () => interrupted.abort())
  const backend = await openBackend({ prefer: 'wasm' })
  try {
    const options = { budget: { trials: Number(given.trials) }, signal: interrupted.signal }
    for await (const { type } of study.run(backend, { train, test }, options)) {
      if (type === 'batch' || type === 'end') printProgress(study)
    }
    printResults(study)
    const report = renderHtml(studyReport(study, [{ name: 'Data', value: file }]), { document: createSvgDocument(), embedData: true })
    await writeFile(join(folder, 'report.html'), report)
    const network = await study.retrain(study.best.number, backend, { train, test }) // to the same bits as in the study
    await writeFile(join(folder, 'best.onnx'), toOnnx(modelOf(network, { data: all, transforms: [transform] })))
    console.log(`\nWritten to ${folder}: report.html, best.onnx (it takes rows as they are in the file), study.journal (Optuna reads it)`)
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    console.log('Stopped. The same command goes on where it was.')
    process.exitCode = 130
  } finally {
    await backend.dispose()
  }
}

function printProgress({ trials, best }) {
  const ended = trials.filter(({ state }) => state !== 'running').length
  const found = best === undefined ? '' : `, best test loss ${best.values[0].toFixed(4)} (trial ${best.number})`
  console.log(`${ended} of ${given.trials} trials${found}`)
}

function printResults({ trials }) {
  const complete = trials.filter(({ state }) => state === 'complete').sort((a, b) => a.values[0] - b.values[0])
  console.log('\nThe best: test loss, mean of its repeats and 95 % interval')
  const best = complete.slice(0, 5).map(({ number, params, userAttrs }) => {
    const { mean, low, high } = summarize(userAttrs['espalier:repeats'].map(([value]) => value))
    return [`trial ${number}`, rounded({ loss: mean, low, high, ...params })]
  })
  console.table(Object.fromEntries(best))
  if (complete.length < 10) return console.log('Fewer than ten trials are complete: too few to tell what matters.')
  console.log('\nWhat part of the scatter a parameter explains alone, and how much that scatters from tree to tree (fANOVA)')
  const importances = fanova(trials).parameters.map(({ name, fraction, sd }) => [name, rounded({ part: fraction, sd })])
  console.table(Object.fromEntries(importances))
}

const rounded = (row) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Number(value.toPrecision(4)) : value]))

try {
  await main()
} catch (error) {
  if (!(error instanceof EspalierError)) throw error // its errors say what to mend in a file or an option
  console.error(error.message)
  process.exitCode = 2
}
