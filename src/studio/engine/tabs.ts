// Tells other tabs that a study has changed.

import type { Progress } from '../protocol.ts'

/** The messages between engines of the same studio, each in its own tab. */
type TabMessage =
  /** A study is new, deleted, or has another state: look it up. Whether the tab that tells trains it. */
  | { readonly tell: 'study'; readonly id: string; readonly isMine: boolean }
  /** A tab begins, and asks what the others train. */
  | { readonly tell: 'began' }
  /** It has progressed, and perhaps its journal as well. */
  | { readonly tell: 'progress'; readonly progress: Progress }

export class Tabs {
  readonly #channel = new BroadcastChannel('espalier-studio')

  constructor(hear: (message: TabMessage) => void) {
    this.#channel.addEventListener('message', ({ data }) => hear(data as TabMessage))
  }

  tell(message: TabMessage): void {
    this.#channel.postMessage(message)
  }
}
