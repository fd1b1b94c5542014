/** The class that a study's metrics are about, the same in all of its trials. */

import { InvalidSpecError } from '../core/errors.ts'
import { classesOf } from '../core/metrics.ts'
import type { Topology } from '../core/population.ts'
import { type FitData, readData } from '../train/check.ts'
import { type ClassReference, positiveClassOf, positiveName } from '../train/positive.ts'
import type { StudyLog } from './log.ts'
import type { Objective } from './objective.ts'

const OF_CLASSES: readonly string[] = ['precision', 'recall', 'f1', 'auc']

/**
 * The number of the class: as the study's first run decided it, by the option or the rows of all folds. Trials of a journal of 0.1, which did not
 * decide, are about the second of two classes.
 * @returns undefined for means over all classes, and if no objective is about a class
 * @throws InvalidSpecError if another class is given than that of earlier trials
 */
export async function classOfStudy(
  log: StudyLog,
  objectives: readonly Pick<Objective, 'metric'>[],
  said: ClassReference | undefined,
  data: FitData,
  topology: Topology | undefined,
): Promise<number | undefined> {
  if (topology === undefined || !objectives.some(({ metric }) => OF_CLASSES.includes(metric))) return undefined
  const { train, classNames } = readData(data)
  const begun = log.trials.some(({ intermediateValues, values }) => intermediateValues.size > 0 || values !== undefined)
  const legacy = begun && log.positiveClass === undefined && classesOf(topology) === 2 ? 1 : undefined
  const chosen = positiveClassOf(said ?? legacy, train, topology, classNames)
  await log.choosePositiveClass({ index: legacy ?? chosen ?? null, name: positiveName(legacy ?? chosen, classNames) ?? null })
  const kept = log.positiveClass ?? { index: null, name: null }
  if (said !== undefined && kept.index !== (chosen ?? null)) {
    const was = kept.name === null ? 'are means over all classes' : `are of "${kept.name}"`
    throw new InvalidSpecError(
      `positiveClass is "${positiveName(chosen, classNames)}"; the metrics of the study's earlier trials ${was}, so that new ones could not be compared with them`,
    )
  }
  return kept.index ?? undefined
}
