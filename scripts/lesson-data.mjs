// Makes the charts of the studio's lessons from the replayed studies' own data, docs/replication.

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
  const runs = rowsOf('fashion-data/joint-trials.csv').map((row) => Number(row['test accuracy']))
  const again = rowsOf('fashion-data/control.csv').find(({ search }) => search === 'joint, one seed a trial')
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

/** @returns {import('../src/studio/lessonData.ts').LessonData} */
export function lessonData() {
  return {
    sigmoid: [
      curves('fashion-data/curves-activation.csv', 'test rows', 'Fashion-MNIST, three seeds', [
        'sigmoid',
        'hardSigmoid',
        'tanh',
        'relu',
        'selu',
      ]),
      curves('pima-data/activation-raw-curves.csv', 'training rows', 'Pima, 30 seeds', ['sigmoid', 'tanh', 'relu', 'leakyRelu']),
    ],
    'batch-size': [
      curves('pima-data/batchsize-raw-curves.csv', 'training rows', 'Pima, 30 seeds', [5, 10, 16, 32]),
      curves('pima-data/batchsize-raw-curves.csv', 'test rows', 'Pima, 30 seeds, rows held back', [5, 10, 16, 32]),
    ],
    'one-run': [luck()],
    twig: [
      ranks('fashion-data/ranks-activation.csv', 'Nine activations on Fashion-MNIST'),
      ranks('fashion-data/ranks-initializer.csv', 'Ten initialisers on Fashion-MNIST'),
    ],
  }
}
