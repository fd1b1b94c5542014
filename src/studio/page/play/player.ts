// Runs play mode: a worker that trains, and a frame drawn whenever one has come.

import type { PlayFrame, PlayMessage, PlayReply, Points } from '../../playProtocol.ts'
import type { PlaySettings } from '../../playSettings.ts'

export interface PlayerEvents {
  /** @param refusal why these points cannot be learned from */
  readonly onBegun: (points: Points, refusal: string | undefined) => void
  /** Called before the screen is drawn. */
  readonly onFrame: (frame: PlayFrame) => void
  readonly onProblem: (message: string) => void
}

/** The worker trains the next frame while the page draws the last one; it never has more than one message to answer. */
export class Player {
  readonly #worker = new Worker(new URL('./play.js', import.meta.url), { type: 'module', name: 'espalier play' })
  readonly #events: PlayerEvents
  #speed = 1
  #selected = 0
  #isPlaying = false
  /** Epochs to train although nobody plays. */
  #steps = 0
  /** Something is to be drawn although nothing is trained. */
  #isStale = false
  /** What is to begin, as soon as the worker has answered. */
  #wanted: PlaySettings | undefined
  #isWaiting = false
  #hasBegun = false
  #arrived: PlayFrame | undefined
  #tick = 0

  constructor(events: PlayerEvents) {
    this.#events = events
    this.#worker.addEventListener('message', ({ data }) => this.#hear(data as PlayReply))
    this.#worker.addEventListener('error', ({ message }) => {
      events.onProblem(`The part of this page that trains has stopped${message ? `: ${message}` : ''}. Reload the page.`)
    })
    this.#tick = requestAnimationFrame(this.#onTick)
  }

  /** Begins anew with these settings; of several that come quickly only the last are made. */
  begin(settings: PlaySettings): void {
    this.#wanted = settings
    this.#speed = settings.speed
    this.#hasBegun = false
    this.#arrived = undefined
    this.#ask()
  }

  play(isPlaying: boolean): void {
    this.#isPlaying = isPlaying
    // What stands still is said and drawn once more, up to its last epoch.
    this.#isStale = true
    this.#ask()
  }

  /** Trains one epoch. */
  step(): void {
    this.#steps++
    this.#ask()
  }

  select(network: number): void {
    this.#selected = network
    this.#isStale = true
    this.#ask()
  }

  close(): void {
    cancelAnimationFrame(this.#tick)
    this.#worker.terminate()
  }

  #hear(reply: PlayReply): void {
    this.#isWaiting = false
    // What is of a population that is to be replaced already is not shown.
    if (this.#wanted === undefined) this.#take(reply)
    this.#ask()
  }

  #take(reply: PlayReply): void {
    if (reply.tell === 'frame') {
      this.#arrived = reply.frame
      return
    }
    this.#hasBegun = reply.tell === 'begun' && reply.refusal === undefined
    this.#isStale = true
    if (reply.tell === 'problem') this.#events.onProblem(reply.message)
    else this.#events.onBegun(reply.points, reply.refusal)
  }

  readonly #onTick = (): void => {
    this.#tick = requestAnimationFrame(this.#onTick)
    const frame = this.#arrived
    if (frame === undefined) return
    this.#arrived = undefined
    this.#ask()
    this.#events.onFrame(frame)
  }

  #ask(): void {
    if (this.#isWaiting || (this.#arrived !== undefined && this.#wanted === undefined)) return
    const message = this.#next()
    if (message === undefined) return
    this.#isWaiting = true
    this.#worker.postMessage(message)
  }

  #next(): PlayMessage | undefined {
    if (this.#wanted !== undefined) {
      const settings = this.#wanted
      this.#wanted = undefined
      return { ask: 'begin', settings }
    }
    if (!this.#hasBegun || !(this.#isPlaying || this.#steps > 0 || this.#isStale)) return undefined
    const epochs = this.#isPlaying ? this.#speed : Math.min(1, this.#steps)
    this.#steps = Math.max(0, this.#steps - epochs)
    this.#isStale = false
    return { ask: 'frame', epochs, selected: this.#selected }
  }
}
