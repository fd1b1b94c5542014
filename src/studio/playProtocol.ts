/** What play mode's page and its worker say to one another: every message gets one reply, and the page asks for one thing at a time, so neither runs ahead of the other. */

import type { PlaySettings } from './playSettings.ts'

/** Places along an edge of a surface: of every network, of the one that is looked at, of each of its units. */
export const GRID = { small: 32, large: 64, unit: 14 } as const

export type PlayMessage =
  /** Makes the points and the population anew. Answered by `begun`. */
  | { readonly ask: 'begin'; readonly settings: PlaySettings }
  | {
      readonly ask: 'frame'
      /** To train before it, of all networks; fewer where they take too long for a frame. 0: none, for one that is looked at while paused. */
      readonly epochs: number
      /** The network that is looked at. */
      readonly selected: number
    }

export interface Points {
  /** (rows x 2), from -1 to 1. */
  readonly places: Float32Array
  /** (rows), 0 or 1. */
  readonly classes: Uint8Array
  /** The first so many are trained on; the others judge. */
  readonly trainRows: number
}

/** Numbers of each network, in their order. NaN where there is none. */
export interface Scores {
  readonly loss: Float32Array
  readonly testLoss: Float32Array
  readonly accuracy: Float32Array
  readonly testAccuracy: Float32Array
}

/** The network that is looked at. */
export interface Look {
  readonly network: number
  /** Of every layer, the inputs first. */
  readonly widths: readonly number[]
  /** In core's flat order: layer by layer a kernel (inputs x units), then a bias (units). */
  readonly parameters: Float32Array
  /** (GRID.large x GRID.large) from the top left: the probability of class 1, 0 to 255. */
  readonly surface: Uint8Array
  /** (hidden units x GRID.unit x GRID.unit): what each unit says, 128 for nothing. */
  readonly units: Uint8Array
  /** Of every layer how far a weight moved since the last frame, root mean square. */
  readonly moved: readonly number[]
}

export interface PlayFrame {
  /** How many epochs every network has trained that has not diverged. */
  readonly epoch: number
  readonly scores: Scores
  /** (networks x GRID.small x GRID.small), as the large one; those that were not drawn this time are as they were. */
  readonly surfaces: Uint8Array
  readonly look: Look
  /** What they say together; undefined where that was said a moment ago. */
  readonly sentences: readonly string[] | undefined
  /** Milliseconds that the worker took. */
  readonly took: number
}

export type PlayReply =
  /** `refusal`: why nothing can be learned from these points, so that there are no frames. */
  | { readonly tell: 'begun'; readonly points: Points; readonly refusal: string | undefined }
  | { readonly tell: 'frame'; readonly frame: PlayFrame }
  | { readonly tell: 'problem'; readonly message: string }
