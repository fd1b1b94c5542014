// Results beside those of other learners on the same rows, as Markdown: by table, and how often each is ahead.

import type { Entry, Result } from './main.ts'

/** By table and learner: the splits done, and each one's numbers. */
export type Reference = Readonly<
  Record<
    string,
    Readonly<
      Record<string, { readonly splits: readonly number[]; readonly logLoss?: readonly number[]; readonly rmse?: readonly number[] }>
    >
  >
>

const OURS = 'espalier'
const TREES = ['xgboost', 'lightgbm', 'catboost']

interface Line {
  readonly table: string
  readonly split: number
  readonly losses: ReadonlyMap<string, number>
}

export function summary(manifest: readonly Entry[], results: readonly Result[], reference: Reference): string {
  const lines = manifest.flatMap(({ name, task }) =>
    results
      .filter(({ table }) => table === name)
      .map((result): Line => {
        const metric = task === 'regression' ? 'rmse' : 'logLoss'
        const losses = new Map([[OURS, result[metric] ?? Number.NaN]])
        for (const [learner, own] of Object.entries(reference[name] ?? {})) {
          const loss = own[metric]?.[own.splits.indexOf(result.split)]
          if (loss !== undefined) losses.set(learner, loss)
        }
        return { table: name, split: result.split, losses }
      }),
  )
  const learners = [OURS, ...new Set(lines.flatMap(({ losses }) => [...losses.keys()].filter((name) => name !== OURS)))]
  const shown = (line: Line, learner: string): string => {
    const loss = line.losses.get(learner)
    if (loss === undefined) return '–'
    return loss === Math.min(...line.losses.values()) ? `**${loss.toPrecision(4)}**` : loss.toPrecision(4)
  }
  const table = [
    `| table | split | ${learners.join(' | ')} |`,
    `|---|---|${learners.map(() => '---:').join('|')}|`,
    ...lines.map((line) => `| ${line.table} | ${line.split} | ${learners.map((learner) => shown(line, learner)).join(' | ')} |`),
  ]
  return [
    ...table,
    '',
    ...learners.filter((learner) => learner !== OURS).map((learner) => against(lines, learner)),
    '',
    ranks(lines, learners),
    worst(lines),
  ].join('\n')
}

function against(lines: readonly Line[], learner: string): string {
  const both = lines.flatMap(({ losses }) => {
    const [own, other] = [losses.get(OURS), losses.get(learner)]
    return own === undefined || other === undefined ? [] : [own / other]
  })
  const ratios = both.toSorted((a, b) => a - b)
  const middle = ratios[Math.floor(ratios.length / 2)]
  return `- ${learner}: ahead on ${both.filter((ratio) => ratio < 1).length} of ${both.length}, median loss ${middle?.toFixed(3)} of its`
}

/** The mean rank among the learners that have a result on every line that the learner has. */
function ranks(lines: readonly Line[], learners: readonly string[]): string {
  const mean = learners.map((learner) => {
    const own = lines.flatMap(({ losses }) => {
      const loss = losses.get(learner)
      return loss === undefined ? [] : [1 + [...losses.values()].filter((other) => other < loss).length]
    })
    return { learner, rank: own.reduce((a, b) => a + b, 0) / own.length }
  })
  return `Mean rank: ${mean
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ learner, rank }) => `${learner} ${rank.toFixed(2)}`)
    .join(', ')}`
}

function worst(lines: readonly Line[]): string {
  const behind = lines.map(({ table, split, losses }) => {
    const best = Math.min(...TREES.flatMap((learner) => losses.get(learner) ?? []))
    return { table, split, ratio: (losses.get(OURS) ?? Number.NaN) / best }
  })
  const far = behind.filter(({ ratio }) => ratio > 1.1).map(({ table, split, ratio }) => `${table} ${split} (${ratio.toFixed(2)})`)
  return `More than 10 % behind the best tree learner: ${far.length === 0 ? 'none' : far.join(', ')}`
}
