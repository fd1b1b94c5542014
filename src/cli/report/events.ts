import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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
  for (const { path, bytes } of eventFiles(study)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}
