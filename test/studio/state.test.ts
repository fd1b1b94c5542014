import { expect, it } from 'vitest'
import type { AnswerNews } from '../../src/studio/answers.ts'
import { INITIAL, reduce, type State } from '../../src/studio/page/state.ts'
import type { Progress, StudyInfo } from '../../src/studio/protocol.ts'

const news = (number: number, state: AnswerNews['state'], done = 1): AnswerNews => ({
  ...{ number, state, done, found: undefined, problem: undefined },
})

it('takes no news of an answer that has stopped, nor of one that nobody waits for', () => {
  const tell = (state: State, ...all: readonly AnswerNews[]): State =>
    all.reduce((now, answer) => reduce(now, { event: 'answer', answer }), state)
  const asked = (state: State, number: number): State => reduce(state, { event: 'setup', setup: { asked: number } })
  const stopped = tell(asked(INITIAL, 1), news(1, 'learning', 0.3), news(1, 'stopped', 0.4))
  expect(tell(stopped, news(1, 'learning', 0.5)).answer).toEqual(news(1, 'stopped', 0.4))
  expect(tell(stopped, news(0, 'learning', 0.5)).answer).toEqual(news(1, 'stopped', 0.4))
  const again = tell(asked(stopped, 2), news(1, 'learning', 0.6), news(2, 'learning', 0.1))
  expect(again.answer).toEqual(news(2, 'learning', 0.1))
})

it('takes no progress of a study that has ended', () => {
  const info = (state: StudyInfo['state']): StudyInfo => ({
    ...{ id: 'a', title: 'a', kind: 'search', note: '', config: undefined, replay: undefined, state, trainer: 'none' },
    ...{ backend: undefined, created: 0, problem: undefined },
  })
  const progress = (finished: number): Progress => ({
    ...{ study: 'a', done: finished / 30, trials: { finished, running: 0, planned: 30 }, eta: undefined, note: undefined },
  })
  const shown = reduce(INITIAL, { event: 'show', study: 'a' })
  const running = reduce(reduce(shown, { event: 'study', info: info('running') }), { event: 'progress', progress: progress(30) })
  const finished = reduce(running, { event: 'study', info: info('finished') })
  expect(reduce(finished, { event: 'progress', progress: progress(29) }).shown?.progress?.trials?.finished).toBe(30)
  expect(reduce(running, { event: 'progress', progress: progress(29) }).shown?.progress?.trials?.finished).toBe(29)
})
