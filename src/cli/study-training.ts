// Prepares the training template of a study file.

import { isObject } from '../core/shown.ts'
import type { Dataset } from '../index.ts'
import { StudyRandom } from '../study/random.ts'
import { drawEvenly } from '../study/sampler/random.ts'
import { Space } from '../study/space/space.ts'
import { compileTrain, type TrainTemplate } from '../study/template.ts'
import type { StudyFile } from './study-file.ts'
import { specFor } from './training-data.ts'

/**
 * The template with the input size of the data, where it has none of its own. Where rows have a shape, and layers are of several kinds, each network takes
 * what it reads, and so where rows hold tokens; dense layers alone read lists, as journals of 0.1.0 say.
 */
export function withInputSize({ train }: StudyFile, { inputSize, inputShape, tokens }: Dataset): TrainTemplate {
  const { network } = train
  if (typeof network !== 'object' || network === null || Array.isArray(network) || 'inputShape' in network) return train
  const { layers } = network as { layers?: unknown }
  const isOfKinds = Array.isArray(layers) && layers.some((layer) => isObject(layer) && layer.type !== undefined)
  return (inputShape !== undefined && isOfKinds) || tokens !== undefined ? train : { ...train, network: { inputSize, ...network } }
}

/** Before anything is trained: whether a configuration, drawn at random, is a training spec and fits the data. @throws InvalidSpecError */
export function checkTraining({ space, constraints, data }: StudyFile, train: TrainTemplate, rows: Dataset): void {
  const drawn = new Space(space, constraints)
  const spec = compileTrain(train, drawn)(drawEvenly(drawn, new StudyRandom(0, 0)))
  specFor({ ...spec, data }, rows)
}
