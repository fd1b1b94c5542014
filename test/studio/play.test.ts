import { openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { lessonData } from '../../scripts/lesson-data.mjs'
import { Playground } from '../../src/studio/engine/play/playground.ts'
import { pointsOf, refusalOf } from '../../src/studio/engine/play/points.ts'
import { EARLY, type Standing, sentencesOf } from '../../src/studio/engine/play/sentences.ts'
import { fromPlayAddress, toPlayAddress } from '../../src/studio/playAddress.ts'
import { LESSONS } from '../../src/studio/playLessons.ts'
import { GRID } from '../../src/studio/playProtocol.ts'
import { PLAY_DEFAULTS, type PlaySettings, POINT_SETS, populationOf, VARIED } from '../../src/studio/playSettings.ts'

const like = (changed: Partial<PlaySettings>): PlaySettings => ({ ...PLAY_DEFAULTS, ...changed })

it('has links that hold the settings, and says what a link may not be', () => {
  const settings = like({ points: 'spiral', learningRate: 0.003, vary: 'batchSize', networks: 4 })
  expect(toPlayAddress(PLAY_DEFAULTS)).toBe('#play')
  expect(toPlayAddress(settings)).toBe('#play?points=spiral&learningRate=0.003&vary=batchSize&networks=4')
  expect(fromPlayAddress(toPlayAddress(settings))).toEqual({ settings, lesson: undefined })
  for (const lesson of LESSONS) {
    expect(toPlayAddress(lesson.settings, lesson)).toBe(`#play?lesson=${lesson.id}`)
    expect(fromPlayAddress(toPlayAddress(lesson.settings, lesson))).toEqual({ settings: lesson.settings, lesson })
    // A setting that is the default again, where the lesson has another.
    expect(fromPlayAddress(toPlayAddress(PLAY_DEFAULTS, lesson)).settings).toEqual(PLAY_DEFAULTS)
  }
  expect(() => fromPlayAddress('#play?lesson=none')).toThrow('there is no lesson “none”; there are sigmoid')
  expect(() => fromPlayAddress('#play?units=99')).toThrow('units is 99; it must be a whole number from 1 to 12')
  expect(() => fromPlayAddress('#play?layers=')).toThrow('layers is ""')
  expect(() => fromPlayAddress('#play?colour=red')).toThrow('colour')
})

it('has for every lesson what a replayed study measured, in sentences and charts', () => {
  const data = lessonData()
  expect(Object.keys(data)).toEqual(LESSONS.map(({ id }) => id))
  for (const { said, charts } of Object.values(data)) {
    expect(said.join(' ')).not.toMatch(/NaN|undefined/)
    expect(said.length).toBeGreaterThan(0)
    for (const { series } of charts)
      for (const { name, points } of series) {
        expect(points.length, name).toBeGreaterThan(0)
        expect(points.flat().every(Number.isFinite), name).toBe(true)
      }
  }
  // As docs/replication.md has it.
  expect(data.sigmoid?.said[0]).toContain('sigmoid units was right on 0.672 of the test rows')
  expect(data['one-run']?.said[0]).toContain('the best had 0.897 in the search, 0.100 on average with five seeds')
})

it('keeps own points in a link, to a 64th of an edge', () => {
  const own: PlaySettings['own'] = [
    [-1, 1, 0],
    [0.3, -0.7, 1],
  ]
  const { settings } = fromPlayAddress(toPlayAddress(like({ points: 'own', own })))
  for (const [i, [x, y, is]] of own.entries()) {
    expect(settings.own[i]?.[2]).toBe(is)
    expect(Math.abs((settings.own[i]?.[0] ?? 9) - x)).toBeLessThan(1 / 63)
    expect(Math.abs((settings.own[i]?.[1] ?? 9) - y)).toBeLessThan(1 / 63)
  }
  expect(() => fromPlayAddress('#play?own=A!1')).toThrow('own')
})

it.each(POINT_SETS.filter((set) => set !== 'own'))(
  'makes %s: as many of both classes, inside the square, the same for a seed',
  (points) => {
    const made = pointsOf(like({ points, noise: 0.3 }))
    expect(made.trainRows).toBe(100)
    expect(made.classes.reduce((sum, one) => sum + one, 0)).toBe(100)
    expect(Math.max(...made.places.map(Math.abs))).toBeLessThanOrEqual(1)
    expect(pointsOf(like({ points, noise: 0.3 }))).toEqual(made)
    expect(pointsOf(like({ points, noise: 0.3, seed: 2 })).places).not.toEqual(made.places)
    expect(refusalOf(made)).toBeUndefined()
    expect(refusalOf(pointsOf(like({ points: 'own', own: [[0, 0, 1]] })))).toContain('four points')
  },
)

it.each(VARIED)('makes as many networks as asked for that differ in %s, each value with the same seeds', (vary) => {
  const { variants, networks } = populationOf(like({ vary }))
  expect(networks).toHaveLength(16)
  for (const [i, { settings }] of variants.entries()) {
    expect(networks.filter(({ variant }) => variant === i).map(({ seed }) => seed)).toEqual(
      Array.from({ length: 16 / variants.length }, (_, k) => 1 + k),
    )
    if (vary !== 'seed') expect(variants.filter((other) => other.settings[vary] === settings[vary])).toHaveLength(1)
  }
})

const standing = (changed: Partial<Standing>): Standing => ({
  ...{ epoch: 100, goal: 0.95, titles: [''], networks: [], accuracy: [], reached: [], loss: [], early: undefined },
  ...changed,
})
const seeds = (count: number) => Array.from({ length: count }, (_, seed) => ({ variant: 0, seed }))
const said = (changed: Partial<Standing>): string => sentencesOf(standing(changed)).join(' ').replaceAll('\u00a0', ' ')

it('says how many seeds reach the goal, and how many of all seeds would', () => {
  const reached = Array.from({ length: 16 }, (_, i) => (i < 12 ? 10 + i : undefined))
  const accuracy = reached.map((epoch) => (epoch === undefined ? 0.7 : 0.97))
  const words = said({ networks: seeds(16), reached, accuracy, loss: accuracy })
  expect(words).toContain('12 of 16 seeds reach 95 % on points they never saw, the first after 10 epochs, the last after 21.')
  // Wilson's interval of 12 of 16.
  expect(words).toContain('51 % to 90 % would (95 % sure)')
  expect(words).toContain('the best is right on 97 %, the worst on 70 %')
  expect(said({ networks: seeds(1), reached: [3], accuracy: [0.9], loss: [0.1] })).toContain('Another seed may say something else.')
})

it('says which values are worse for real and which inside the noise, each seed against itself', () => {
  const networks = [0, 1, 2].flatMap((variant) => [1, 2, 3, 4].map((seed) => ({ variant, seed })))
  const accuracy = [...[0.95, 0.96, 0.94, 0.97], ...[0.9, 0.98, 0.93, 0.96], ...[0.5, 0.52, 0.49, 0.53]]
  const reached = accuracy.map((one) => (one >= 0.95 ? 5 : undefined))
  const words = said({ titles: ['relu', 'tanh', 'sigmoid'], networks, accuracy, reached, loss: accuracy })
  expect(words).toContain('relu: 3 of 4, tanh: 2 of 4, sigmoid: 0 of 4')
  expect(words).toContain('Best now is relu, right on 96 %. Worse for real: sigmoid. Inside the noise: tanh.')
  const diverged = accuracy.map((one, i) => (i === 11 ? Number.NaN : one))
  expect(said({ titles: ['relu', 'tanh', 'sigmoid'], networks, accuracy: diverged, reached, loss: accuracy })).toContain(
    'sigmoid: a network diverged.',
  )
})

it('says whether the beginning told the end', () => {
  const early = [1, 2, 3, 4, 5, 6, 7, 8]
  const all = { networks: seeds(8), accuracy: early, reached: early.map(() => undefined), early }
  expect(said({ ...all, loss: early })).toContain('4 of 4 are in the better half now (rank correlation of the losses 1.00)')
  expect(said({ ...all, loss: [...early].reverse() })).toContain('0 of 4 are in the better half now (rank correlation of the losses -1.00)')
  expect(said({ ...all, loss: early, epoch: EARLY + 1 })).not.toContain('better half')
})

it('draws frames of a population as the package trains it', async () => {
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const settings = like({ vary: 'batchSize', points: 'gaussians' })
    const open = async (): Promise<Playground> => {
      const made = await Playground.open(backend, settings)
      if (made instanceof Playground) return made
      throw new Error(made.refusal)
    }
    const [played, again] = [await open(), await open()]
    for (let i = 0; i < 60; i++) await played.frame(1, 3)
    for (let i = 0; i < 30; i++) await again.frame(2, 3)
    const frame = await played.frame(0, 3)
    expect(frame.epoch).toBe(60)
    expect(frame.scores.testAccuracy).toHaveLength(16)
    expect(Math.min(...frame.scores.testAccuracy)).toBeGreaterThan(0.9)
    expect(frame.look.widths).toEqual([2, 4, 4, 1])
    expect(frame.look.parameters).toHaveLength(3 * 4 + 5 * 4 + 5)
    expect(frame.look.units).toHaveLength(8 * GRID.unit ** 2)
    // Nothing is trained, so nothing moves.
    expect(frame.look.moved).toEqual([0, 0, 0])
    // Class 1 is at the top right, class 0 at the bottom left.
    const [topRight, bottomLeft] = [frame.look.surface[GRID.large - 1] ?? 0, frame.look.surface[GRID.large * (GRID.large - 1)] ?? 0]
    expect(topRight).toBeGreaterThan(200)
    expect(bottomLeft).toBeLessThan(55)
    // However many epochs a frame has, the networks are the same.
    let other = await again.frame(0, 3)
    while (other.epoch < 60) other = await again.frame(1, 3)
    expect((await again.frame(0, 3)).look.parameters).toEqual(frame.look.parameters)
    await played.dispose()
    await again.dispose()
  } finally {
    await backend.dispose()
  }
})
