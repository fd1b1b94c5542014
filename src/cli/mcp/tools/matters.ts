// The tool `what_matters`.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../../../core/errors.ts'
import { shortNumber } from '../../../core/figures.ts'
import { fanova } from '../../../study/importance/fanova.ts'
import { leftOutText } from '../../../study/statistics/leftOut.ts'
import { textTable } from '../../table.ts'
import { readStudy } from '../../trials.ts'
import { fields } from '../fields.ts'
import { type Desk, type Told, tool } from '../tool.ts'

export const matters = tool({
  name: 'what_matters',
  title: 'What matters',
  description:
    'Of an answer: how much worse it predicts without each column, with intervals, and which settings of its networks mattered, or that they cannot be told apart. Of a journal of a study: what part of the scatter of the results each hyper-parameter explains (fANOVA). Do not name an order where intervals overlap.',
  isReading: true,
  fields: {
    answer: z.optional(fields.answer),
    journal: z
      .optional(z.string().check(z.minLength(1)))
      .check(z.describe('The journal of a study, in place of an answer: a file in the folder')),
    study: z.optional(z.string().check(z.minLength(1))).check(z.describe('Which study, where the journal has several')),
  },
  async run({ answer, journal, study }, desk) {
    if ((answer === undefined) === (journal === undefined)) throw new InvalidSpecError('give either an answer or a journal')
    if (answer !== undefined) return ofAnswer(answer, desk)
    return ofJournal(journal ?? '', study, desk)
  },
})

async function ofAnswer(name: string, { folder, answers }: Desk): Promise<Told> {
  const { matters: found, target } = await answers.find(folder, name)
  const rows = [...found.columns.map((one) => ({ of: 'column', ...one })), ...found.settings.map((one) => ({ of: 'setting', ...one }))]
  const lines = rows.map(({ of, name: own, value, interval: [low, high] }) => [
    of,
    own,
    shortNumber(value),
    `${shortNumber(low)} … ${shortNumber(high)}`,
  ])
  const said =
    rows.length === 0
      ? ['It was not found out: the answer was stopped before, or there is nothing to tell.']
      : [`Predicting ${target}: by how much it is worse without.`, textTable(['of', 'name', 'worse by', '95 % interval'], 2, lines)]
  return { text: [...said, ...found.sentences].join('\n'), data: { target, ...found } }
}

async function ofJournal(path: string, name: string | undefined, { folder }: Desk): Promise<Told> {
  const { trials, name: study } = await readStudy(await folder.existing(path), name)
  const { parameters } = fanova(trials)
  const lines = parameters.map((one) => [one.name, one.importance.toFixed(3), one.sd.toFixed(3)])
  const text = `Study ${study}, ${trials.length} trials: the part of the scatter that each parameter explains.${leftOutText(trials)}\n${textTable(['parameter', 'fANOVA', 'sd over trees'], 1, lines)}`
  return { text, data: { study, parameters } }
}
