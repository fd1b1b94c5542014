// The page of a trial: its settings beside the best's, its repeats, its curves, and the rows that it gets wrong.

import { useMemo, useState } from 'preact/hooks'
import { durationText } from '../../../core/figures.ts'
import { toEvidence } from '../../evidencePlace.ts'
import type { RowErrors, TrialDetail, TrialName, TrialPoint } from '../../evidenceProtocol.ts'
import { parameterTitle } from '../../parameterWords.ts'
import type { StudyInfo } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { formatNumber, formatValue } from '../format.ts'
import { Card, Field, Scroll, Select } from '../parts.tsx'
import { Picture } from '../pictures/picture.tsx'
import { TrialCurves } from './curves.tsx'
import { useAnswer } from './useAnswer.ts'

export interface TrialPageProps {
  readonly name: TrialName
  readonly studies: readonly StudyInfo[]
  readonly controller: Controller
}

export function TrialPage({ name, studies, controller }: TrialPageProps) {
  const { study, part, trial } = name
  const { answer: detail, problem } = useAnswer(`${study} ${part} ${trial}`, () => controller.ask('trial', name))
  const trials = useMemo(() => (detail === undefined ? [] : [{ name: `trial ${trial}`, detail }]), [detail, trial])
  if (problem !== undefined) return <p class="problem">{problem}</p>
  if (detail === undefined) return <p class="skeleton">Loading …</p>
  const isSearch = studies.find(({ id }) => id === study)?.kind === 'search'
  return (
    <div class="results">
      <Card title="What it came to" id="came-to">
        <Standing detail={detail} />
      </Card>
      <Card title="Its settings, beside the best’s" id="settings">
        <SettingsTable
          sides={[
            { name: `trial ${trial}`, point: detail.point },
            ...(detail.best === undefined || detail.best.number === trial
              ? []
              : [{ name: `the best, trial ${detail.best.number}`, point: detail.best }]),
          ]}
        />
      </Card>
      <Card title="How it learned" id="learned" whole>
        <TrialCurves trials={trials} />
      </Card>
      {isSearch && detail.point.state === 'complete' && (
        <Card title="Which rows it gets wrong" id="wrong">
          <Errors name={name} controller={controller} />
        </Card>
      )}
      <Card title="Beside another trial" id="beside">
        <Beside name={name} studies={studies} best={detail.best} />
      </Card>
    </div>
  )
}

export function Standing({ detail: { point, repeats, low, high, rank, complete } }: { readonly detail: TrialDetail }) {
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Objective</dt>
          <dd>
            {formatNumber(point.value)}
            {Number.isFinite(low) && (
              <small>
                with other seeds, 95 % sure: {formatNumber(low)} to {formatNumber(high)}
              </small>
            )}
          </dd>
        </div>
        <div>
          <dt>Rank</dt>
          <dd>{rank === undefined ? '–' : `${rank} of ${complete}`}</dd>
        </div>
        {point.seconds !== undefined && (
          <div>
            <dt>Trained in</dt>
            <dd>{durationText(point.seconds)}</dd>
          </div>
        )}
      </dl>
      {point.reason !== undefined && <p class="problem">It failed: {point.reason}</p>}
      {repeats.length > 1 && (
        <p>
          Its {repeats.length} repeats, each with another seed: {repeats.map(formatNumber).join(', ')}.
        </p>
      )}
    </>
  )
}

/** Settings side by side; those that differ are marked. */
export function SettingsTable({ sides }: { readonly sides: readonly { readonly name: string; readonly point: TrialPoint }[] }) {
  const names = [...new Set(sides.flatMap(({ point }) => Object.keys(point.params)))]
  const textOf = ({ params }: TrialPoint, name: string): string => (Object.hasOwn(params, name) ? formatValue(params[name]) : '–')
  return (
    <Scroll label="Settings side by side">
      <table>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {sides.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const texts = sides.map(({ point }) => textOf(point, name))
            const differs = new Set(texts).size > 1
            return (
              <tr key={name}>
                <th scope="row">
                  {parameterTitle(name)}
                  {differs && <span class="mark">differs</span>}
                </th>
                {sides.map((side, i) => (
                  <td key={side.name}>{texts[i]}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

/** The network is trained once more for it, so only when somebody asks. */
function Errors({ name, controller }: { readonly name: TrialName; readonly controller: Controller }) {
  const [found, setFound] = useState<RowErrors>()
  const [problem, setProblem] = useState<string>()
  const [isWaiting, setWaiting] = useState(false)
  const look = (): void => {
    setWaiting(true)
    controller
      .ask('errors', name)
      .then(setFound, (error) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setWaiting(false))
  }
  if (problem !== undefined) return <p class="problem">{problem}</p>
  if (found === undefined)
    return (
      <>
        <p>Its network is trained once more, to the same bits, and asked for every test row.</p>
        <button type="button" disabled={isWaiting} onClick={look}>
          {isWaiting ? 'Training it once more …' : 'Look at the rows'}
        </button>
      </>
    )
  return (
    <>
      {found.wrong !== undefined && (
        <p>
          {found.wrong.rows} of {found.wrong.of} test rows are answered wrong; the surest of the errors first.
        </p>
      )}
      <Scroll label="Rows with the largest errors">
        <table>
          <thead>
            <tr>
              <th scope="col">{found.shape === undefined ? 'Row of the table' : 'Test picture'}</th>
              <th scope="col">True</th>
              <th scope="col">Said</th>
              <th scope="col" class="end">
                How sure
              </th>
              {found.shape !== undefined && <th scope="col">Picture</th>}
              {found.columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.rows.map(({ row, truth, said, sureness, cells, pixels }) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                <td>{truth}</td>
                <td>{said}</td>
                <td class="end">{sureness}</td>
                {found.shape !== undefined && pixels !== undefined && (
                  <td class="pixels-of-row">
                    <Picture pixels={pixels} shape={found.shape} label={`Test picture ${row}`} />
                  </td>
                )}
                {cells.map((cell, i) => (
                  <td key={found.columns[i]}>{cell ?? 'missing'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

/** Chooses what stands beside it. */
function Beside({
  name: { study, part, trial },
  studies,
  best,
}: {
  readonly name: TrialName
  readonly studies: readonly StudyInfo[]
  readonly best: TrialPoint | undefined
}) {
  const [other, setOther] = useState(study)
  const [number, setNumber] = useState(best?.number ?? 0)
  const beside = { study: other, part: other === study ? part : undefined, trial: number }
  return (
    <div class="tools">
      <Select label="Of which study" options={studies.map(({ id, title }) => ({ value: id, title }))} value={other} onChange={setOther} />
      <Field
        label="Its trial"
        control={(attributes) => (
          <input
            {...attributes}
            type="number"
            min={0}
            value={number}
            onInput={({ currentTarget }) => setNumber(currentTarget.valueAsNumber || 0)}
          />
        )}
      />
      <a class="button" href={toEvidence(study, { part, trial, beside })}>
        Compare
      </a>
    </div>
  )
}
