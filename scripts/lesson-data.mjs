// Makes what the studio's lessons show of the replayed studies, sentences and charts, from the replayed studies' own data, docs/replication.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { root } from './run.mjs'

/** @typedef {import('../src/studio/lessonData.ts').LessonChart} LessonChart */

/** Rows of a committed file, numbers as numbers. @param {string} path */
function rowsOf(path) {
  const { data, errors } = Papa.parse(readFileSync(join(root, 'docs/replication', path), 'utf8').trim(), {
    header: true,
    dynamicTyping: true,
  })
  if (errors.length > 0) throw new Error(`docs/replication/${path}: ${errors[0]?.message}`)
  return /** @type {Record<string, any>[]} */ (data)
}

/** @param {number} value */
const short = (value) => Number(value.toFixed(4))

/**
 * Curves with their intervals.
 * @param {string} path @param {string} facet @param {string} title @param {(string | number)[]} names @returns {LessonChart}
 */
function curves(path, facet, title, names) {
  const rows = rowsOf(path).filter((row) => row.facet === facet)
  const series = names.map((name) => ({
    name: String(name),
    points: rows
      .filter((row) => row.series === name)
      .map(({ epochs, accuracy, low, high }) => [epochs, short(accuracy), short(low), short(high)]),
  }))
  return { title, x: 'epoch', y: `accuracy, ${facet}`, kind: 'lines', falling: false, series }
}

/** The rank of every value at some epochs. @param {string} path @param {string} title @returns {LessonChart} */
function ranks(path, title) {
  const series = rowsOf(path).map(({ name, ...at }) => ({
    name: String(name),
    points: Object.entries(at).map(([epoch, rank]) => [Number(epoch), rank]),
  }))
  return { title, x: 'epoch', y: 'rank', kind: 'lines', falling: true, series }
}

/** Single runs by their rank, and what became of the best on new seeds. @returns {LessonChart} */
function luck() {
  const runs = rowsOf('fashion-joint-data/joint-trials.csv').map((row) => Number(row['test accuracy']))
  const again = rowsOf('fashion-joint-data/control.csv').find(({ search }) => search === 'joint, one seed a trial')
  if (again === undefined) throw new Error('the control has no search of one seed a trial')
  const ordered = runs.sort((a, b) => b - a)
  return {
    title: 'The best of 52 single runs, and the same network with five new seeds',
    ...{ x: 'rank in the search', y: 'accuracy, test rows', kind: 'dots', falling: false },
    series: [
      { name: 'one run each', points: ordered.map((accuracy, i) => [i + 1, accuracy]) },
      {
        name: 'the best again, mean of five new seeds',
        points: [[1, ...['', ' low', ' high'].map((end) => short(again[`test accuracy on new seeds${end}`]))]],
      },
    ],
  }
}

/** @param {unknown} value */
const three = (value) => Number(value).toFixed(3)

/** The only row that has these values. @param {string} path @param {Record<string, unknown>} wanted */
function rowOf(path, wanted) {
  const found = rowsOf(path).filter((row) => Object.entries(wanted).every(([name, value]) => row[name] === value))
  if (found[0] === undefined || found.length > 1)
    throw new Error(`docs/replication/${path} has ${found.length} rows of ${JSON.stringify(wanted)}`)
  return found[0]
}

/** How many seeds a study was replayed with. @param {'pima' | 'fashion'} study */
function seedsOf(study) {
  const [, seeds] = /^- Repeats: (\d+) (a value|seeds)/m.exec(readFileSync(join(root, `docs/replication/${study}.md`), 'utf8')) ?? []
  if (seeds === undefined) throw new Error(`docs/replication/${study}.md does not say how many repeats there are`)
  return `${seeds} seeds`
}

/** Accuracy on test rows of Figure 2. @param {string} series @param {number} epochs */
const figure2 = (series, epochs) => rowOf('fashion-data/curves-activation.csv', { facet: 'test rows', series, epochs }).accuracy
/** @param {string} name */
const table3 = (name) => rowOf('fashion-data/table-3.csv', { 'activation of the hidden layers': name }).accuracy
/** @param {string} experiment @param {string} column @param {string | number} value @param {string} what */
const pima = (experiment, column, value, what) => rowOf(`pima-data/${experiment}-raw-table.csv`, { [column]: value })[what]

function sigmoidSays() {
  const late = (/** @type {string} */ name) => three(pima('activation', 'hidden activation', name, 'training accuracy'))
  return [
    `A published study of Fashion-MNIST, replayed with ${seedsOf('fashion')}: after 5 epochs of plain SGD a network of 512-128-32 sigmoid units was right on ${three(table3('sigmoid'))} of the test rows, where relu had ${three(table3('relu'))}. By another optimizer, adamax, sigmoid had ${three(figure2('sigmoid', 1))} after one epoch (relu ${three(figure2('relu', 1))}) and ${three(figure2('sigmoid', 20))} after 20 (relu ${three(figure2('relu', 20))}). Slow is not the same as unable.`,
    `A study of the Pima data claimed that sigmoid and tanh hardly learn, near the 0.651 of always saying no. Replayed with ${seedsOf('pima')} they come to ${late('sigmoid')} and ${late('tanh')} of the training rows after 100 epochs, relu to ${late('relu')}.`,
  ]
}

function batchesSay() {
  const of = (/** @type {string} */ what) => [5, 10, 16, 32].map((size) => three(pima('batchsize', 'batch size', size, what))).join(', ')
  return [
    `A published study of the Pima diabetes data claimed that batches of 5 and 10 pass 0.72 accuracy on training rows within 100 epochs and that 16 and 32 stay below. Replayed with ${seedsOf('pima')}, the highest are ${of('highest training accuracy')} for 5, 10, 16 and 32. After the last epoch, on rows held back: ${of('test accuracy')}. The direction is right; the line is not.`,
  ]
}

function luckSays() {
  const of = (/** @type {string} */ search) => {
    const row = rowOf('fashion-joint-data/control.csv', { search })
    return `${three(row['value in the search'])} in the search, ${three(row['test accuracy on new seeds'])} on average with five seeds that no search had used`
  }
  return [
    `The control of the Fashion-MNIST replay, a search over everything at once. Of 52 networks with one run each, the best had ${of('joint, one seed a trial')}. Of 17 with three runs each, the best had ${of('joint, 3 seeds a trial')}.`,
  ]
}

function twigSays() {
  const rank = (/** @type {string} */ what) => {
    const { Spearman, 'Spearman low': low, 'Spearman high': high } = rowOf(`fashion-data/rungs-${what}.csv`, { epoch: 5 })
    return `${Spearman.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
  }
  return [
    `A published study chose everything after 5 epochs, “as the twig is bent”. Replayed with ${seedsOf('fashion')}, the rank correlation between 5 and 20 epochs is ${rank('activation')} of nine activations, ${rank('optimizer')} of seven optimizers and ${rank('initializer')} of ten initialisers, with 95 % intervals: that the beginning tells the end is undecided for all three.`,
  ]
}

/** @returns {import('../src/studio/lessonData.ts').LessonData} */
export function lessonData() {
  const seeds = seedsOf('pima')
  return {
    sigmoid: {
      said: sigmoidSays(),
      charts: [
        curves('fashion-data/curves-activation.csv', 'test rows', `Fashion-MNIST, ${seedsOf('fashion')}`, [
          'sigmoid',
          'hardSigmoid',
          'tanh',
          'relu',
          'selu',
        ]),
        curves('pima-data/activation-raw-curves.csv', 'training rows', `Pima, ${seeds}`, ['sigmoid', 'tanh', 'relu', 'leakyRelu']),
      ],
    },
    'batch-size': {
      said: batchesSay(),
      charts: [
        curves('pima-data/batchsize-raw-curves.csv', 'training rows', `Pima, ${seeds}`, [5, 10, 16, 32]),
        curves('pima-data/batchsize-raw-curves.csv', 'test rows', `Pima, ${seeds}, rows held back`, [5, 10, 16, 32]),
      ],
    },
    'one-run': { said: luckSays(), charts: [luck()] },
    twig: {
      said: twigSays(),
      charts: [
        ranks('fashion-data/ranks-activation.csv', 'Nine activations on Fashion-MNIST'),
        ranks('fashion-data/ranks-initializer.csv', 'Ten initialisers on Fashion-MNIST'),
      ],
    },
  }
}
