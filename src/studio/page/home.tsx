// The home view: where a file is dropped and answered, and where studies are found again.

import type { Controller } from './controller.ts'
import { Fold, useLater } from './fold.tsx'
import { formatCount, plural } from './format.ts'
import { Card, Lines, Notice } from './parts.tsx'
import { Replays } from './replays.tsx'
import { Chooser } from './setup/chooser.tsx'
import type { State } from './state.ts'

/** Where data are chosen and answered, and studies of before are found. */
export function Home({
  state: { setup, studies, answers, answer, busy },
  controller,
}: {
  readonly state: State
  readonly controller: Controller
}) {
  const { data, config, reading, problem } = setup
  const isBusy = busy !== undefined
  // Loaded while a file is read; of studies and of pictures when there are some.
  const Answer = useLater(loadAnswer, reading !== undefined || data !== undefined)
  const Pictures = useLater(loadPictures, data?.images?.isAnswered === true)
  const Studies = useLater(loadKept, studies.length + answers.length > 0)
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
          {studies.length + answers.length > 0 && Studies !== undefined && (
            <Studies studies={studies} answers={answers} controller={controller} />
          )}
          <Replays busy={isBusy} controller={controller} />
        </div>
      </>
    )
  return (
    <>
      {chooser}
      {fault}
      {data.images === undefined ? (
        Answer !== undefined && <Answer setup={setup} data={data} config={config} answer={answer} busy={isBusy} controller={controller} />
      ) : data.images.isAnswered ? (
        Pictures !== undefined && (
          <Pictures key={data.title} {...{ setup, data, config, answer, controller }} images={data.images} busy={isBusy} />
        )
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

const loadAnswer = () => import('./answer/view.tsx').then(({ AnswerView }) => AnswerView)
const loadPictures = () => import('./pictures/view.tsx').then(({ PictureView }) => PictureView)
const loadKept = () => import('./keeping/kept.tsx').then(({ Kept }) => Kept)
const loadChange = () => import('./setup/change.tsx').then(({ Change }) => Change)
