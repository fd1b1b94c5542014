// What matters, of the columns and of the settings, each with a picture.

import type { AnswerNews, Found } from '../../answers.ts'
import type { Followed } from '../../asker/protocol.ts'
import { parameterTitle } from '../../parameterWords.ts'
import { formatNumber, formatValue } from '../format.ts'
import { Card, Select } from '../parts.tsx'
import { Bars, Curve, Slice } from './marks.tsx'
import { dayOf, type TriedRow } from './row.ts'
import { columnsSaid, settingsSaid } from './sentences.ts'

/** Of more columns the first are drawn. */
const BARS = 8
/** Points below which a slice shows nothing. */
const ENOUGH = 8

export interface Following {
  readonly column: string | undefined
  /** Those that can be followed. */
  readonly columns: readonly string[]
  readonly onColumn: (column: string) => void
  readonly curve: Followed | undefined
  readonly className: string | undefined
  readonly row: TriedRow
}

export function Matters({ news, following }: { readonly news: AnswerNews; readonly following: Following }) {
  const { short, long } = columnsSaid(news)
  const { found } = news
  const bars = (found?.matters.columns ?? []).slice(0, BARS).map(({ name, value, interval: [low, high] }) => ({ name, value, low, high }))
  return (
    <Card title="What matters?" id="matters">
      <p class="short">{short}</p>
      {long !== '' && <p>{long}</p>}
      {bars.length > 0 && <Bars title="What each column is worth" bars={bars} />}
      {found !== undefined && <Dependence found={found} following={following} />}
      <Settings news={news} />
    </Card>
  )
}

/** How the answer follows one column: what it says, not what the world does. */
function Dependence({
  found,
  following: { column, columns, onColumn, curve, className, row },
}: {
  readonly found: Found
  readonly following: Following
}) {
  const own = found.columns.find(({ name }) => name === column)
  if (own === undefined || column === undefined) return null
  const isClass = className !== undefined
  const show = (value: number | string): string =>
    own.kind === 'date' ? dayOf(own).text(Number(value)).replace('T', ' ') : formatValue(value)
  const say = (value: number): string => (isClass ? `${Math.round(100 * value)} %` : formatNumber(value))
  return (
    <figure>
      <Select
        label={isClass ? `The chance of “${className}” as it follows` : `“${found.target}” as it follows`}
        options={columns.map((name) => ({ value: name, title: name }))}
        value={column}
        onChange={onColumn}
      />
      {curve === undefined ? (
        <p class="skeleton slim">Being drawn …</p>
      ) : (
        <Curve
          title={`How ${isClass ? `the chance of ${className}` : found.target} follows ${column}`}
          grid={curve.grid}
          values={curve.mean}
          show={show}
          say={say}
          at={row[column] ?? undefined}
        />
      )}
      <figcaption>
        On average over rows of the table; the line marks the row that is tried. It shows the answer, not what would happen if you changed
        it.
      </figcaption>
    </figure>
  )
}

/** Of the networks that were tried: which settings decided, and where the good ones lie. */
function Settings({ news }: { readonly news: AnswerNews }) {
  const said = settingsSaid(news)
  const { found } = news
  if (found === undefined || said === undefined) return null
  const first = found.matters.settings.find(({ name }) => found.tried.every(({ settings }) => typeof settings[name] === 'number'))
  const points = found.tried.flatMap(({ settings, loss }) => {
    const x = settings[first?.name ?? '']
    return typeof x === 'number' && loss !== undefined && Number.isFinite(loss) ? [{ x, y: loss }] : []
  })
  const failed = found.tried.filter(({ loss }) => loss === undefined).length
  return (
    <>
      <h3>Of the settings of a network</h3>
      <p>
        {said} {failed > 0 && `${failed} of ${found.tried.length} networks failed, which counts as worst.`}
      </p>
      {first !== undefined && points.length >= ENOUGH && new Set(points.map(({ x }) => x)).size > 2 && (
        <figure>
          <Slice title={`Networks by ${parameterTitle(first.name).toLowerCase()}`} points={points} words={formatNumber} />
          <figcaption>
            A point a network that was tried, by {parameterTitle(first.name).toLowerCase()}, the best at the bottom; the best tenth lies
            where it is shaded.
          </figcaption>
        </figure>
      )}
    </>
  )
}
