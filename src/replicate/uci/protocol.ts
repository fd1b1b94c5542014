// The protocol of deep ensembles on the UCI regression benchmark.

import { mean, standardDeviation } from 'simple-statistics'
import { at } from '../../core/at.ts'
import type { MemberSpec, TopologySpec } from '../../core/spec.ts'
import { UCI_SETS, type UciName } from './published.ts'

/** A set as published: its rows, and which of them each split trains and tests on. */
export interface UciTable {
  /** (rows, columns), row-major. */
  readonly features: Float64Array
  /** (rows), in their own unit. */
  readonly targets: Float64Array
  /** Row numbers. */
  readonly splits: readonly { readonly train: readonly number[]; readonly test: readonly number[] }[]
}

/**
 * Lakshminarayanan, Pritzel and Blundell 2017, section 3.3: five networks of one hidden layer of relu, with a mean and a variance as outputs, on the
 * Gaussian likelihood, without adversarial examples; Adam, batches of 100, 40 epochs. The variance is given by its logarithm here, where the
 * publication takes a softplus and a floor: without that floor networks diverge at its rate of 0.1, and a few at 0.01 unless the gradient's norm is
 * clipped. Rate and clip were chosen by rows held out of the training rows of three splits.
 */
export const UCI = { networks: 5, batchSize: 100, learningRate: 0.01, globalClipNorm: 20, epochs: 40 } as const

export const uciTopology = (name: UciName, inputSize: number): TopologySpec => ({
  inputSize,
  units: [UCI_SETS[name].hidden, 2],
  loss: 'gaussianLikelihood',
  batchSize: UCI.batchSize,
})

export const uciMembers = (split: number, epochs: number): MemberSpec[] =>
  Array.from({ length: UCI.networks }, (_, i) => ({
    layers: [{ activation: 'relu' }, {}],
    optimizer: { name: 'adam', learningRate: UCI.learningRate, globalClipNorm: UCI.globalClipNorm },
    seed: UCI.networks * split + i,
    epochs,
  }))

interface Scale {
  readonly middle: number
  readonly width: number
}

/** Mean and standard deviation; 1 in place of the deviation of a constant column. */
function scaleOf(values: readonly number[]): Scale {
  const width = standardDeviation([...values])
  return { middle: mean([...values]), width: width > 0 ? width : 1 }
}

/** A split, features and targets standardised by its training rows. */
export function standardisedSplit({ features, targets, splits }: UciTable, index: number) {
  const { train, test } = at(splits, index)
  const columns = features.length / targets.length
  const scales = Array.from({ length: columns }, (_, c) => scaleOf(train.map((row) => at(features, row * columns + c))))
  const scaled = (rows: readonly number[]): Float32Array =>
    Float32Array.from({ length: rows.length * columns }, (_, i) => {
      const { middle, width } = at(scales, i % columns)
      return (at(features, at(rows, Math.floor(i / columns)) * columns + (i % columns)) - middle) / width
    })
  const target = scaleOf(train.map((row) => at(targets, row)))
  return {
    columns,
    target,
    train: {
      features: scaled(train),
      targets: Float32Array.from(train, (row) => (at(targets, row) - target.middle) / target.width),
      rows: train.length,
    },
    test: { features: scaled(test), targets: test.map((row) => at(targets, row)) },
  }
}

/** What several Gaussians say together: the Gaussian with their mixture's mean and variance. */
export function mixture(gaussians: readonly { readonly mean: number; readonly variance: number }[]): { mean: number; variance: number } {
  const middle = mean(gaussians.map((one) => one.mean))
  return { mean: middle, variance: mean(gaussians.map((one) => one.variance + (one.mean - middle) ** 2)) }
}

/** -log of the density of `target` under a Gaussian. */
export const negativeLogLikelihood = (
  target: number,
  { mean: middle, variance }: { readonly mean: number; readonly variance: number },
): number => 0.5 * Math.log(2 * Math.PI * variance) + (target - middle) ** 2 / (2 * variance)
