// What went wrong, as data.

/** What went wrong, as data. `field` is of the configuration, as `data.target`, where one is to blame. */
export interface Problem {
  readonly kind: 'data' | 'configuration' | 'storage' | 'backend' | 'study'
  /** The error's class: `InvalidDataError`. */
  readonly name: string
  /** What is wrong and what to do; lines are separate faults. */
  readonly message: string
}
