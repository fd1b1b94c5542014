import { stagedSampler, stagedSpace } from '../../src/replicate/fashion/protocol.ts'
import { FASHION_STAGES, publishedTable } from '../../src/replicate/fashion/published.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { Space } from '../../src/study/space/space.ts'

const EPOCHS = 5

export const space = new Space(stagedSpace(EPOCHS))

/** The whole published study. */
export const STUDY = stagedSampler(FASHION_STAGES, EPOCHS)
export const START: Params = STUDY.start

export const PYRAMID = { widths: ['units1', 'units2', 'units3', 'units4', 'units5'], inputSize: 784, outputSize: 10 }

/** Rows of Table 1, in the order of the search. */
export const ARCHITECTURES = publishedTable('architecture').rows.map(({ label }) => label)

export const widthsOf = (params: Params): string =>
  PYRAMID.widths
    .map((name) => params[name])
    .filter((width) => width !== undefined)
    .join('-')

/**
 * [test accuracy, test loss] as the study printed them for a configuration: in the row of the last stage that it belongs to. Throws for
 * one that is in no table.
 */
export function published(params: Params): readonly [number, number] {
  const stage = FASHION_STAGES.slice(1).findLast((name) => params[name] !== START[name]) ?? 'architecture'
  const { rows } = publishedTable(stage)
  const row = rows.find(({ label, params: own }) => (stage === 'architecture' ? label === widthsOf(params) : own[stage] === params[stage]))
  if (row === undefined) throw new Error(`no table of the study has ${stage === 'architecture' ? widthsOf(params) : String(params[stage])}`)
  return [row.accuracy, row.loss]
}
