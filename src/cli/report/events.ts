import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFiles } from '../../data/node/write.ts'
import type { StudyResults } from '../../report/study/results.ts'
import { eventFiles } from '../../report/tensorboard/study.ts'
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
