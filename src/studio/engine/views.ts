// Draws the views of a study.

import type { Axis, Block, Report } from '../../report/model.ts'
import { calibrationBlocks } from '../../report/network/calibration.ts'
import { confusionBlocks } from '../../report/network/confusion.ts'
import type { Predictions } from '../../report/network/predictions.ts'
import { curvesSection } from '../../report/study/curves.ts'
import { objectivesOf } from '../../report/study/objectives.ts'
import { ENOUGH, importanceBlocks, parallelBlocks } from '../../report/study/parameters.ts'
import { type Results, resultsOf } from '../../report/study/results.ts'
import { rungCharts } from '../../report/study/rungs.ts'
import { convergence, resultSection } from '../../report/study/trials.ts'
import { ATTRIBUTE } from '../../study/attributes.ts'
import type { StudyRecord } from '../../study/journal/rebuild.ts'
import { objectiveWords, parameterTitle } from '../parameterWords.ts'
import type { ViewBlock, ViewName } from '../protocol.ts'
import { text, viewBlock } from './blocks.ts'
import { importanceWords } from './importanceWords.ts'

/** What views are drawn from. */
export interface Seen {
  /** Of a replay, the one that trains now or trained last. */
  readonly study: StudyRecord | undefined
  /** Of a replay that has ended. */
  readonly report: Report | undefined
  /** What the best network predicts for the test rows, or why that is not known. */
  readonly network: { readonly trial: number; readonly predictions: Predictions } | string
}

export interface Drawn {
  readonly blocks: readonly ViewBlock[]
  readonly empty: string | undefined
}

/** @returns what there is to see, or in words why there is nothing yet */
export function drawView(view: ViewName, seen: Seen): Drawn {
  if (view === 'replay')
    return seen.report === undefined ? nothing('The verdicts are drawn when the replay has ended.') : ofReport(seen.report)
  if (view === 'confusion' || view === 'calibration') return ofNetwork(view, seen.network)
  if (seen.study === undefined) return nothing('There are no trials yet.')
  const results = resultsOf(seen.study, objectivesOf(seen.study), parameterTitle)
  const blocks = blocksOf[view](results, seen.study).map(titled)
  const words = view === 'importance' ? importanceWords(blocks) : []
  const said = words.length === 0 ? [] : [text(words.join(' '))]
  const empty = view === 'importance' && isPyramid(seen.study) ? `${EMPTY[view]} ${SELDOM}` : EMPTY[view]
  return blocks.length === 0 ? nothing(empty) : { blocks: [...said, ...blocks.map(viewBlock)], empty: undefined }
}

const titleOf = (name: string): string => parameterTitle(objectiveWords(name).title)
const axis = (own: Axis): Axis => ({ ...own, label: objectiveWords(own.label).title })

/** Hyper-parameters and objectives by the names that people have for them, as on the rest of the page. */
function titled(block: Block): Block {
  switch (block.kind) {
    case 'bars':
      return { ...block, label: 'setting', bars: block.bars.map((bar) => ({ ...bar, name: parameterTitle(bar.name) })) }
    case 'lineChart':
      return { ...block, y: axis(block.y) }
    case 'parallelCoordinates':
      return { ...block, axes: block.axes.map((own) => ({ ...own, name: parameterTitle(own.name) })), value: axis(block.value) }
    case 'table':
      return {
        ...block,
        columns: block.columns.map((column) => ({ ...column, name: titleOf(column.name) })),
        rows:
          block.name === 'importances-compared'
            ? block.rows.map(([first, ...cells]) => [parameterTitle(String(first)), ...cells])
            : block.rows,
      }
    default:
      return block
  }
}

type StudyView = Exclude<ViewName, 'replay' | 'confusion' | 'calibration'>

const blocksOf: Readonly<Record<StudyView, (results: Results, study: StudyRecord) => readonly Block[]>> = {
  best: (results, { directions }) => resultSection(results, directions).blocks.filter(({ name }) => name.endsWith('-trials')),
  convergence: (results) => (results.ranked.length === 0 ? [] : [convergence(results)]),
  curves: (results) => curvesSection(results).flatMap(({ blocks }) => blocks),
  parallel: parallelBlocks,
  importance: importanceBlocks,
  rungs: rungCharts,
}

const EMPTY: Readonly<Record<StudyView, string>> = {
  best: 'No trial has ended yet.',
  convergence: 'No trial is complete yet.',
  curves: 'No trial has trained two epochs to its end yet.',
  parallel: 'Two complete trials are needed.',
  importance: `Importances need ${ENOUGH} complete trials of different values; of fewer they would tell next to nothing.`,
  rungs: 'Three complete trials that reported at two epochs are needed.',
}

const SELDOM = 'A pyramid seldom has as many: the random strategy judges settings evenly.'
const isPyramid = ({ systemAttrs }: StudyRecord): boolean =>
  JSON.stringify(systemAttrs[ATTRIBUTE.definition] ?? '').includes('"name":"pyramid"')

const nothing = (empty: string): Drawn => ({ blocks: [], empty })

function ofNetwork(view: 'confusion' | 'calibration', network: Seen['network']): Drawn {
  if (typeof network === 'string') return nothing(network)
  const blocks = (view === 'confusion' ? confusionBlocks : calibrationBlocks)(network.predictions)
  if (blocks.length === 0) return nothing('A regression has no classes to confuse: look at its calibration.')
  return {
    blocks: [text(`The network of trial ${network.trial}, the best so far, on its test rows.`), ...blocks.map(viewBlock)],
    empty: undefined,
  }
}

function ofReport({ sections }: Report): Drawn {
  const blocks = sections.flatMap((section) => [
    { kind: 'heading' as const, text: section.title },
    ...section.paragraphs.map(text),
    ...section.blocks.map(viewBlock),
  ])
  return { blocks, empty: undefined }
}
