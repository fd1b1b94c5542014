// What a report says, as plain data.

/**
 * What a report says, as plain data: anything that has results builds one of these; `renderHtml`, `renderMarkdown` and `csvFiles` show it.
 * All text is plain text, escaped by the renderers. A number that is NaN was not measured: it is shown as a dash and left out of charts.
 */
export interface Report {
  readonly title: string
  /** What the report is about, in a sentence. */
  readonly subtitle: string
  /** How the numbers came to be: command, seeds, time, machine, package version. */
  readonly facts: readonly Fact[]
  readonly sections: readonly Section[]
}

/** A line on how the numbers came to be. */
export interface Fact {
  readonly name: string
  readonly value: string
}

/** A part of a report under a title of its own. */
export interface Section {
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly blocks: readonly Block[]
}

/** A table, a chart, or claims with verdicts. */
export type Block =
  | TableBlock
  | VerdictsBlock
  | LineChartBlock
  | DotIntervalsBlock
  | RankPlotBlock
  | BarsBlock
  | ParallelCoordinatesBlock
  | HeatmapBlock
  | ScatterBlock

interface BlockBase {
  /** Of its CSV file, without `.csv`, and its anchor in the page: lower-case letters, digits and hyphens, once in a report. */
  readonly name: string
  /** What to see in it, in a sentence or two. */
  readonly caption: string
}

/** A mean with its interval. */
export interface Spread {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** How numbers are written: a number of decimals; a percentage with a number of decimals; or significant digits (4 by default). */
export type NumberFormat = { readonly decimals: number } | { readonly percent: number } | { readonly significant: number }

/** What an axis or a value is, and how its numbers are written. */
export interface Axis {
  readonly label: string
  /** Behind the label, in brackets: `epochs`, `s`. None for a pure number, as an accuracy is. */
  readonly unit?: string | undefined
  /** A logarithmic scale; values that are not above 0 are left out. */
  readonly log?: boolean | undefined
  readonly format?: NumberFormat | undefined
}

/** The verdicts, by which a report colours claims. */
export const VERDICTS = ['reproduced', 'not reproduced', 'undecided'] as const
/** What measurements make of a claim. */
export type Verdict = (typeof VERDICTS)[number]

/** `winner`: the best of its table; `published`: not measured here; a verdict: a badge. */
export type Mark = 'winner' | 'published' | Verdict

/** A number, a text, a mean with its interval, or nothing. */
export type Value = number | string | null | Spread
/** A value, perhaps marked. */
export type Cell = Value | { readonly value: Value; readonly marks: readonly Mark[] }

/** A column of a table. */
export interface Column {
  readonly name: string
  readonly unit?: string | undefined
  /** By default `end` where the column's cells are numbers or spreads. */
  readonly align?: 'start' | 'end' | undefined
  readonly format?: NumberFormat | undefined
}

/** A table. */
export interface TableBlock extends BlockBase {
  readonly kind: 'table'
  readonly columns: readonly Column[]
  /** A cell a column; the first names the row. */
  readonly rows: readonly (readonly Cell[])[]
}

/** Claims and what the measurements say of them. */
export interface VerdictsBlock extends BlockBase {
  readonly kind: 'verdicts'
  readonly claims: readonly ClaimVerdict[]
}

/** A claim, the numbers for and against it, and the verdict. */
export interface ClaimVerdict {
  /** `A4`. */
  readonly id: string
  readonly claim: string
  /** The publication's numbers. */
  readonly published: string
  /** Ours, with intervals. */
  readonly measured: string
  /** The rule that decides, test and threshold, as stated before measuring. */
  readonly test: string
  /** Of that test; none where the rule is not a significance test. */
  readonly p?: number | undefined
  readonly verdict: Verdict
  /** What a reader must know besides the verdict, for example that a published winner is inside the noise. */
  readonly note?: string | undefined
}

/** Lines over steps or epochs, with bands. */
export interface LineChartBlock extends BlockBase {
  readonly kind: 'lineChart'
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Whether a line keeps its height until the next point, as the best value so far does. */
  readonly stepped?: boolean | undefined
}

/** A line of a chart. */
export interface Series {
  /** The same name in several facets has the same colour. */
  readonly name: string
  /** Which of several charts side by side that share their axes. */
  readonly facet?: string | undefined
  /** Drawn with dashes, as published values are. */
  readonly dashed?: boolean | undefined
  /** In the order of x; a band where low and high are given. */
  readonly points: readonly SeriesPoint[]
}

/** A point of a line, with its band. */
export interface SeriesPoint {
  readonly x: number
  readonly mean: number
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** One row per name, in the given order (for example the best first): the value as a dot, its interval as a line, the published value as a second mark. */
export interface DotIntervalsBlock extends BlockBase {
  readonly kind: 'dotIntervals'
  readonly value: Axis
  /** What the names are: `optimizer`. */
  readonly label: string
  readonly dots: readonly Dot[]
}

/** A value with its interval. */
export interface Dot {
  readonly name: string
  /** Of several values with one name: `raw`, `standardised`. */
  readonly group?: string | undefined
  readonly value: number
  readonly low?: number | undefined
  readonly high?: number | undefined
  readonly published?: number | undefined
}

/** A bump chart: who stands at which rank at each step, rank 1 on top. */
export interface RankPlotBlock extends BlockBase {
  readonly kind: 'rankPlot'
  readonly x: Axis
  /** The rungs, by number or by name. */
  readonly steps: readonly (number | string)[]
  readonly lines: readonly RankLine[]
}

/** The ranks of one. */
export interface RankLine {
  readonly name: string
  /** One a step; NaN where it was not ranked. */
  readonly ranks: readonly number[]
}

/** One bar per name in the given order, for example importances. */
export interface BarsBlock extends BlockBase {
  readonly kind: 'bars'
  readonly value: Axis
  readonly label: string
  readonly bars: readonly Bar[]
}

/** A bar, with its interval. */
export interface Bar {
  readonly name: string
  readonly value: number
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** One line per trial over the parameters' axes, coloured by its value. */
export interface ParallelCoordinatesBlock extends BlockBase {
  readonly kind: 'parallelCoordinates'
  readonly axes: readonly ParameterAxis[]
  readonly value: Axis
  readonly direction: 'minimize' | 'maximize'
  readonly lines: readonly ParameterLine[]
}

/** The axis of a parameter. */
export interface ParameterAxis {
  readonly name: string
  readonly log?: boolean | undefined
  /** Of a categorical parameter, in their order on the axis; a numeric one has none. */
  readonly choices?: readonly string[] | undefined
}

/** A trial over the axes. */
export interface ParameterLine {
  readonly name: string
  /** One an axis: a number, or a choice as text; null where the parameter did not apply. */
  readonly at: readonly (number | string | null)[]
  readonly value: number
}

/** Numbers in coloured cells, (rows x columns). */
export interface HeatmapBlock extends BlockBase {
  readonly kind: 'heatmap'
  readonly value: Axis
  readonly rowLabel: string
  readonly columnLabel: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly cells: readonly (readonly number[])[]
  /** Where the colours begin and end; -1 and 1 for correlations. The smallest and largest number by default. */
  readonly domain?: readonly [low: number, high: number] | undefined
}

/** Points. */
export interface ScatterBlock extends BlockBase {
  readonly kind: 'scatter'
  readonly x: Axis
  readonly y: Axis
  readonly points: readonly ScatterPoint[]
  /** Whether to draw the line of equal x and y. */
  readonly diagonal?: boolean | undefined
}

/** A point, which has a name. */
export interface ScatterPoint {
  readonly x: number
  readonly y: number
  /** Said when the pointer is on it, and in the CSV file. */
  readonly name: string
  readonly group?: string | undefined
}
