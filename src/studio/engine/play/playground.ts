// Play mode without its screen: the points, the population, and frames of both.

import type { Backend } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import { sizeOf } from '../../../core/layers/kind.ts'
import { parameterLayout } from '../../../core/layout.ts'
import { GRID, type Look, type PlayFrame, type Points, type Scores } from '../../playProtocol.ts'
import { type PlayNetwork, type PlaySettings, populationOf } from '../../playSettings.ts'
import { type Epoch, Group, grouped, type Placed } from './group.ts'
import { pointsOf, refusalOf } from './points.ts'
import { EARLY, sentencesOf } from './sentences.ts'
import { movedBetween, surfaceOf, unitsOf } from './surfaces.ts'

/** What training and drawing may each take of a frame, in ms: together well below the 16 of 60 frames a second. */
const BUDGET = 5
/** How often the sentences are said anew, in ms. */
const SAY = 400

/** A population that plays, drawn frame by frame. */
export class Playground {
  readonly points: Points
  readonly #titles: readonly string[]
  readonly #settings: PlaySettings
  readonly #networks: readonly PlayNetwork[]
  readonly #groups: readonly Group[]
  readonly #scores: Scores
  /** (networks x GRID.small x GRID.small) */
  readonly #surfaces: Uint8Array
  readonly #reached: (number | undefined)[]
  #early: number[] | undefined
  #epoch = 0
  /** The network whose surface is drawn next. */
  #next = 0
  /** The one that was looked at last, as it was. */
  #seen: { readonly network: number; readonly parameters: Float32Array } | undefined
  #said = Number.NEGATIVE_INFINITY

  private constructor(settings: PlaySettings, points: Points, groups: readonly Group[]) {
    const { variants, networks } = populationOf(settings)
    const numbers = (): Float32Array => new Float32Array(networks.length).fill(Number.NaN)
    this.#settings = settings
    this.points = points
    this.#titles = variants.map(({ title }) => title)
    this.#networks = networks
    this.#groups = groups
    this.#scores = { loss: numbers(), testLoss: numbers(), accuracy: numbers(), testAccuracy: numbers() }
    this.#surfaces = new Uint8Array(networks.length * GRID.small ** 2).fill(128)
    this.#reached = networks.map(() => undefined)
  }

  /** @returns the points alone, with why nothing can be learned from them, or a playground */
  static async open(backend: Backend, settings: PlaySettings): Promise<Playground | { readonly points: Points; readonly refusal: string }> {
    const points = pointsOf(settings)
    const refusal = refusalOf(points)
    if (refusal !== undefined) return { points, refusal }
    const { variants, networks } = populationOf(settings)
    const placed = networks.map(({ variant, seed }, place): Placed => ({ settings: at(variants, variant).settings, seed, place }))
    const groups: Group[] = []
    for (const group of grouped(placed)) groups.push(await Group.open(backend, group, points))
    return new Playground(settings, points, groups)
  }

  /** Trains up to so many epochs, as far as a frame's time allows but one at least, and draws. */
  async frame(epochs: number, selected: number): Promise<PlayFrame> {
    const began = performance.now()
    for (let i = 0; i < epochs && (i === 0 || performance.now() - began < BUDGET); i++) await this.#train()
    const network = Math.min(selected, this.#networks.length - 1)
    const look = await this.#look(network)
    await this.#draw()
    return {
      ...{ epoch: this.#epoch, look, sentences: this.#sentences(epochs === 0) },
      scores: {
        loss: this.#scores.loss.slice(),
        testLoss: this.#scores.testLoss.slice(),
        accuracy: this.#scores.accuracy.slice(),
        testAccuracy: this.#scores.testAccuracy.slice(),
      },
      surfaces: this.#surfaces.slice(),
      took: performance.now() - began,
    }
  }

  async dispose(): Promise<void> {
    for (const group of this.#groups) await group.dispose()
  }

  async #train(): Promise<void> {
    this.#epoch++
    for (const group of this.#groups) for (const epoch of await group.train()) this.#note(epoch)
    if (this.#epoch === EARLY) this.#early = [...this.#scores.testLoss]
  }

  #note({ place, loss, testLoss, accuracy, testAccuracy, diverged }: Epoch): void {
    const scores = this.#scores
    scores.loss[place] = loss
    scores.testLoss[place] = testLoss
    scores.accuracy[place] = diverged ? Number.NaN : accuracy
    scores.testAccuracy[place] = testAccuracy
    // An accuracy is a float32: 0.95 is a little below 0.95.
    if (testAccuracy >= Math.fround(this.#settings.goal)) this.#reached[place] ??= this.#epoch
  }

  /** Surfaces in turn, as many as there is time for. */
  async #draw(): Promise<void> {
    const began = performance.now()
    for (let i = 0; i < this.#networks.length && (i === 0 || performance.now() - began < BUDGET); i++) {
      const { session, member } = this.#find(this.#next)
      this.#surfaces.set(await surfaceOf(session, member, 'small'), this.#next * GRID.small ** 2)
      this.#next = (this.#next + 1) % this.#networks.length
    }
  }

  async #look(network: number): Promise<Look> {
    const { session, member } = this.#find(network)
    const state = await session.readState(member)
    const { topology } = session.population
    const before = this.#seen?.network === network ? this.#seen.parameters : undefined
    this.#seen = { network, parameters: state.parameters }
    return {
      network,
      widths: [2, ...parameterLayout(topology).layers.map(({ output }) => sizeOf(output))],
      parameters: state.parameters,
      surface: await surfaceOf(session, member, 'large'),
      units: unitsOf(session, member, state),
      moved: movedBetween(session, before, state.parameters),
    }
  }

  #find(place: number): { readonly session: Group['session']; readonly member: number } {
    for (const { networks, session } of this.#groups) {
      const member = networks.findIndex((network) => network.place === place)
      if (member >= 0) return { session, member }
    }
    throw new RangeError(`there is no network ${place}`)
  }

  /** @param still while paused: what is said is said at once */
  #sentences(still: boolean): readonly string[] | undefined {
    const now = performance.now()
    if (!still && now - this.#said < SAY) return undefined
    this.#said = now
    return sentencesOf({
      ...{ epoch: this.#epoch, goal: this.#settings.goal, titles: this.#titles, networks: this.#networks, reached: this.#reached },
      ...{ accuracy: [...this.#scores.testAccuracy], loss: [...this.#scores.testLoss], early: this.#early },
    })
  }
}
