// Chooses the columns of a table.

import type { StudioConfig } from '../../config.ts'
import type { ColumnDescription, DataDescription } from '../../description.ts'
import { formatNumber, formatValue, plural } from '../format.ts'
import { Scroll, Select } from '../parts.tsx'
import { TASK_WORDS } from '../words.ts'

interface Props {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly onChange: (config: StudioConfig) => void
  readonly onTarget: (target: string) => void
}

/** More columns than this are shown when asked for. */
const MANY = 30

/** A table's columns: which is to be predicted, which are left out, and how its first rows look. */
export function Columns({ data, config, onChange, onTarget }: Props) {
  const { columns, preview } = data
  const { target, task, ignore } = config.data
  const targets = columns.filter(({ tasks }) => tasks.length > 0)
  const tasks = columns.find(({ name }) => name === target)?.tasks ?? []
  const counts = columns.find(({ name }) => name === target)?.counts ?? []
  const use = (column: string, used: boolean): void => {
    const others = ignore.filter((name) => name !== column)
    onChange({ ...config, data: { ...config.data, ignore: used ? others : [...others, column] } })
  }
  return (
    <>
      <div class="fields">
        <Select
          label="What is to be predicted (target)"
          options={targets.map(({ name }) => ({ value: name, title: name }))}
          value={target ?? ''}
          onChange={onTarget}
        />
        {tasks.length > 1 && (
          <Select
            label="It is (task)"
            options={tasks.map((value) => ({ value, title: TASK_WORDS[value] }))}
            value={task}
            onChange={(value) =>
              onChange({
                ...config,
                data: { ...config.data, task: value, test: { ...config.data.test, stratify: value !== 'regression' } },
                search: { ...config.search, objective: value === 'regression' ? 'testLoss' : 'testAccuracy' },
              })
            }
          />
        )}
      </div>
      {counts.length > 0 && task !== 'regression' && <Classes counts={counts} />}
      <details open={columns.length <= MANY || columns.some(({ doubt }) => doubt !== undefined)}>
        <summary>Columns to learn from</summary>
        <Scroll label="Columns">
          <table>
            <thead>
              <tr>
                <th scope="col">Use</th>
                <th scope="col">Column</th>
                <th scope="col">Holds</th>
                <th scope="col" class="end">
                  Missing
                </th>
              </tr>
            </thead>
            <tbody>
              {columns.map((column) => (
                <tr key={column.name}>
                  <td>
                    {column.name === target ? (
                      'target'
                    ) : (
                      <input
                        type="checkbox"
                        aria-label={`Use ${column.name}`}
                        checked={!ignore.includes(column.name)}
                        onChange={({ currentTarget }) => use(column.name, currentTarget.checked)}
                      />
                    )}
                  </td>
                  <th scope="row">{column.name}</th>
                  <td class="text">
                    {contentOf(column)}
                    {column.doubt !== undefined && <p class="hint">{column.doubt}</p>}
                  </td>
                  <td class="end">{column.missing > 0 ? column.missing : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
      <details>
        <summary>The first {plural(preview.length, 'row')}</summary>
        <Scroll label="The first rows of the table">
          <table>
            <thead>
              <tr>
                {columns.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.map((cells, row) => (
                <tr key={row}>
                  {columns.map(({ name }, i) => (
                    <td key={name}>{cells[i] ?? <i class="hint">missing</i>}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  )
}

/** How many rows each class has: unequal ones make an accuracy look better than it is. */
function Classes({ counts }: { readonly counts: NonNullable<ColumnDescription['counts']> }) {
  const total = counts.reduce((sum, { rows }) => sum + rows, 0)
  return (
    <dl class="classes" aria-label="Rows of each class">
      {counts.map(({ value, rows }) => (
        <div key={value}>
          <dt>{value}</dt>
          <dd>
            <span class="part" style={{ width: `${(100 * rows) / total}%` }} />
            {plural(rows, 'row')}, {Math.round((100 * rows) / total)} %
          </dd>
        </div>
      ))}
    </dl>
  )
}

function contentOf({ kind, range, distinct, examples }: ColumnDescription): string {
  if (kind === 'number' && range !== undefined)
    return `numbers from ${formatNumber(range.min)} to ${formatNumber(range.max)}, mean ${formatNumber(range.mean)}`
  const shown = examples.map(formatValue).join(', ')
  return `${plural(distinct, 'category', 'categories')}: ${shown}${distinct > examples.length ? ', …' : ''}`
}
