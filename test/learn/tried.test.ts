/** What is tried: how far it gets, and what of it is kept. */

import { type Backend, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../../src/core/at.ts'
import { trainTrees } from '../../src/learn/boosting.ts'
import type { NetworkGroup } from '../../src/learn/candidates.ts'
import { Clock } from '../../src/learn/clock.ts'
import { Inputs } from '../../src/learn/inputs.ts'
import { Library } from '../../src/learn/library.ts'
import type { TreesModel } from '../../src/learn/model.ts'
import { type Problem, readProblem } from '../../src/learn/problem.ts'
import { goingOn, trainNetworks } from '../../src/learn/race.ts'
import type { Track } from '../../src/learn/track.ts'
import { treesOf } from '../../src/learn/treesCandidates.ts'
import { numbers, range, table } from '../prepare/tables.ts'
import { drawFrom } from '../support/random.ts'

function problemOf(rows: number, noise: number): Problem {
  const draw = drawFrom(rows)
  const x = range(0, rows).map(() => draw.normal())
  const y = x.map((value) => Math.sin(value) + noise * draw.normal())
  return readProblem(table(numbers('x', x), numbers('y', y)), { target: 'y' }, 1)
}

describe('what is tried', () => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 1 })
  })
  afterAll(() => backend.dispose())

  const trackOf = (problem: Problem): Track => ({
    backend,
    problem,
    inputs: new Inputs(problem),
    library: new Library(problem),
    seed: 7,
    signal: new AbortController().signal,
    pause: async () => {},
    clock: new Clock({ steps: 1 }),
  })

  it('has trees stop where more rounds learn rows by heart, every fold after as many', async () => {
    const track = trackOf(problemOf(80, 2))
    const candidate = treesOf(1, track.problem, [], 7)
    await trainTrees(track, candidate, 1)
    const [best] = track.library.entries
    expect(track.library.bestOf('trees').candidates).toBe(1)
    expect(best?.settings.rounds).toBeLessThan(candidate.rounds / 2)
    expect(best?.models.map(({ model }) => (model as TreesModel).roots.length)).toEqual(range(0, 8).map(() => best?.settings.rounds))
  })

  it('draws later trees near the best, which settings say', async () => {
    const { problem } = trackOf(problemOf(80, 1))
    const settings = treesOf(0, problem, [], 7).described
    const entry = {
      kind: 'trees',
      candidate: 1,
      settings,
      predicted: new Float64Array(80),
      models: [],
      again: { of: 'guess' },
      loss: 1,
    } as const
    const near = range(50, 90).map((turn) => treesOf(turn, problem, [entry], 7))
    const rates = near.map((one) => Math.abs(Math.log(Number(one.settings.learningRate) / Number(settings.learningRate))))
    expect(rates.filter((distance) => distance <= 0.31).length).toBeGreaterThan(25)
    expect(new Set(near.map(({ described }) => JSON.stringify(described))).size).toBe(40)
  })

  it('goes on two by two after a heat, and not at all where a shape before was far better', async () => {
    expect(range(1, 9).map(goingOn)).toEqual([1, 2, 2, 2, 4, 4, 4, 4])
    const track = trackOf(problemOf(1700, 0.1))
    const group: NetworkGroup = {
      shape: { encoding: { numbers: { name: 'robust' }, targets: 'standard' }, hidden: [4], batchSize: 128, epochs: 2 },
      settings: [0.001, 0.002].map((learningRate) => ({ activation: 'relu', learningRate, weightDecay: 0.01, dropout: 0 })),
      described: {},
    }
    expect(await trainNetworks(track, group, 0, 2)).toBe(true)
    expect(track.library.bestOf('network').candidates).toBe(2)
    const { truth } = track.problem
    track.library.add({
      kind: 'network',
      candidate: 9,
      settings: {},
      predicted: truth.map((y) => y + 0.01),
      models: [],
      again: { of: 'guess' },
    })
    expect(await trainNetworks(track, group, 1, 20)).toBe(false)
    expect(track.library.bestOf('network').candidates).toBe(3)
    expect(at(track.library.entries, 0).candidate).toBe(9)
  })
})
