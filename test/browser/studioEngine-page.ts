import { EngineClient, EngineError } from '../../src/studio/client.ts'
import type { CallName, Calls, EngineEvent, Problem, StudyInfo, TrialRow, View } from '../../src/studio/protocol.ts'

/** What studioEngine.test.ts calls inside a page: the engine in its worker, and what it has told so far. */

export const events: EngineEvent[] = []
const worker = new Worker('/studio/engine.js', { type: 'module' })
worker.addEventListener('error', ({ message }) => {
  events.push({ event: 'problem', problem: { kind: 'study', name: 'WorkerError', message } })
})
const client = new EngineClient(worker, (event) => events.push(event))

/** What the engine answers, or the problem. */
export async function call<Name extends CallName>(
  name: Name,
  takes: Calls[Name]['takes'],
): Promise<Calls[Name]['gives'] | { problem: Problem }> {
  try {
    return await client.call(name, takes)
  } catch (error) {
    if (error instanceof EngineError) return { problem: error.problem }
    throw error
  }
}

/** Describes a file of these contents. */
export const drop = (name: string, text: string) => call('describe', { data: { kind: 'files', files: [new File([text], name)] } })

export const problems = (): Problem[] => events.flatMap((event) => (event.event === 'problem' ? [event.problem] : []))

/** The last that was told of a study. */
export const info = (id: string): StudyInfo | undefined =>
  events.flatMap((event) => (event.event === 'study' && event.info.id === id ? [event.info] : [])).at(-1)

/** The trials as a table of the page would have them. */
export function rows(): TrialRow[] {
  const table = new Map<string, TrialRow>()
  for (const event of events) {
    if (event.event !== 'trials') continue
    if (event.fresh) table.clear()
    for (const row of event.rows) table.set(`${row.part} ${row.number}`, row)
  }
  return [...table.values()]
}

export const finished = (): number => rows().filter(({ state }) => state === 'complete' || state === 'pruned').length

/** The last drawing of each view. */
export const views = (): Record<string, View> =>
  Object.fromEntries(events.flatMap((event) => (event.event === 'view' ? [[event.view.view, event.view] as const] : [])))

/** The study's journal as Optuna has it, without time stamps. */
export async function journal(study: string): Promise<string> {
  const exported = await client.call('export', { study, what: 'journal' })
  return (await exported.blob.text()).replace(/"datetime_\w+":"[^"]*"/g, '"datetime":""')
}

export async function exported(
  study: string,
  what: Calls['export']['takes']['what'],
): Promise<{ name: string; text: string } | { problem: Problem }> {
  const file = await call('export', { study, what })
  return 'problem' in file ? file : { name: file.name, text: await file.blob.text() }
}
