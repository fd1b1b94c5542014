// Two trials, or the best of two studies, side by side: better for real, or inside the noise.

import { useMemo } from 'preact/hooks'
import { toEvidence } from '../../evidencePlace.ts'
import type { PairShown, TrialName } from '../../evidenceProtocol.ts'
import type { StudyInfo } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { formatNumber } from '../format.ts'
import { Card, Notice } from '../parts.tsx'
import { TrialCurves } from './curves.tsx'
import { SettingsTable, Standing } from './trialPage.tsx'
import { useAnswer } from './useAnswer.ts'

export function PairView({
  a,
  b,
  studies,
  controller,
}: {
  readonly a: TrialName
  readonly b: TrialName
  readonly studies: readonly StudyInfo[]
  readonly controller: Controller
}) {
  const { answer: pair, problem } = useAnswer(JSON.stringify([a, b]), () => controller.ask('pair', { a, b }))
  const isOne = a.study === b.study
  const nameOf = ({ study, trial }: TrialName): string =>
    isOne ? `trial ${trial}` : `trial ${trial} of ${studies.find(({ id }) => id === study)?.title ?? 'another study'}`
  const [nameA, nameB] = [nameOf(a), nameOf(b)]
  const trials = useMemo(
    () =>
      pair === undefined
        ? []
        : [
            { name: nameA, detail: pair.a },
            { name: nameB === nameA ? `${nameB} again` : nameB, detail: pair.b },
          ],
    [pair, nameA, nameB],
  )
  if (problem !== undefined) return <p class="problem">{problem}</p>
  if (pair === undefined) return <p class="skeleton">Loading …</p>
  const { value, low, high } = pair.difference
  return (
    <>
      <Notice kind={pair.verdict.endsWith('for real') ? 'good' : 'open'}>
        <p>
          <b>{sentence(pair, nameA, nameB)}</b>
        </p>
        {Number.isFinite(value) && (
          <p>
            {nameA} less {nameB}: {formatNumber(value)}
            {Number.isFinite(low) && `, with other seeds 95 % sure: ${formatNumber(low)} to ${formatNumber(high)}`}.
          </p>
        )}
        <p>{pair.how}</p>
      </Notice>
      <div class="results">
        {(
          [
            ['a', a, nameA],
            ['b', b, nameB],
          ] as const
        ).map(([side, { study, part, trial }, name]) => (
          <Card key={side} title={name} id={`side-${side}`}>
            <Standing detail={pair[side]} />
            <a href={toEvidence(study, { part, trial })}>The page of {name}</a>
          </Card>
        ))}
        <Card title="Settings" id="settings" whole>
          <SettingsTable sides={trials.map(({ name, detail }) => ({ name, point: detail.point }))} />
        </Card>
        <Card title="How they learned" id="learned" whole>
          <TrialCurves trials={trials} />
        </Card>
      </div>
    </>
  )
}

function sentence({ verdict }: PairShown, a: string, b: string): string {
  switch (verdict) {
    case 'a better for real':
      return `${a} is better for real than ${b}.`
    case 'a worse for real':
      return `${a} is worse for real than ${b}.`
    case 'inside the noise':
      return `The difference is inside the noise.`
    case 'one run each proves nothing':
      return 'One run each proves nothing.'
    case 'no value':
      return 'They cannot be compared: one of them has no value.'
    case 'different rows':
      return 'They cannot be compared: they were trained and judged on different rows.'
    case 'different objectives':
      return 'They cannot be compared: they were judged by different objectives.'
  }
}
