// The columns as the page understood them, each with its guess and what it may be instead.

import { readingOf, type StudioConfig } from '../../config.ts'
import { withoutGroups, withTarget } from '../../defaults.ts'
import type { ColumnDescription, DataDescription } from '../../description.ts'
import type { Controller } from '../controller.ts'
import { formatNumber, formatValue, plural } from '../format.ts'
import { Card, Notice, Scroll, Select } from '../parts.tsx'
import { KIND_WORDS, TASK_WORDS } from '../words.ts'
import { Reading } from './reading.tsx'

interface Props {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly controller: Controller
}

/** More columns than this are shown when asked for. */
const MANY = 20

export function Understood({ data, config, controller }: Props) {
  const { columns, problems } = data
  const { target, task } = config.data
  const own = columns.find(({ name }) => name === target)
  const tasks = own?.tasks ?? []
  return (
    <Card title="What it reads" id="columns">
      <p>
        <b>{data.title}</b>: {plural(data.rows, 'row')}, {plural(columns.length, 'column')}
      </p>
      {problems.length > 0 && (
        <Notice kind="open">
          {problems.map(({ message, mend }) => (
            <p key={message}>
              {message}
              {mend !== undefined && (
                <>
                  {' '}
                  (<code>{mend}</code>)
                </>
              )}
            </p>
          ))}
        </Notice>
      )}
      <div class="fields">
        <Select
          label="What is to be predicted (target)"
          options={columns.filter((column) => column.tasks.length > 0).map(({ name }) => ({ value: name, title: name }))}
          value={target ?? ''}
          onChange={(name) => controller.configure(withTarget(config, data, name))}
        />
        {tasks.length > 1 && (
          <Select
            label="It is (task)"
            options={tasks.map((value) => ({ value, title: TASK_WORDS[value] }))}
            value={task}
            onChange={(value) => controller.configure(withTask(config, value))}
          />
        )}
      </div>
      {task !== 'regression' && <Classes counts={own?.counts ?? []} />}
      <details open={columns.length <= MANY}>
        <summary>The columns</summary>
        <ul class="understood">
          {columns.map((column) => (
            <Line key={column.name} column={column} config={config} controller={controller} />
          ))}
        </ul>
      </details>
      <Reading data={data} config={config} controller={controller} />
      <Preview data={data} />
    </Card>
  )
}

function withTask(config: StudioConfig, task: StudioConfig['data']['task']): StudioConfig {
  const isNumber = task === 'regression'
  return {
    ...config,
    data: { ...config.data, task, test: { ...config.data.test, stratify: !isNumber } },
    search: { ...config.search, objective: isNumber ? 'rootMeanSquaredError' : 'testAccuracy' },
  }
}

type Choice = ColumnDescription['kind'] | 'left out' | 'groups'

/** A column: what it holds, why that was guessed, and one click to change it. */
function Line({ column, config, controller }: Omit<Props, 'data'> & { readonly column: ColumnDescription }) {
  const { name, kind, why, doubt, missing, isOfSeveral } = column
  const isTarget = name === config.data.target
  const isIgnored = config.data.ignore.includes(name)
  const isCategory = config.data.categorical.includes(name)
  const isGroups = config.data.by === name
  const now: Choice = isGroups ? 'groups' : isIgnored ? 'left out' : isCategory ? 'category' : kind
  const choices = (Object.keys(KIND_WORDS) as Choice[])
    .filter((choice) => choice !== 'boolean' || kind === 'boolean')
    .filter((choice) => choice !== 'left out' || !isTarget)
    .filter((choice) => choice !== 'groups' || !(isTarget || kind === 'date' || (kind === 'number' && !isOfSeveral)))
  const reading = readingOf(config.data.source)
  const take = (choice: Choice): void => {
    const ignore = config.data.ignore.filter((one) => one !== name)
    const rest = { ...withoutGroups(config.data, name), ignore }
    if (choice === 'left out') controller.configure({ ...config, data: { ...rest, ignore: [...ignore, name] } })
    else if (choice === 'groups') controller.configure({ ...config, data: { ...rest, by: name } })
    else if (choice === kind)
      controller.configure({ ...config, data: { ...rest, categorical: rest.categorical.filter((one) => one !== name) } })
    else void controller.read({ ...reading, kinds: { ...reading.kinds, [name]: choice } }, config)
  }
  return (
    <li>
      <b>{name}</b>
      <select aria-label={`${name} is`} value={now} onChange={({ currentTarget }) => take(currentTarget.value as Choice)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {KIND_WORDS[choice]}
          </option>
        ))}
      </select>
      <p class="hint">
        {contentOf(column)}
        {missing > 0 && `; ${missing} missing`}
        {isTarget
          ? '; predicted'
          : isGroups
            ? '; no group is both learned from and judged'
            : isIgnored
              ? `; left out${doubt === undefined ? '' : `: ${doubt}`}`
              : `; ${why}`}
        {isOfSeveral && !isGroups && !isTarget && '; if fresh rows are of others, say that rows belong to it'}
      </p>
    </li>
  )
}

function contentOf({ kind, range, distinct, examples }: ColumnDescription): string {
  if (kind === 'number' && range !== undefined)
    return `${formatNumber(range.min)} to ${formatNumber(range.max)}, mean ${formatNumber(range.mean)}`
  if (distinct === 0) return 'no values'
  const shown = examples.map(formatValue).join(', ')
  return `${plural(distinct, 'value')}: ${shown}${distinct > examples.length ? ', …' : ''}`
}

/** How many rows each class has: unequal ones make an accuracy look better than it is. */
function Classes({ counts }: { readonly counts: NonNullable<ColumnDescription['counts']> }) {
  const total = counts.reduce((sum, { rows }) => sum + rows, 0)
  if (counts.length === 0) return null
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

function Preview({ data: { columns, preview } }: { readonly data: DataDescription }) {
  return (
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
  )
}
