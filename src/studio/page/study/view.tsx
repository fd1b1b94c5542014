// The view of one study.

import { toEvidence } from '../../evidencePlace.ts'
import type { StudyInfo } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { Card, Lines, Notice } from '../parts.tsx'
import type { Shown } from '../state.ts'
import { BestCard } from './best.tsx'
import { Figures } from './figures.tsx'
import { RunningHead } from './head.tsx'
import { TakeAway } from './takeAway.tsx'
import { Trials } from './trials.tsx'

/** A study: how far it is, what it found so far, and what can be taken away. */
export function StudyView({
  shown,
  info,
  controller,
}: {
  readonly shown: Shown
  /** Undefined until it is opened. */
  readonly info: StudyInfo | undefined
  readonly controller: Controller
}) {
  const { progress, columns, rows } = shown
  const finished = [...rows.values()].filter(({ state }) => state !== 'running' && state !== 'waiting').length
  const failed = [...rows.values()].filter(({ state }) => state === 'fail').length
  const isElsewhere = info?.state === 'running' && info.trainer === 'elsewhere'
  if (info === undefined)
    return (
      <h1 tabIndex={-1} class="skeleton">
        Opening the study …
      </h1>
    )
  return (
    <>
      <RunningHead info={info} progress={progress} finished={finished} failed={failed} controller={controller} />
      {info.note !== '' && <p class="lead">{info.note}</p>}
      {info.problem !== undefined && (
        <Notice kind="bad">
          <Lines text={info.problem.message} />
          <p>What was found is kept.</p>
        </Notice>
      )}
      {isElsewhere && (
        <Notice kind="open">
          <p>Another tab runs this study; when that is closed, this one takes over.</p>
        </Notice>
      )}
      <div class="results">
        <Figures shown={shown} info={info} controller={controller}>
          {info.kind !== 'replay' && columns !== undefined && <BestCard columns={columns} rows={[...rows.values()]} />}
        </Figures>
        <Card title="All trials" id="trials" whole>
          <p>
            <a href={toEvidence(info.id)}>Look into the evidence</a>: charts to brush and point at, trials one by one and side by side.
          </p>
          {columns === undefined || rows.size === 0 ? (
            <p class="skeleton">The first trials appear as soon as they begin.</p>
          ) : (
            <Trials columns={columns} rows={[...rows.values()]} />
          )}
        </Card>
        <Card title="Take away" id="take-away" whole>
          <TakeAway info={info} controller={controller} />
        </Card>
      </div>
    </>
  )
}
