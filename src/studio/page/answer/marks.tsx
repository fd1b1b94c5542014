// Small charts of page one, drawn on the page itself: bars with their intervals, a curve, points with a good zone.

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { at } from '../../../core/at.ts'
import { formatNumber } from '../format.ts'

const WIDTH = 400

function Picture({
  title,
  text,
  height,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly height: number
  readonly children: ComponentChildren
}) {
  const id = useId()
  return (
    <svg class="picture" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby={`${id}-title ${id}-text`}>
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-text`}>{text}</desc>
      {children}
    </svg>
  )
}

export interface Bar {
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
}

const ROW = 26
const NAMES = 150
const shorten = (name: string): string => (name.length > 20 ? `${name.slice(0, 19)}…` : name)

/** A bar a name, each with its interval. Sure ones, above 0, are filled. */
export function Bars({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ high, value }) => Math.max(high, value)), Number.MIN_VALUE)
  const least = Math.min(0, ...bars.map(({ low }) => low))
  const x = (value: number): number => NAMES + ((value - least) / (most - least)) * (WIDTH - NAMES - 8)
  const text = bars
    .map(({ name, value, low, high }) => `${name} ${formatNumber(value)}, ${formatNumber(low)} to ${formatNumber(high)}`)
    .join('; ')
  return (
    <Picture title={title} text={text} height={bars.length * ROW + 4}>
      <line class="zero" x1={x(0)} x2={x(0)} y1={0} y2={bars.length * ROW} />
      {bars.map(({ name, value, low, high }, i) => (
        <g key={name} transform={`translate(0 ${i * ROW})`}>
          <title>{`${name}: ${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`}</title>
          <text x={NAMES - 8} y={18} text-anchor="end">
            {shorten(name)}
          </text>
          <rect class={low > 0 ? 'sure' : 'unsure'} x={x(Math.min(0, value))} y={6} width={Math.abs(x(value) - x(0))} height={14} />
          <path class="whisker" d={`M${x(low)} 13H${x(high)}M${x(low)} 9v8M${x(high)} 9v8`} />
        </g>
      ))}
    </Picture>
  )
}

const HEIGHT = 170
const LEFT = 58
const BOTTOM = HEIGHT - 26

interface Axes {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

function Frame({
  low,
  high,
  from,
  to,
  axes,
}: {
  readonly low: string
  readonly high: string
  readonly from: string
  readonly to: string
  readonly axes: Axes
}) {
  return (
    <>
      <path class="zero" d={`M${LEFT} 8V${BOTTOM}H${WIDTH - 8}`} />
      <text x={LEFT - 6} y={14} text-anchor="end">
        {high}
      </text>
      <text x={LEFT - 6} y={BOTTOM} text-anchor="end">
        {low}
      </text>
      <text x={axes.x(0)} y={HEIGHT - 8}>
        {from}
      </text>
      <text x={axes.x(1)} y={HEIGHT - 8} text-anchor="end">
        {to}
      </text>
    </>
  )
}

const between = (low: number, high: number) => (value: number) => (high > low ? (value - low) / (high - low) : 0.5)

/** How something follows a number or a category. */
export function Curve({
  title,
  grid,
  values,
  show,
  say,
  at,
}: {
  readonly title: string
  readonly grid: readonly (number | string)[]
  readonly values: readonly number[]
  /** A value of the grid in words. */
  readonly show: (value: number | string) => string
  /** What is drawn in words. */
  readonly say: (value: number) => string
  /** The value that is looked at. */
  readonly at: number | string | undefined
}) {
  const numbers = grid.every((value) => typeof value === 'number')
  const place = numbers ? between(Number(grid[0]), Number(grid.at(-1))) : (_: number) => 0
  const xs = grid.map((value, i) => LEFT + (numbers ? place(Number(value)) : (i + 0.5) / grid.length) * (WIDTH - LEFT - 8))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const pad = most > least ? (most - least) * 0.08 : Math.max(1e-9, Math.abs(most) * 0.05)
  const height = between(least - pad, most + pad)
  const y = (value: number): number => BOTTOM - height(value) * (BOTTOM - 8)
  const text = grid.map((value, i) => `${show(value)}: ${say(values[i] ?? Number.NaN)}`).join('; ')
  const axes = { x: (part: number) => LEFT + part * (WIDTH - LEFT - 8), y }
  const own = at === undefined ? undefined : numbers ? LEFT + place(Number(at)) * (WIDTH - LEFT - 8) : xs[grid.indexOf(at)]
  const [first = '', last = ''] = [grid[0], grid.at(-1)]
  return (
    <Picture title={title} text={text} height={HEIGHT}>
      <Frame low={say(least)} high={say(most)} from={show(first)} to={show(last)} axes={axes} />
      {own !== undefined && own >= LEFT && own <= WIDTH && <line class="here" x1={own} x2={own} y1={8} y2={BOTTOM} />}
      {numbers && <polyline class="curve" points={values.map((value, i) => `${xs[i]},${y(value)}`).join(' ')} />}
      {values.map((value, i) => (
        <circle key={String(grid[i])} class="dot" cx={xs[i]} cy={y(value)} r={numbers ? 2.5 : 5}>
          <title>{`${show(grid[i] ?? '')}: ${say(value)}`}</title>
        </circle>
      ))}
    </Picture>
  )
}

/** Points by a setting: the lower the better; the stretch of the best tenth is shaded. */
export function Slice({
  title,
  points,
  words,
}: {
  readonly title: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly words: (value: number) => string
}) {
  const [low, high] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))]
  const log = low > 0 && high / low > 10
  const scaled = (value: number): number => (log ? between(Math.log(low), Math.log(high))(Math.log(value)) : between(low, high)(value))
  const losses = points.map(({ y }) => y).sort((a, b) => a - b)
  // What went quite wrong would press the others to the ground.
  const most = at(losses, Math.floor((losses.length - 1) * 0.9))
  const height = between(at(losses, 0), most)
  const x = (value: number): number => LEFT + scaled(value) * (WIDTH - LEFT - 8)
  const y = (value: number): number => BOTTOM - Math.min(1, height(value)) * (BOTTOM - 16)
  const good = points.filter((point) => point.y <= (losses[Math.max(2, Math.floor(losses.length / 10))] ?? most)).map((point) => x(point.x))
  const [from, to] = [Math.min(...good), Math.max(...good)]
  return (
    <Picture
      title={title}
      text={`${points.length} networks from ${words(low)} to ${words(high)}; the best tenth lies where it is shaded`}
      height={HEIGHT}
    >
      <rect class="good" x={from - 4} width={to - from + 8} y={8} height={BOTTOM - 8} />
      <Frame low="best" high="worse" from={words(low)} to={words(high)} axes={{ x: (part) => LEFT + part * (WIDTH - LEFT - 8), y }} />
      {points.map((point, i) => (
        <circle key={`${i} ${point.x}`} class="dot" cx={x(point.x)} cy={y(point.y)} r={2.5} />
      ))}
    </Picture>
  )
}
