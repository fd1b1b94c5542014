// The home view: where a file is dropped and answered, and where studies are found again.

import { AnswerView } from './answer/view.tsx'
import type { Controller } from './controller.ts'
import { Fold } from './fold.tsx'
import { formatCount, plural } from './format.ts'
import { Kept } from './kept.tsx'
import { Card, Lines, Notice } from './parts.tsx'
import { Replays } from './replays.tsx'
import { Chooser } from './setup/chooser.tsx'
import type { State } from './state.ts'

/** Where data are chosen and answered, and studies of before are found. */
export function Home({ state: { setup, studies, answer, busy }, controller }: { readonly state: State; readonly controller: Controller }) {
  const { data, config, reading, problem } = setup
  const isBusy = busy !== undefined
  const chooser = <Chooser reading={reading} small={data !== undefined} controller={controller} />
  const fault = problem !== undefined && (
    <Notice kind="bad">
      <Lines text={problem.message} />
      {data !== undefined && <p>“{data.title}” is still here, as it was.</p>}
    </Notice>
  )
  if (data === undefined || config === undefined)
    return (
      <>
        <h1 tabIndex={-1}>What does your table say?</h1>
        <p class="lead">
          Drop a table on this page. It learns to predict one of the columns from the others, and says how good that is on rows it never
          saw, which columns matter, and what it predicts for a row of yours.
        </p>
        <div class="stack">
          <Card title="Your data" id="data">
            {chooser}
            {fault}
          </Card>
          {studies.length > 0 && <Kept studies={studies} controller={controller} />}
          <Replays busy={isBusy} controller={controller} />
        </div>
      </>
    )
  return (
    <>
      {chooser}
      {fault}
      {data.images === undefined ? (
        <AnswerView setup={setup} data={data} config={config} answer={answer} busy={isBusy} controller={controller} />
      ) : (
        <>
          <h1 tabIndex={-1}>{data.title}</h1>
          <p>
            {plural(data.rows, 'picture')}
            {data.testRows > 0 && ` and ${formatCount(data.testRows)} to test on`} of {formatCount(data.images.inputSize)} points, in{' '}
            {plural(data.images.classes.length, 'class', 'classes')}: {data.images.classes.join(', ')}.
          </p>
          <Fold
            title="Change what is tried"
            hint="a study of networks by settings of your own"
            open
            load={loadChange}
            props={{ data, config, setup, busy: isBusy, controller }}
          />
        </>
      )}
    </>
  )
}

const loadChange = () => import('./setup/change.tsx').then(({ Change }) => Change)
