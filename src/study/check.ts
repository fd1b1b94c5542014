// Checks before a study starts that its space can produce a network that trains.

import { InvalidSpecError } from '../core/errors.ts'
import { withEmbeddings, withInputs } from '../core/inputs.ts'
import type { MetricName } from '../core/names.ts'
import type { Topology } from '../core/population.ts'
import { resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../core/resolve.ts'
import { checkFit, type FitData, readData } from '../train/check.ts'
import { inputsOf } from './data.ts'
import type { Pruner } from './pruner/pruner.ts'
import { StudyRandom } from './random.ts'
import { drawEvenly, valueAtFraction } from './sampler/random.ts'
import type { Params } from './space/distributions.ts'
import type { Space } from './space/space.ts'
import type { SpecOf } from './template.ts'

/** How many configurations are tried; if all of them fail, the space as a whole is considered wrong. */
const DRAWS = 20

/**
 * Checks, before anything is trained, whether configurations are training specs that fit the data. Single ones may fail, as trials may; if all that are
 * drawn fail, the first error is thrown.
 * @returns the shapes of a configuration that can train, if one was found
 * @throws InvalidSpecError, InvalidDataError
 */
export function checkTrainable(
  space: Space,
  specOf: SpecOf,
  pruner: Pruner,
  folds: readonly FitData[],
  metrics: readonly MetricName[],
): Topology | undefined {
  const kept = folds.map(readData)
  let shapes: Topology | undefined
  let failure: unknown
  for (let draw = 0; draw < DRAWS; draw++) {
    const params = drawEvenly(space, new StudyRandom(0, draw))
    if (!space.isAllowed(params)) continue
    try {
      const spec = specOf(params)
      for (const data of kept) {
        const { topology, member } = splitSpec(withEmbeddings(spec, inputsOf(data)))
        shapes = resolveTopology(withInputs(topology, inputsOf(data)), TRAIN_SPEC_NAMES, data.train.rows)
        const members = [resolveMember(member, shapes, undefined, TRAIN_SPEC_NAMES)]
        checkFit(shapes, members, data, metrics, () => TRAIN_SPEC_NAMES)
      }
    } catch (error) {
      failure ??= error
      continue
    }
    checkVaried(space, specOf, pruner, params)
    return shapes
  }
  if (failure !== undefined) throw failure
  return undefined
}

/** Networks can continue with other values only if these do not change their shapes. */
function checkVaried(space: Space, specOf: SpecOf, { name, varied = [] }: Pruner, params: Params): void {
  const shape = (of: Params): string => JSON.stringify(splitSpec(specOf(of)).topology)
  for (const parameter of varied) {
    const distribution = space.parameters.find((one) => one.name === parameter)?.distribution
    if (distribution === undefined)
      throw new InvalidSpecError(`pruner.vary holds ${parameter}; it must name parameters of the space: ${space.names.join(', ')}`)
    if (!Object.hasOwn(params, parameter)) continue
    const ends = [0, 1 - Number.EPSILON].map((fraction) => shape({ ...params, [parameter]: valueAtFraction(distribution, fraction) }))
    if (ends[0] !== ends[1])
      throw new InvalidSpecError(
        `pruner.vary holds ${parameter}, which decides shapes; ${name} can vary only what leaves a network's shapes as they are`,
      )
  }
}
