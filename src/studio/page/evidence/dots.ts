// Trials as dots of a chart, a series for each group of them.

import type { TrialPoint } from '../../evidenceProtocol.ts'
import type { Group } from './look.ts'

/** Of so many a group is drawn as one mark, as small as it must be for its dots to be told apart. */
const MANY = 1000

/** A layer of their own: a rectangle that is dragged over thousands of them does not draw them again. */
const LAYER = -1

/** @param styleOf of all dots of a group */
export const dots = (groups: readonly Group[], placeOf: (trial: TrialPoint) => [number, number], styleOf: (group: Group) => object) =>
  groups.map((group) => ({
    ...{ type: 'scatter', zlevel: LAYER, large: true, largeThreshold: MANY, symbolSize: group.trials.length < MANY ? 8 : 4 },
    ...{ itemStyle: styleOf(group), emphasis: { disabled: true }, data: group.trials.map(placeOf) },
  }))
