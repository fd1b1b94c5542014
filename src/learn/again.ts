/** How a candidate that was tried is trained again: on other folds of the same rows. */

import type { Encoding } from './inputs.ts'
import type { NetworkSettings, NetworkShape } from './networks.ts'
import type { TreesSettings } from './trees/settings.ts'

/** Boosted trees. */
export interface TreesCandidate {
  readonly encoding: Encoding
  readonly rounds: number
  readonly settings: Partial<TreesSettings>
  readonly described: Readonly<Record<string, string | number>>
}

/** What a candidate is trained by once more, up to the point at which it answers. */
export type Again =
  | { readonly of: 'guess' | 'linear' }
  | { readonly of: 'trees'; readonly candidate: TreesCandidate; readonly rounds: number }
  | { readonly of: 'network'; readonly shape: NetworkShape; readonly settings: NetworkSettings; readonly point: number }
