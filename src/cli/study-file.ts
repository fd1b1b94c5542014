// The file that `espalier study` reads.

import { extname, resolve } from 'node:path'
import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { between, flag, MAX_SEED, whole } from '../core/fields.ts'
import { parseExact } from '../core/validate.ts'
import { datasetNames } from '../index.ts'
import { objectiveSchema } from '../study/objective.ts'
import { outcomeConstraintsSchema } from '../study/outcomes.ts'
import { prunerSchema } from '../study/pruner/create.ts'
import { repeatsSchema } from '../study/repeats.ts'
import { samplerSchema } from '../study/sampler/create.ts'
import { spaceSchema } from '../study/space/space.ts'
import { isAddress } from './journal.ts'
import { backendSchema, besideFile, dataSchema } from './training-file.ts'
import { readYaml } from './yaml.ts'

/** What `espalier study` reads: the data, the space, what a configuration trains, and how to search. */
const studyFileSchema = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))).check(z.describe('Studies of one journal have different names; study by default')),
  data: dataSchema,
  space: spaceSchema.check(z.describe('Parameters by name')),
  constraints: z.optional(z.array(z.string())).check(z.describe('What every configuration must satisfy, as `layers * units <= 256`')),
  train: z
    .record(z.string(), z.json())
    .check(
      z.describe('A training spec in which strings that begin with $ are formulas over the parameters; layers may say `repeat` and `when`'),
    ),
  outcomeConstraints: z
    .optional(outcomeConstraintsSchema)
    .check(z.describe('What a trained network must also achieve, for example { metric: parameters, atMost: 20000 }')),
  objective: objectiveSchema.check(z.describe('What is sought: testAccuracy, testLoss, auc, ...; a list for several')),
  sampler: z.optional(samplerSchema).check(z.describe('auto by default')),
  pruner: z.optional(prunerSchema).check(z.describe('none by default')),
  repeats: z.optional(repeatsSchema).check(z.describe('1 by default')),
  batchSize: z.optional(whole(1, 1_000_000)).check(z.describe('Trials asked for at once')),
  maxEpochs: z.optional(whole(1, 1_000_000)).check(z.describe('Where `train` computes its epochs: the most there may be')),
  reportEvery: z.optional(whole(1, 1_000_000)).check(z.describe('Epochs between two intermediate values')),
  recordHistories: z.optional(flag()).check(z.describe("Whether the journal keeps every repeat's curves")),
  seed: z.optional(whole(0, MAX_SEED)).check(z.describe('0 by default')),
  budget: z.optional(
    z.strictObject({
      trials: z.optional(whole(1, 10_000_000)).check(z.describe('Trials of the study in all')),
      minutes: z.optional(between(0, 1e6)).check(z.describe('Of one run; looked at between batches')),
    }),
  ),
  backend: z.optional(backendSchema),
  journal: z
    .optional(z.string().check(z.minLength(1)))
    .check(
      z.describe('Where the study is remembered: a path, or redis://host:port/database; <name of the file>.journal beside it by default'),
    ),
})
export type StudyFile = z.infer<typeof studyFileSchema>

/** The JSON Schema of a study file, for editors. */
export function studyFileJsonSchema(): Record<string, unknown> {
  return { title: 'espalier study file', ...z.toJSONSchema(studyFileSchema, { io: 'input' }) }
}

/** @throws InvalidSpecError naming every field that is wrong */
export function parseStudyFile(value: unknown, where: string): StudyFile {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidSpecError(
      `${where}: must hold a mapping with at least \`data:\`, \`space:\`, \`train:\` and \`objective:\`; \`espalier study --help\` shows one`,
    )
  try {
    // The space as it is: its parameters have any name, and z.record leaves out `__proto__`. `Space` checks it again.
    return { ...parseExact(studyFileSchema, value), space: (value as Pick<StudyFile, 'space'>).space }
  } catch (error) {
    if (error instanceof InvalidSpecError)
      throw new InvalidSpecError(`${where} is no valid study file:\n${error.message.replace(/^/gm, '  ')}`)
    throw error
  }
}

/** `<file>.journal` in place of the file's own ending; a file without one, or with this, must not be taken for its journal. */
function journalBeside(path: string): string {
  const ending = extname(path)
  return `${ending === '.journal' ? path : path.slice(0, path.length - ending.length)}.journal`
}

/** Reads a study file; what it names on the disk becomes absolute, as its journal keeps it and may be resumed from anywhere. */
export async function readStudyFile(path: string): Promise<StudyFile> {
  const file = parseStudyFile(await readYaml(path), path)
  const isNamed = (datasetNames as readonly string[]).includes(file.data.source)
  const source = isNamed ? file.data.source : besideFile(path, file.data.source)
  const { journal: said = journalBeside(resolve(path)) } = file
  const journal = isAddress(said) ? said : besideFile(path, said)
  const { test } = file.data
  const data = { ...file.data, source, ...(test?.source !== undefined && { test: { ...test, source: besideFile(path, test.source) } }) }
  return { ...file, data, journal }
}
