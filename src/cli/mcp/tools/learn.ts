// The tool `learn`.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { between, MAX_SEED, whole } from '../../../core/fields.ts'
import { checkWritable, replaceFile } from '../../../data/node/write.ts'
import { answerJson, answerText } from '../../answer-file.ts'
import { UsageError } from '../../exit.ts'
import { refuseOverwriting } from '../../source.ts'
import { fields } from '../fields.ts'
import { placeOf, tableOf } from '../table.ts'
import { tool } from '../tool.ts'

/** Within the minute that clients wait for a call by default. */
const DEFAULT_SECONDS = 20

export const learn = tool({
  name: 'learn',
  title: 'Learn from a table',
  description:
    'Learns to predict one column of a table from the others, in a time you choose: networks, boosted trees and linear models on folds of the rows, the best of them together. Says how good that is on rows that no choice was made by, with an interval, beside guessing and a linear model; which columns matter. Report its interval and its baselines along with its number, and its verdict even where that is "no better than guessing". The answer stays in this session under its name; `page` is where a person can watch it grow and try it.',
  isReading: false,
  fields: {
    file: fields.table,
    target: z.optional(fields.target),
    task: z.optional(z.enum(['binary', 'multiclass', 'regression'])).check(z.describe('What the target is: found out by default')),
    seconds: z.optional(between(0.5, 3600)).check(z.describe(`How long it may take: ${DEFAULT_SECONDS} by default`)),
    steps: z.optional(whole(1, 1_000_000)).check(z.describe('How much it may try, in place of a time: the same bits on every run')),
    seed: z.optional(whole(0, MAX_SEED)),
    ignore: z.optional(z.array(fields.target)).check(z.describe('Columns left out, such as those that are not known when it is predicted')),
    by: z
      .optional(fields.target)
      .check(z.describe('The column that names what several rows are of, such as a patient: whole groups are learned from or judge')),
    save: z.optional(fields.out).check(z.describe('A file in the folder to keep the answer in, such as price.answer')),
    card: z
      .optional(fields.out)
      .check(z.describe('A file in the folder for its model card: Markdown, or JSON where the name ends in .json')),
    reading: z.optional(fields.reading),
  },
  async run({ file, target, task, seconds, steps, seed = 0, ignore, by, save, card, reading }, { folder, answers, pages }, call) {
    if (seconds !== undefined && steps !== undefined) throw new UsageError('seconds and steps are both given; a budget is one of them')
    const budget = steps === undefined ? { seconds: seconds ?? DEFAULT_SECONDS } : { steps }
    const table = await tableOf(folder, file, reading, call.signal)
    const places = await Promise.all([save, card].map((path) => (path === undefined ? undefined : folder.writable(path))))
    await refuseOverwriting([await placeOf(folder, file)], places)
    for (const place of places) if (place !== undefined) await prepare(place)
    const options = { target, task, budget, seed, ...(ignore && { ignore }), ...(by !== undefined && { by }) }
    const { name, answer } = await answers.learn(folder, file, table, options, call, (own) =>
      call.progress(0, `Watch it at ${pages.of(own)}`),
    )
    const [answerPlace, cardPlace] = places
    if (answerPlace !== undefined) await replaceFile(answerPlace, answer.save())
    if (cardPlace !== undefined) {
      const { markdown, json } = answer.card()
      await replaceFile(cardPlace, /\.json$/i.test(cardPlace) ? `${JSON.stringify(json, null, 2)}\n` : markdown)
    }
    const files = places.flatMap((place) => (place === undefined ? [] : [folder.named(place)]))
    const page = pages.of(name)
    const told = [
      answerText(answer),
      `It is called ${name}. Its page, where a row can be tried: ${page}`,
      files.length === 0 ? 'Nothing was written; `save` keeps the answer beyond this session.' : `Written: ${files.join(', ')}`,
    ]
    return { text: told.join('\n'), data: { answer: name, page, files, ...answerJson(answer) } }
  },
})

/** Now, not after minutes of learning, is the time to find that nothing can be written there. */
async function prepare(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await checkWritable(path)
}
