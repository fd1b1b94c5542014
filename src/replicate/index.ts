/**
 * Published studies, their tables and claims beside what is measured with repeats, and what their way of searching says of its stages.
 * @module espalier/replicate
 */

export { type StageReport, type StageRow, winnerTakesAllReport } from '../study/sampler/winnerTakesAllReport.ts'
export type { Claim, Evidence, Judgement, Outcome, Verdict } from './claims.ts'
export type { Curves } from './curves.ts'
export {
  type ExtensionOptions,
  type ExtensionPart,
  type ExtensionReplay,
  type FamilyResult,
  replayFashionExtension,
} from './fashion/extension/replay.ts'
export { extensionReport } from './fashion/extension/report.ts'
export type { FashionStage } from './fashion/published.ts'
export { type FashionOptions, type FashionPart, replayFashion } from './fashion/replay.ts'
export { fashionReport } from './fashion/report.ts'
export type {
  ControlResult,
  FashionReplay,
  FigureResult,
  Importance as FashionImportance,
  JointResult,
  Measured,
  StagedResult,
  TableResult,
} from './fashion/result.ts'
export type { LineJournal } from './lines.ts'
export type { PimaPart, Scaling } from './pima/protocol.ts'
export { type PimaOptions, type PimaReplay, replayPima } from './pima/replay.ts'
export { pimaReport } from './pima/report.ts'
export type { PimaResult, PimaRow } from './pima/result.ts'
export type { Side } from './quantity.ts'
export type { EarlyOrder } from './twig/early.ts'
export { replayTwig, type TwigOptions } from './twig/replay.ts'
export { twigReport } from './twig/report.ts'
export type { TwigReplay, TwigResult } from './twig/result.ts'
export type { RuleResult } from './twig/rules.ts'
export type { TwigTableFacts } from './twig/store.ts'
export type { TwigTableName } from './twig/tables.ts'
export { type LearnedUci, type LearnUciOptions, learnUci } from './uci/learned.ts'
export type { UciTable } from './uci/protocol.ts'
export type { UciName } from './uci/published.ts'
export { replayUci, type UciOptions, type UciReplay, type UciResult } from './uci/replay.ts'
export { uciReport } from './uci/report.ts'
