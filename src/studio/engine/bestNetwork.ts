// Trains the best network again when somebody looks at it.

import type { JournalEntry } from '../../study/journal/journal.ts'
import type { StudyRecord as JournalStudy } from '../../study/journal/rebuild.ts'
import { bestTrial } from '../../study/trial.ts'
import type { StudioConfig } from '../config.ts'
import { type Network, type NetworkTools, trainNetwork } from './network.ts'
import { problemOf } from './problems.ts'
import type { Seen } from './views.ts'

/** The best network so far, trained again when somebody wants to look at it; one at a time. */
export class BestNetwork {
  readonly #config: StudioConfig
  readonly #entries: () => Promise<JournalEntry[]>
  readonly #tools: NetworkTools
  #network: Network | undefined
  #failure: { readonly trial: number; readonly message: string } | undefined
  #training = false

  constructor(config: StudioConfig, entries: () => Promise<JournalEntry[]>, tools: NetworkTools) {
    this.#config = config
    this.#entries = entries
    this.#tools = tools
  }

  /**
   * What is known now. If that is not the best network, training it starts, and meanwhile the last one is shown.
   * @param onTrained called when there is another one to show
   */
  see(study: JournalStudy | undefined, onTrained: () => void): Seen['network'] {
    const best = study && bestTrial(study.trials, study.directions[0] ?? 'minimize')
    if (best === undefined) return 'No trial is complete yet.'
    if (this.#failure?.trial === best.number) return `Trial ${best.number} could not be trained once more: ${this.#failure.message}`
    if (this.#network?.trial !== best.number && !this.#training) {
      this.#training = true
      void this.#train(best.number).then(onTrained)
    }
    return this.#network ?? `The network of trial ${best.number} is being trained once more, to see what it says of the test rows.`
  }

  async #train(trial: number): Promise<void> {
    try {
      this.#network = await trainNetwork(trial, this.#config, await this.#entries(), this.#tools)
    } catch (error) {
      this.#failure = { trial, message: problemOf(error).message }
    } finally {
      this.#training = false
    }
  }
}
