import { expect, it } from 'vitest'
import { FASHION_TABLES, publishedTable } from '../../src/replicate/fashion/published.ts'

/** The tables as the study's page has them: a row's value, test accuracy, test loss. Table 1 by columns of the printed table. */
const PAGE = {
  architecture: `2 0.663 0.852 · 4 0.761 0.567 · 8 0.787 0.494 · 16 0.794 0.476 · 32 0.797 0.470 · 64 0.797 0.468 · 128 0.797 0.467 ·
256 0.798 0.467 · 512 0.798 0.466 · 512-512 0.798 0.460 · 512-256 0.800 0.457 · 512-128 0.801 0.453 · 512-64 0.795 0.462 ·
512-128-128 0.797 0.453 · 512-128-64 0.796 0.451 · 512-128-32 0.801 0.447 · 512-128-16 0.788 0.479 · 512-128-32-16 0.792 0.486`,
  initializer: `zeros 0.100 2.303 · ones 0.100 14.506 · random normal 0.800 0.470 · random uniform 0.803 0.469 · truncated normal 0.791 0.465 ·
orthogonal 0.800 0.455 · LeCun normal 0.805 0.453 · LeCun uniform 0.806 0.462 · Glorot normal 0.796 0.482 · Glorot uniform 0.809 0.466 ·
He normal 0.810 0.448 · He uniform 0.807 0.452`,
  activation: `elu 0.839 0.394 · selu 0.840 0.394 · softplus 0.806 0.4701 · softsign 0.822 0.440 · relu 0.832 0.393 · tanh 0.824 0.407 ·
sigmoid 0.605 1.024 · hard sigmoid 0.506 1.256 · linear 0.805 0.465`,
  optimizer: `sgd 0.837 0.399 · rmsprop 0.857 0.400 · adagrad 0.864 0.344 · adadelta 0.852 0.391 · adam 0.858 0.379 · adamax 0.869 0.346 ·
nadam 0.850 0.382`,
  batchSize: `None (32) 0.867 0.367 · 512 0.871 0.355 · 256 0.870 0.344 · 128 0.873 0.391 · 64 0.863 0.379 · 32 0.872 0.346 · 16 0.873 0.382`,
  epochs: `5 0.873 0.391 · 10 0.881 0.327 · 20 0.895 0.344 · 30 0.886 0.406 · 50 0.890 0.494`,
} as const

const plain = (label: string): string => label.replace(/ (?!\()/g, '').toLowerCase()

it.each(Object.entries(PAGE))('the table of %s is as it was printed', (stage, page) => {
  const printed = page.split('·').map((row) => {
    const [, label = '', accuracy, loss] = /^\s*(.+?) ([\d.]+) ([\d.]+)\s*$/.exec(row) ?? []
    return [plain(label), Number(accuracy), Number(loss)]
  })
  const { rows } = publishedTable(stage as keyof typeof PAGE)
  expect(rows.map(({ label, accuracy, loss }) => [plain(label), accuracy, loss])).toEqual(printed)
})

it('names the winner of every table, which is its best row by the criterion that the study chose by', () => {
  expect(FASHION_TABLES.map(({ number, winner }) => [number, winner])).toEqual([
    [1, '512-128-32'],
    [2, 'heNormal'],
    [3, 'selu'],
    [4, 'adamax'],
    [5, '128'],
    [6, '20'],
  ])
  for (const { number, rows, winner } of FASHION_TABLES) {
    const best = number === 1 ? Math.min(...rows.map(({ loss }) => loss)) : Math.max(...rows.map(({ accuracy }) => accuracy))
    const row = rows.find(({ label }) => label === winner)
    expect(number === 1 ? row?.loss : row?.accuracy).toBe(best)
  }
})
