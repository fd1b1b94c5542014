// Page one: what a table answers, while it is being learned and after.

import { useEffect, useState } from 'preact/hooks'
import type { AnswerNews } from '../../answers.ts'
import type { StudioConfig } from '../../config.ts'
import type { DataDescription } from '../../description.ts'
import type { Controller } from '../controller.ts'
import { Fold } from '../fold.tsx'
import { Card, Select } from '../parts.tsx'
import type { Setup } from '../state.ts'
import { Matters } from './matters.tsx'
import { type TriedRow, usualRow } from './row.ts'
import { classOf, helpSaid } from './sentences.ts'
import { TryIt } from './tryIt.tsx'
import { Understood } from './understood.tsx'
import { useAsker } from './useAsker.ts'

const BUDGETS = [5, 10, 20, 60, 300, 1200].map((seconds) => ({
  value: String(seconds),
  title: seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`,
}))

export const BEGINNING: AnswerNews = { number: 0, state: 'learning', done: 0, found: undefined, problem: undefined }

interface Props {
  readonly setup: Setup
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly answer: AnswerNews | undefined
  readonly busy: boolean
  readonly controller: Controller
}

export function AnswerView({ setup, data, config, answer, busy, controller }: Props) {
  const [tried, setTried] = useState<TriedRow>({})
  const [chosen, setChosen] = useState<string>()
  const news = answer ?? BEGINNING
  const { found } = news
  const row = useRow(found, tried)
  const most = found?.matters.columns[0]?.name ?? found?.columns[0]?.name
  const column = found?.columns.some(({ name }) => name === chosen) ? chosen : most
  const className = classOf(news)
  const { said, curve } = useAsker(found, row, column, className)
  const { short, long } = helpSaid(news, { ...data, target: config.data.target ?? data.target })
  return (
    <>
      <Head news={news} data={data} seconds={setup.seconds} controller={controller} />
      <div class="answer">
        <div class="sentences">
          <Card title="Does a network help?" id="help">
            <p class="short" role="status">
              {short}
            </p>
            <p>{long}</p>
          </Card>
          <Matters
            news={news}
            following={{ column, columns: found?.columns.map(({ name }) => name) ?? [], onColumn: setChosen, curve, className, row }}
          />
          <TryIt found={found} said={said} row={row} onRow={setTried} />
        </div>
        <Understood data={data} config={config} controller={controller} />
      </div>
      <div class="stack">
        <Fold
          title="Change what is tried"
          hint="a study of networks by settings of your own"
          open={setup.unfolded}
          load={loadChange}
          props={{ data, config, setup, busy, controller }}
        />
        <Fold title="Show the evidence" hint="every number, and how it was judged" load={loadEvidence} props={{ found }} />
        <Fold
          title="Take it with you"
          hint="files for programs and people"
          load={loadTake}
          props={{ controller, disabled: found === undefined }}
        />
      </div>
    </>
  )
}

const loadChange = () => import('../setup/change.tsx').then(({ Change }) => Change)
const loadEvidence = () => import('./evidence.tsx').then(({ Evidence }) => Evidence)
const loadTake = () => import('./take.tsx').then(({ Take }) => Take)

/** A usual row, with what a person has said of it; the same object while nothing changes. */
function useRow(found: AnswerNews['found'], tried: TriedRow): TriedRow {
  const [row, setRow] = useState<TriedRow>({})
  useEffect(() => {
    if (found !== undefined) setRow(usualRow(found, tried))
  }, [found, tried])
  return row
}

export function Head({
  news,
  data,
  seconds,
  controller,
}: {
  readonly news: AnswerNews
  readonly data: DataDescription
  readonly seconds: number
  readonly controller: Controller
}) {
  const { state, done } = news
  const words = { learning: 'Learning', done: 'Done', stopped: 'Stopped', failed: 'Nothing was learned' }
  return (
    <div class="answer-head">
      <h1 tabIndex={-1}>{data.title}</h1>
      <div class="row">
        <progress value={state === 'learning' ? done : 1} max={1} aria-label={`Progress of learning from ${data.title}`} />
        <span class="hint state">{words[state]}</span>
        {state === 'learning' ? (
          <button type="button" onClick={() => void controller.stopAnswer()}>
            Stop
          </button>
        ) : (
          <button type="button" onClick={() => void controller.learn()}>
            Learn again
          </button>
        )}
        <Select
          label="Time to learn"
          options={BUDGETS}
          value={String(seconds)}
          onChange={(value) => controller.setSeconds(Number(value))}
        />
      </div>
    </div>
  )
}
