import type { TrainSpec } from '../../src/core/spec.ts'
import type { OracleExamples, OracleWeights } from '../support/oracleNetwork.ts'
import written from './keras-cases.json' with { type: 'json' }

/** One training run with the losses and weights another library's formulas give for it (README.md). */
export interface GoldenCase {
  readonly name: string
  readonly spec: TrainSpec
  readonly initialWeights: OracleWeights
  readonly train: OracleExamples
  readonly expected: {
    /** The loss of every step, penalties included, before its update. */
    readonly stepLosses: readonly number[]
    /** Per layer kernel and bias after the last step, one after the other. */
    readonly finalWeights: readonly number[]
  }
}

type WrittenWeights = readonly (readonly [kernel: readonly (readonly number[])[], bias: readonly number[]])[]

interface Written {
  readonly name: string
  readonly dialect: NonNullable<TrainSpec['dialect']>
  readonly layers: TrainSpec['network']['layers']
  readonly loss: TrainSpec['network']['loss']
  readonly optimizer: NonNullable<TrainSpec['optimizer']>
  readonly batchSize: number
  readonly epochs: number
  readonly shuffle: boolean
  readonly x: readonly (readonly number[])[]
  readonly y: readonly (readonly number[])[]
  readonly initialWeights: WrittenWeights
  readonly expected: { readonly stepLosses: readonly number[]; readonly finalWeights: WrittenWeights }
}

function read(given: Written): GoldenCase {
  const { name, dialect, layers, loss, optimizer, batchSize, epochs, shuffle, x, y, initialWeights, expected } = given
  return {
    name,
    spec: { network: { inputSize: x[0]?.length ?? 0, loss, layers }, dialect, optimizer, batchSize, epochs, shuffle, recordStepLosses: true },
    initialWeights: initialWeights.map(([kernel, bias]) => [kernel.flat(), bias] as const),
    train: { features: x.flat(), targets: y.flat(), rows: x.length },
    expected: {
      stepLosses: expected.stepLosses,
      finalWeights: expected.finalWeights.flatMap(([kernel, bias]) => [...kernel.flat(), ...bias]),
    },
  }
}

export const goldenCases: readonly GoldenCase[] = (written as unknown as readonly Written[]).map(read)
