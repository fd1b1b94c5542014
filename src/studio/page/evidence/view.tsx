// The evidence of a study, to be touched: all trials, one trial, two trials, two studies.

import { useState } from 'preact/hooks'
import { type EvidencePlace, toEvidence } from '../../evidencePlace.ts'
import type { Evidence } from '../../evidenceProtocol.ts'
import type { StudyInfo } from '../../protocol.ts'
import { addressOf, type Controller } from '../controller.ts'
import { formatNumber, plural } from '../format.ts'
import { Card, Select } from '../parts.tsx'
import { useSheet } from '../useSheet.ts'
import { NUMBER, titleOf } from './axes.ts'
import { ContourChart } from './contour.tsx'
import { Effects } from './effects.tsx'
import { useLook } from './look.ts'
import { PairView } from './pairView.tsx'
import { ParallelChart } from './parallel.tsx'
import { ScatterChart } from './scatter.tsx'
import { Selection } from './selection.tsx'
import { EVIDENCE_STYLE } from './style.ts'
import { TrialPage } from './trialPage.tsx'
import { useAnswer } from './useAnswer.ts'

interface Props {
  readonly place: EvidencePlace
  readonly studies: readonly StudyInfo[]
  readonly controller: Controller
}

export function EvidenceView({ place, studies, controller }: Props) {
  useSheet(EVIDENCE_STYLE)
  const { study, part, trial, beside } = place
  const info = studies.find(({ id }) => id === study)
  return (
    <>
      <nav class="actions" aria-label="Evidence">
        <a href={addressOf(study)}>The study</a>
        {(trial !== undefined || beside !== undefined) && <a href={toEvidence(study, { part })}>All its trials</a>}
      </nav>
      {trial !== undefined && beside?.trial !== undefined ? (
        <PairView
          a={{ study, part, trial }}
          b={{ study: beside.study, part: beside.part, trial: beside.trial }}
          studies={studies}
          controller={controller}
        />
      ) : trial !== undefined ? (
        <TrialPage name={{ study, part, trial }} studies={studies} controller={controller} />
      ) : beside !== undefined ? (
        <Studies first={study} second={beside.study} studies={studies} controller={controller} />
      ) : (
        <Overview key={`${study} ${part}`} study={study} part={part} state={info?.state} studies={studies} controller={controller} />
      )}
    </>
  )
}

function Overview({
  study,
  part,
  state,
  studies,
  controller,
}: Omit<Props, 'place'> & { readonly study: string; readonly part: string | undefined; readonly state: StudyInfo['state'] | undefined }) {
  const [times, setTimes] = useState(0)
  // A study that ends is looked at again.
  const { answer, problem } = useAnswer(`${study} ${part} ${state} ${times}`, () => controller.ask('evidence', { study, part }))
  if (problem !== undefined) return <p class="problem">{problem}</p>
  if (answer === undefined) return <p class="skeleton">Looking at the trials …</p>
  const others = studies.filter(({ id }) => id !== study)
  return (
    <>
      <div class="tools">
        {answer.parts.length > 0 && (
          <Select
            label="Experiment"
            options={answer.parts.map((value) => ({ value, title: value }))}
            value={answer.part ?? ''}
            onChange={(value) => {
              location.hash = toEvidence(study, { part: value })
            }}
          />
        )}
        {others.length > 0 && (
          <Select
            label="Beside another study"
            options={[{ value: '', title: 'choose one' }, ...others.map(({ id, title }) => ({ value: id, title }))]}
            value=""
            onChange={(value) => {
              if (value !== '') location.hash = toEvidence(study, { beside: { study: value, part: undefined, trial: undefined } })
            }}
          />
        )}
        {state === 'running' && (
          <button type="button" onClick={() => setTimes((before) => before + 1)}>
            Look again
          </button>
        )}
      </div>
      <Charts evidence={answer} study={study} controller={controller} />
    </>
  )
}

function Charts({ evidence, study, controller }: { readonly evidence: Evidence; readonly study: string; readonly controller: Controller }) {
  const look = useLook(evidence)
  const isMany = evidence.axes.length > 1
  if (look.shown.length === 0) return <p class="skeleton">No trial has a value yet.</p>
  return (
    <div class="evidence">
      <Card title="All trials" id="all-trials" whole>
        <p class="hint">
          Drag along an axis, or a rectangle over dots: every chart shows what is inside. Point at a line, a dot or a row, and it is marked
          everywhere. Blue is good, orange is bad.
        </p>
        <ParallelChart look={look} />
        <Selection look={look} study={study} />
      </Card>
      <Card title={`${titleOf(evidence)} against one setting`} id="against">
        <ScatterChart look={look} initial={evidence.axes[0]?.name ?? NUMBER} />
      </Card>
      {isMany && (
        <Card title="Two settings together" id="contour">
          <ContourChart look={look} controller={controller} study={study} />
        </Card>
      )}
      <Card title="Which way each setting points" id="effects" whole>
        <Effects evidence={evidence} />
      </Card>
    </div>
  )
}

/** Two studies in numbers, and whether the best of one is better for real. */
function Studies({ first, second, studies, controller }: { readonly first: string; readonly second: string } & Omit<Props, 'place'>) {
  const a = useAnswer(first, () => controller.ask('evidence', { study: first }))
  const b = useAnswer(second, () => controller.ask('evidence', { study: second }))
  const problem = a.problem ?? b.problem
  if (problem !== undefined) return <p class="problem">{problem}</p>
  if (a.answer === undefined || b.answer === undefined) return <p class="skeleton">Looking at both …</p>
  const [bestA, bestB] = [a.answer.best, b.answer.best]
  return (
    <>
      <div class="results">
        {[a.answer, b.answer].map((evidence, i) => (
          <Card key={i === 0 ? 'first' : 'second'} title={evidence.title} id={`study-${i}`}>
            <Summary evidence={evidence} />
          </Card>
        ))}
      </div>
      <h2 class="apart">The best of each</h2>
      {bestA === undefined || bestB === undefined ? (
        <p class="skeleton">One of them has no complete trial yet.</p>
      ) : (
        <PairView a={{ study: first, trial: bestA }} b={{ study: second, trial: bestB }} studies={studies} controller={controller} />
      )}
    </>
  )
}

function Summary({ evidence }: { readonly evidence: Evidence }) {
  const { trials, best, effects } = evidence
  const count = (state: string): number => trials.filter((trial) => trial.state === state).length
  const seconds = trials.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0)
  const strongest = effects
    .flatMap(({ name, correlations }) => correlations.map((one) => ({ name, ...one })))
    .filter(({ meaning }) => meaning !== 'cannot be told apart')
    .sort((x, y) => Math.abs(y.value) - Math.abs(x.value))[0]
  return (
    <ul>
      <li>
        {plural(trials.length, 'trial')}: {count('complete')} complete, {count('pruned')} stopped early, {count('fail')} failed;{' '}
        {formatNumber(Math.round(seconds))} s of training
      </li>
      <li>
        best {titleOf(evidence)}: {formatNumber(trials.find(({ number }) => number === best)?.value ?? Number.NaN)}
      </li>
      <li>
        {strongest === undefined
          ? 'no setting can be told apart from chance'
          : `strongest setting: ${strongest.name}${strongest.choice === undefined ? '' : ` ${strongest.choice}`}, rank correlation ${strongest.value.toFixed(2)}`}
      </li>
    </ul>
  )
}
