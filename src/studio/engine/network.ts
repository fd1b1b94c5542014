// Trains a trial's network again, and predicts the test rows with it.

import { inUnits } from '../../core/units.ts'
import { createStudy } from '../../index.ts'
import type { Predictions } from '../../report/network/predictions.ts'
import type { JournalEntry } from '../../study/journal/journal.ts'
import { MemoryJournal } from '../../study/journal/memory.ts'
import type { FitResult } from '../../train/result.ts'
import type { StudioConfig } from '../config.ts'
import { toStudyOptions } from '../options.ts'
import type { Backends } from './backends.ts'
import type { DataReader, StudioData } from './data.ts'

/** A trial's network, trained once more: on the same backend to the same bits. */
export interface Network {
  readonly trial: number
  readonly fitted: FitResult
  readonly data: StudioData
  readonly predictions: Predictions
}

export interface NetworkTools {
  readonly data: DataReader
  readonly backends: Backends
}

/**
 * The network of a trial's first repeat, and its predictions for the test rows.
 * @param entries of the study's journal; nothing is added to it
 */
export async function trainNetwork(
  trial: number,
  config: StudioConfig,
  entries: readonly JournalEntry[],
  { data: reader, backends }: NetworkTools,
): Promise<Network> {
  const data = await reader.load(config.data)
  const study = await createStudy({ ...toStudyOptions(config, data.train), journal: new MemoryJournal(entries) })
  return backends.use(config.backend, async (backend) => {
    const fitted = await study.retrain(trial, backend, data)
    const { features, scale, rows, task, classNames, targetNames, targetUnits } = data.test
    const outputs = inUnits(await fitted.predict(features, scale), targetUnits)
    const targets = inUnits(data.test.targets, targetUnits)
    return { trial, fitted, data, predictions: { outputs, targets, rows, task, classNames, targetNames } }
  })
}
