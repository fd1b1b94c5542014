import type { FitResult } from 'espalier'
import { expectEqual, expectSame } from '../../support/close.ts'
import { flat32 } from '../api.ts'

const SERIES = ['loss', 'accuracy', 'testLoss', 'testAccuracy', 'learningRate', 'stepLosses'] as const

type Run = Pick<FitResult, 'stopped' | 'bestEpoch' | 'divergedAt' | 'history' | 'weights'>

/** Throws unless two runs ended with the same bits, and had the same ones on the way. */
export function expectSameRun(actual: Run, expected: Run, what: string): void {
  expectEqual(actual.stopped, expected.stopped, `${what}: stopped`)
  expectEqual(actual.bestEpoch, expected.bestEpoch, `${what}: bestEpoch`)
  expectEqual(actual.divergedAt, expected.divergedAt, `${what}: divergedAt`)
  for (const series of SERIES) expectSame(actual.history[series] ?? [], expected.history[series] ?? [], `${what}: ${series}`)
  expectSame(flat32(actual.weights), flat32(expected.weights), `${what}: weights`)
}
