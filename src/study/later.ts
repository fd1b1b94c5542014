// `createStudy` as the main entry has it: studies are loaded by the first call, so that a program which trains starts in less time.

import type { StudyOptions } from './options.ts'
import type { Study } from './study.ts'

/**
 * Opens a study: a new one, or the one with this name in the journal, which continues where it stopped.
 * @throws InvalidSpecError naming the field; also when the journal's study cannot continue with these options
 */
export async function createStudy(options: StudyOptions): Promise<Study> {
  const study = await import('./study.ts')
  return study.createStudy(options)
}
