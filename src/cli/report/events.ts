// Writes TensorBoard event files to a folder.

import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFiles } from '../../data/node/write.ts'
import type { StudyResults } from '../../report/study/objectives.ts'
import { EVENT_FILE } from '../../report/tensorboard/file.ts'
import { eventFiles } from '../../report/tensorboard/study.ts'
import { type Training, trainingEvents } from '../../report/tensorboard/training.ts'
import { UsageError } from '../exit.ts'

/**
 * Writes a study's event files for TensorBoard.
 * @throws UsageError when the folder holds something: TensorBoard shows all files below it as one, those of another study as well
 */
export async function writeEvents(study: StudyResults, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new UsageError(`${folder} is not empty; event files need a folder of their own`)
  const files = eventFiles(study).map(({ path, bytes }) => ({ path: join(folder, path), content: bytes }))
  for (const { path } of files) await mkdir(dirname(path), { recursive: true })
  await replaceFiles(files)
}

/**
 * Writes a training's event file into a folder of its name, in place of what an earlier run of that name left there: one that was interrupted, and
 * whose epochs this one has as well.
 * @returns the path of the file
 */
export async function writeTrainingEvents(training: Training, logs: string): Promise<string> {
  const { path, bytes } = trainingEvents(training)
  const file = join(logs, path)
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) if (EVENT_FILE.test(name)) await rm(join(folder, name))
  await replaceFiles([{ path: file, content: bytes }])
  return file
}
