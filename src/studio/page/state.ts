/** What the page shows, as one value: `reduce` makes the next of it from what happened. */

import type { AnswerNews, KeptAnswer } from '../answers.ts'
import { EngineError } from '../client.ts'
import type { StudioConfig } from '../config.ts'
import type { DataDescription } from '../description.ts'
import type { EngineEvent, Plan, Problem, Progress, StudyInfo, TrialColumns, TrialRow, View, ViewName } from '../protocol.ts'

export interface Setup {
  /** What is being read, in words. */
  readonly reading: string | undefined
  readonly data: DataDescription | undefined
  readonly config: StudioConfig | undefined
  /** For the configuration as it is; undefined until the engine has answered. */
  readonly plan: Plan | undefined
  /** Why the configuration cannot run. */
  readonly refusal: Problem | undefined
  /** Why the last file could not be read. */
  readonly problem: Problem | undefined
  /** How long an answer may take. */
  readonly seconds: number
  /** Whether the form of a study stands open from the beginning. */
  readonly unfolded: boolean
  /** Number of the answer that was asked for last. */
  readonly asked: number
}

/** A study on the screen. */
export interface Shown {
  readonly id: string
  readonly progress: Progress | undefined
  readonly columns: TrialColumns | undefined
  /** By part and number. */
  readonly rows: ReadonlyMap<string, TrialRow>
  readonly views: ReadonlyMap<ViewName, View>
}

export interface State {
  readonly ready: boolean
  /** Of the whole page: the engine could not be loaded, its store not opened. */
  readonly problem: Problem | undefined
  readonly studies: readonly StudyInfo[]
  /** Those that the browser keeps. */
  readonly answers: readonly KeptAnswer[]
  readonly setup: Setup
  /** Of what was asked last. */
  readonly answer: AnswerNews | undefined
  readonly shown: Shown | undefined
  /** What is being waited for. */
  readonly busy: string | undefined
}

export type Action =
  | EngineEvent
  | { readonly event: 'setup'; readonly setup: Partial<Setup> }
  | { readonly event: 'studies'; readonly studies: readonly StudyInfo[] }
  | { readonly event: 'show'; readonly study: string | undefined }
  | { readonly event: 'busy'; readonly what: string | undefined }
  | { readonly event: 'dismiss' }

/** Seconds of an answer unless others are chosen. */
const SECONDS = 20

const NO_SETUP: Setup = {
  ...{ reading: undefined, data: undefined, config: undefined, plan: undefined, refusal: undefined, problem: undefined },
  ...{ seconds: SECONDS, unfolded: false, asked: 0 },
}

export const INITIAL: State = {
  ready: false,
  problem: undefined,
  studies: [],
  answers: [],
  setup: NO_SETUP,
  answer: undefined,
  shown: undefined,
  busy: undefined,
}

const keyOf = ({ part, number }: TrialRow): string => `${part ?? ''}/${number}`

export function reduce(state: State, action: Action): State {
  switch (action.event) {
    case 'ready':
      return { ...state, ready: true }
    case 'setup': {
      const setup = { ...state.setup, ...action.setup }
      return { ...state, setup, answer: setup.asked === state.setup.asked ? state.answer : undefined }
    }
    case 'answer':
      return isNews(state, action.answer) ? { ...state, answer: action.answer } : state
    case 'answers':
      return { ...state, answers: action.answers }
    case 'studies':
      return { ...state, studies: action.studies }
    case 'study':
      return { ...state, studies: withStudy(state.studies, action.info) }
    case 'deleted':
      return { ...state, studies: state.studies.filter(({ id }) => id !== action.study) }
    case 'busy':
      return { ...state, busy: action.what }
    case 'problem':
      return { ...state, problem: action.problem }
    case 'dismiss':
      return { ...state, problem: undefined }
    case 'show':
      if (action.study === state.shown?.id) return state
      return { ...state, shown: action.study === undefined ? undefined : emptyStudy(action.study) }
    case 'progress':
      // What comes after a study's end is of before.
      if (state.studies.some(({ id, state: now }) => id === action.progress.study && now !== 'running')) return state
      return ofShown(state, action.progress.study, (shown) => ({ ...shown, progress: action.progress }))
    case 'trials':
      return withRows(action.fresh && state.shown?.id !== action.study ? { ...state, shown: emptyStudy(action.study) } : state, action)
    case 'view':
      return ofShown(state, action.view.study, (shown) => ({ ...shown, views: new Map(shown.views).set(action.view.view, action.view) }))
  }
}

/** Whether it is of what was asked last, and that has not ended: work that was stopped may still tell how far it was. */
const isNews = ({ setup, answer }: State, { number }: AnswerNews): boolean =>
  number === setup.asked && (answer?.number !== number || answer.state === 'learning')

const emptyStudy = (id: string): Shown => ({ id, progress: undefined, columns: undefined, rows: new Map(), views: new Map() })

function ofShown(state: State, study: string, change: (shown: Shown) => Shown): State {
  const shown = state.shown?.id === study ? state.shown : undefined
  return shown === undefined ? state : { ...state, shown: change(shown) }
}

/** A study that is new begins with this event, before the call that made it is answered. */
function withRows(state: State, { study, fresh, columns, rows }: EngineEvent & { readonly event: 'trials' }): State {
  return ofShown(state, study, (shown) => {
    const all = new Map(fresh ? [] : shown.rows)
    for (const row of rows) all.set(keyOf(row), row)
    return { ...shown, columns, rows: all }
  })
}

/** The newest first. */
function withStudy(studies: readonly StudyInfo[], info: StudyInfo): readonly StudyInfo[] {
  if (studies.some(({ id }) => id === info.id)) return studies.map((one) => (one.id === info.id ? info : one))
  return [info, ...studies].sort((a, b) => b.created - a.created)
}

export function problemOf(error: unknown): Problem {
  if (error instanceof EngineError) return error.problem
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)]
  return { kind: 'study', name, message }
}
