// Decides how many seeds a replication uses.

import { InvalidSpecError } from '../core/errors.ts'
import { durationText } from '../core/figures.ts'
import { ATTRIBUTE } from '../study/attributes.ts'
import type { Journal } from '../study/journal/journal.ts'
import { RebuiltStudies } from '../study/journal/rebuild.ts'
import { type RepeatsSpec, resolveRepeats } from '../study/repeats.ts'
import type { Json } from '../study/trial.ts'

export interface SeedsWanted {
  /** What was asked for; undefined if nothing was. */
  readonly asked: number | undefined
  readonly usual: number
  /** Fewest that the rest needs. */
  readonly minutes: number | undefined
  readonly journal: Journal
  /** Of the studies that each give one seed more to a journal than it was begun with, as `fashion-seed-4`; without it none can be added. */
  readonly added?: string
  /** A study whose repeats are the seeds. */
  readonly study: string
  /** Measures, so it is called only when the result is needed. */
  readonly secondsPerSeed: () => Promise<number>
}

export interface Seeds {
  /** Those that the journal was begun with, or is now. */
  readonly seeds: number
  /** Those that it is to have beyond them. */
  readonly more: number
  /** What a reader must know about how the number was decided. */
  readonly note: string | undefined
}

export const seedsText = (seeds: number): string => `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`

/** The studies that give one seed more each, and their seeds: those that follow, as if more had been asked for at first. @param added begins their names */
export const addedSeeds = (
  { seeds, more }: Pick<Seeds, 'seeds' | 'more'>,
  added: string,
): { readonly name: string; readonly seed: number }[] =>
  resolveRepeats(seeds + more, 0)
    .slice(seeds)
    .map(({ seed }, i) => ({ name: `${added}${seeds + i + 1}`, seed }))

/**
 * How many seeds a replay has: those of its journal, or as many as asked for, or fewer where they would take longer than `minutes`.
 * @throws InvalidSpecError when the journal has another number than asked for; where it can be given more, when it has more already
 */
export async function decideSeeds({ asked, usual, minutes, journal, added, study, secondsPerSeed }: SeedsWanted): Promise<Seeds> {
  const rebuilt = new RebuiltStudies()
  rebuilt.apply(await journal.read(0))
  const begun = seedsOf(rebuilt, study)
  if (begun !== undefined) {
    let has = begun
    while (added !== undefined && rebuilt.study(`${added}${has + 1}`) !== undefined) has++
    const more = Math.max(has, added === undefined ? has : (asked ?? has)) - begun
    if (asked !== undefined && asked !== begun + more)
      throw new InvalidSpecError(
        `seeds is ${asked}; the replay in ${journal.description} was begun with ${has}: leave seeds out${added === undefined ? '' : ', ask for more'}, or give another journal`,
      )
    return {
      seeds: begun,
      more,
      note: minutes === undefined ? undefined : `The journal was begun with ${begun} seeds; the budget no longer counts.`,
    }
  }
  const wanted = asked ?? usual
  if (minutes === undefined) return { seeds: wanted, more: 0, note: undefined }
  const seconds = await secondsPerSeed()
  const seeds = Math.max(1, Math.min(wanted, Math.floor((60 * minutes) / seconds)))
  if (seeds === wanted) return { seeds, more: 0, note: undefined }
  const fits = seconds <= 60 * minutes ? '' : ', and even that one is expected to take longer'
  return {
    seeds,
    more: 0,
    note: `${seedsText(seeds)} instead of ${wanted}: the budget is ${minutes} min, and a seed takes about ${durationText(seconds)} here${fits}.`,
  }
}

/** Repeats of the study in a journal; undefined if it has none of this name. */
function seedsOf(rebuilt: RebuiltStudies, name: string): number | undefined {
  const definition = rebuilt.study(name)?.systemAttrs[ATTRIBUTE.definition] as { readonly [field: string]: Json } | undefined
  return definition === undefined ? undefined : resolveRepeats(definition.repeats as RepeatsSpec, 0).length
}
