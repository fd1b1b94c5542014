// Answers the page's calls about the evidence of a study; loaded when the first of them comes.

import { InvalidSpecError } from '../../../core/errors.ts'
import { objectivesOf } from '../../../report/study/objectives.ts'
import { isRanked } from '../../../report/study/results.ts'
import { ATTRIBUTE } from '../../../study/attributes.ts'
import { contour } from '../../../study/importance/slice.ts'
import type { StudyRecord as JournalStudy } from '../../../study/journal/rebuild.ts'
import { bestTrial, type Trial } from '../../../study/trial.ts'
import type { Evidence, EvidenceCalls, TrialName } from '../../evidenceProtocol.ts'
import { JournalReader } from '../journalReader.ts'
import { type NetworkTools, trainNetwork } from '../network.ts'
import type { StudyRecord } from '../record.ts'
import { effectsOf } from './effects.ts'
import { judgePair } from './pair.ts'
import { axesOf, detailOf, directionOf, pointOf } from './points.ts'
import { rowErrors, withRows } from './rowErrors.ts'

interface EvidenceTools extends NetworkTools {
  /** @throws InvalidSpecError where there is no such study */
  readonly find: (study: string) => Promise<StudyRecord>
}

type Answers = {
  readonly [Name in keyof EvidenceCalls]: (
    takes: EvidenceCalls[Name]['takes'],
    tools: EvidenceTools,
  ) => Promise<EvidenceCalls[Name]['gives']>
}

/** Places along a parameter of a contour: as fine as a person sees, and quick. */
const GRID = 20

export const answers: Answers = {
  evidence: async ({ study, part }, tools) => {
    const record = await tools.find(study)
    return reading(record, async (journal) => {
      const studies = await journal.read()
      const found = partOf(studies, part)
      return evidenceOf(record, studies, found)
    })
  },
  contour: async ({ study, part, x, y }, tools) =>
    reading(await tools.find(study), async (journal) => {
      const { trials } = partOf(await journal.read(), part)
      const found = contour(trials.filter(isRanked), x, y, { grid: GRID, trees: 32 })
      return { x: found.x, y: found.y, z: found.z }
    }),
  trial: async (name, tools) => {
    const { study, trial } = await trialOf(name, tools)
    return detailOf(study, trial)
  },
  errors: async ({ study, trial }, tools) => {
    const { what, ...record } = await tools.find(study)
    if (what.kind !== 'search')
      throw new InvalidSpecError(
        'rows are shown of the networks of a search: a replay trains many for its claims, and a journal does not say of which data it is',
      )
    return reading({ ...record, what }, async (journal) => {
      const network = await trainNetwork(trial, what.config, await journal.entries(), tools)
      return withRows(rowErrors(network.predictions), what.config.data, network.data, tools.data)
    })
  },
  pair: async ({ a, b }, tools) => {
    const sides = [await trialOf(a, tools), await trialOf(b, tools)] as const
    const [first, second] = sides.map(({ study, trial }) => {
      const detail = detailOf(study, trial)
      const rows = study.systemAttrs[ATTRIBUTE.data]
      const side = {
        ...{ objective: objectivesOf(study)[0] ?? 'value', direction: directionOf(study) },
        rows: rows === undefined ? undefined : JSON.stringify(rows),
      }
      return { detail, side: { ...side, repeats: detail.repeats.length > 0 ? detail.repeats : [detail.point.value] } }
    })
    if (first === undefined || second === undefined) throw new Error('a pair has two sides')
    const together = a.study === b.study && (a.part ?? '') === (b.part ?? '')
    return { a: first.detail, b: second.detail, ...judgePair(first.side, second.side, together) }
  },
}

/** Works with a study's journal, which is closed afterwards. */
async function reading<T>({ id }: StudyRecord, work: (journal: JournalReader) => Promise<T>): Promise<T> {
  const journal = new JournalReader(id)
  try {
    return await work(journal)
  } finally {
    await journal.close()
  }
}

function partOf(studies: readonly JournalStudy[], part: string | undefined): JournalStudy {
  const study = part === undefined ? studies[0] : studies.find(({ name }) => name === part)
  if (study === undefined) throw new InvalidSpecError('this study has no trials yet: look again when the first have ended')
  return study
}

async function trialOf({ study, part, trial }: TrialName, { find }: EvidenceTools): Promise<{ study: JournalStudy; trial: Trial }> {
  return reading(await find(study), async (journal) => {
    const found = partOf(await journal.read(), part)
    const one = found.trials.find(({ number }) => number === trial)
    if (one === undefined) throw new InvalidSpecError(`the study has no trial ${trial}; its trials are 0 to ${found.trials.length - 1}`)
    return { study: found, trial: one }
  })
}

function evidenceOf({ title, what }: StudyRecord, studies: readonly JournalStudy[], study: JournalStudy): Evidence {
  const { trials, name } = study
  const direction = directionOf(study)
  const ranked = trials.filter(isRanked)
  const axes = axesOf(trials)
  const isSeveral = what.kind === 'replay' || studies.length > 1
  return {
    ...{ title, direction, axes },
    part: isSeveral ? name : undefined,
    parts: isSeveral ? studies.map((one) => one.name) : [],
    objective: objectivesOf(study)[0] ?? 'value',
    trials: trials.map(pointOf),
    effects: effectsOf(axes, trials, ranked, direction),
    best: bestTrial(trials, direction)?.number,
  }
}
