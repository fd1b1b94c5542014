/**
 * What page and engine say to one another. The engine is a dedicated worker of the page (`new Worker('engine.js', { type: 'module' })`). The
 * page calls; every call gets one answer. Meanwhile the engine sends events about the study that was opened last. `client.ts` is the page's end.
 */

import type { LegendEntry, Panel } from '../report/charts/chart.ts'
import type { ParamValue } from '../study/space/distributions.ts'
import type { Direction, TrialState } from '../study/trial.ts'
import type { ReadingOptions } from '../table/options.ts'
import type { AnswerExport, AnswerNews, AnswerRequest, KeptAnswer, OpenedAnswer } from './answers.ts'
import type { SampleName, StudioConfig } from './config.ts'
import type { DataDescription } from './description.ts'
import type { EvidenceCalls } from './evidenceProtocol.ts'
import type { PictureOptions, SaidPicture } from './pictures.ts'
import type { Problem } from './problem.ts'

export type { Problem } from './problem.ts'

/** Every call: what it takes and what it gives back. A call that fails gets a Problem. */
export interface Calls extends EvidenceCalls {
  /** Reads data and keeps dropped files in the browser, known by their SHA-256. An IDX set is two files, or four with its test part. */
  describe: { takes: { data: DataRequest }; gives: DataDescription }
  /** Whether a study of this configuration can start, and what it comes to. */
  check: { takes: { config: StudioConfig }; gives: Plan }
  /** Makes a study, opens it and runs it. */
  start: { takes: { config: StudioConfig }; gives: StudyInfo }
  /** Replays a published study; it is opened and run as any other. */
  replay: { takes: ReplayRequest; gives: StudyInfo }
  /** All studies that this browser keeps, the newest first. */
  studies: { takes: Record<never, never>; gives: readonly StudyInfo[] }
  /** Shows a study from now on: sends its state, all its trials and its views. One that was running keeps running. */
  open: { takes: { study: string }; gives: StudyInfo }
  /** Stops within a moment and stays so, after a reload as well; `resume` goes on as if nothing had happened. */
  pause: { takes: { study: string }; gives: StudyInfo }
  resume: { takes: { study: string }; gives: StudyInfo }
  /** Ends a study before its time. What it found stays. */
  cancel: { takes: { study: string }; gives: StudyInfo }
  delete: { takes: { study: string }; gives: null }
  /** Which views of the opened study are to be drawn, at once and, at most once a second, whenever they change; no others are. */
  show: { takes: { views: readonly ViewName[] }; gives: null }
  /** Learns from a table what predicts a column of it, and tells by events how far that is; what was being learned before is given up. */
  answer: { takes: AnswerRequest; gives: null }
  /** Stops learning: the best until then is the answer. */
  stopAnswer: { takes: Record<never, never>; gives: null }
  answerFile: { takes: { what: AnswerExport }; gives: ExportedFile }
  /** What the answer for pictures says of one that somebody brings. */
  picture: { takes: { file: Blob }; gives: SaidPicture }
  export: { takes: { study: string; what: ExportName }; gives: ExportedFile }
  /** Names a study, and what there is to say of it. */
  nameStudy: { takes: { study: string; title: string; note: string }; gives: StudyInfo }
  /** Answers that the browser keeps, the newest first. */
  answers: { takes: Record<never, never>; gives: readonly KeptAnswer[] }
  nameAnswer: { takes: { answer: string; title: string; note: string }; gives: null }
  deleteAnswer: { takes: { answer: string }; gives: null }
  /** @param number of the page's request, as of `answer` */
  openAnswer: { takes: { answer: string; number: number }; gives: OpenedAnswer }
  /** Takes in a journal of espalier or Optuna, and opens it. */
  importJournal: { takes: { file: File }; gives: StudyInfo }
  /** What follows # in a link that holds a study, or the answer that is shown. */
  shareStudy: { takes: { study: string }; gives: SharedLink }
  shareAnswer: { takes: { title: string; address: string }; gives: SharedLink }
  openLink: { takes: { link: string; number: number }; gives: { study: StudyInfo } | { answer: OpenedAnswer } }
}
export type CallName = keyof Calls

/** What follows # in a link, and whether it holds the table, and the trials of a study or the models of an answer. */
export interface SharedLink {
  readonly link: string
  readonly hasTable: boolean
  readonly hasResult: boolean
}

export type DataRequest =
  | { readonly kind: 'sample'; readonly name: SampleName }
  /** `reading` says how a table is read; what it leaves out is found out. */
  | {
      readonly kind: 'files'
      readonly files: readonly File[]
      /** Of every file, with the folders that it lies in, where it is known: `flowers/rose/1.jpg`. */
      readonly paths?: readonly string[] | undefined
      readonly reading?: ReadingOptions
      readonly pictures?: PictureOptions
    }
  /** Data that the browser keeps already, as a permalink or a study names it. */
  | { readonly kind: 'stored'; readonly source: StudioConfig['data']['source'] }

export interface ReplayRequest {
  readonly name: 'pima' | 'fashion-mnist'
  /** As published by default. */
  readonly seeds?: number
  readonly epochs?: number
}

export interface Plan {
  readonly trainRows: number
  readonly testRows: number
  readonly inputSize: number
  readonly outputSize: number
  /** Of the parameters that are searched, in the space's order. */
  readonly searched: readonly string[]
  readonly trialsAtMost: number
  /** TypeScript that runs the same study with the package. */
  readonly snippet: string
}

/**
 * `running`: some tab trains it, or will as soon as one may. `paused`, `cancelled`: a person said so. `finished`: its budget is spent or
 * nothing is left to try. `failed`: `problem` says why; `resume` tries again.
 */
export type StudyState = 'running' | 'paused' | 'cancelled' | 'finished' | 'failed'

export interface StudyInfo {
  readonly id: string
  readonly title: string
  readonly kind: 'search' | 'replay' | 'imported'
  /** What somebody wrote about it. */
  readonly note: string
  /** Of a search. */
  readonly config: StudioConfig | undefined
  /** Of a replay. */
  readonly replay: ReplayRequest | undefined
  readonly state: StudyState
  /** Who trains it while it is running: this page's engine, one of another tab, or nobody yet. */
  readonly trainer: 'here' | 'elsewhere' | 'none'
  /** What trains, as `WASM relaxed-SIMD, 2 workers, fused arithmetic`; while this page's engine does. */
  readonly backend: string | undefined
  /** Milliseconds since 1970. */
  readonly created: number
  readonly problem: Problem | undefined
}

export interface Progress {
  readonly study: string
  /** Of the whole study, 0 to 1. */
  readonly done: number
  /** `planned`: at most. Undefined of a replay, whose studies are of different sizes. */
  readonly trials: { readonly finished: number; readonly running: number; readonly planned: number } | undefined
  /** Seconds until the end, as far as one knows; undefined in the beginning. */
  readonly eta: number | undefined
  /** What is being done, in words; of a replay: which experiment. */
  readonly note: string | undefined
}

/** A trial for a table. */
export interface TrialRow {
  readonly number: number
  /** Of a replay: which of its studies. */
  readonly part: string | undefined
  readonly state: TrialState
  /** Of a running one how much is trained, 0 to 1. */
  readonly done: number
  readonly params: Readonly<Record<string, ParamValue>>
  /** The objective, the mean over the repeats; NaN where there is none. */
  readonly value: number
  /** 95 % interval of the mean, where there are several repeats. */
  readonly low: number
  readonly high: number
  readonly seconds: number | undefined
  /** Why it failed. */
  readonly reason: string | undefined
}

export interface TrialColumns {
  /** Of the objective: `testAccuracy`. */
  readonly objective: string
  readonly direction: Direction
  readonly params: readonly string[]
}

export type ViewName =
  | 'best'
  | 'convergence'
  | 'curves'
  | 'parallel'
  | 'importance'
  | 'rungs'
  | 'confusion'
  | 'calibration'
  /** Of a replay: the verdicts and charts of its report, when it has ended. */
  | 'replay'

export interface View {
  readonly study: string
  readonly view: ViewName
  readonly blocks: readonly ViewBlock[]
  /** Why there is nothing to see yet, where `blocks` is empty. */
  readonly empty: string | undefined
}

/** A chart or table in the report's style: colours are its custom properties (`colors.ts`). SVG is text to be set as HTML; it has no scripts. */
export type ViewBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | {
      readonly kind: 'chart'
      readonly name: string
      readonly caption: string
      readonly panels: readonly Panel[]
      readonly legend: readonly LegendEntry[]
      /** Whether wide drawings name their marks themselves, so that the legend is for narrow ones. */
      readonly labelled: boolean
    }
  /** HTML of a table of the report, escaped. */
  | { readonly kind: 'table'; readonly name: string; readonly caption: string; readonly html: string }

/** `model`, `onnx`, `tfjs`: the best network as safetensors, as ONNX, or as TensorFlow.js's files in a ZIP archive. `journal`: Optuna's format. */
export type ExportName = 'report' | 'csv' | 'journal' | 'model' | 'onnx' | 'tfjs' | 'snippet'

export interface ExportedFile {
  readonly name: string
  readonly blob: Blob
}

/** What the engine sends without being asked. */
export type EngineEvent =
  /** Loaded, and its store can be used. The first message. */
  | { readonly event: 'ready' }
  /** A study has another state, or is new. */
  | { readonly event: 'study'; readonly info: StudyInfo }
  | { readonly event: 'deleted'; readonly study: string }
  | { readonly event: 'progress'; readonly progress: Progress }
  /** Trials that are new or have changed; after `open` all of them, with `fresh`: those shown before are another study's. */
  | {
      readonly event: 'trials'
      readonly study: string
      readonly fresh: boolean
      readonly columns: TrialColumns
      readonly rows: readonly TrialRow[]
    }
  | { readonly event: 'view'; readonly view: View }
  | { readonly event: 'answer'; readonly answer: AnswerNews }
  /** What is kept of answers has changed. */
  | { readonly event: 'answers'; readonly answers: readonly KeptAnswer[] }
  /** Something failed that no call asked for. */
  | { readonly event: 'problem'; readonly problem: Problem }

/** Page to engine. */
export interface Message<Name extends CallName = CallName> {
  readonly id: number
  readonly call: Name
  readonly takes: Calls[Name]['takes']
}

/** Engine to page. */
export type Reply =
  | { readonly id: number; readonly gives: Calls[CallName]['gives'] }
  | { readonly id: number; readonly problem: Problem }
  | EngineEvent
