// The errors that this package throws on purpose.

import { excerpt } from './excerpt.ts'

const LONGEST = 10_000

/** The parent of every error this package throws on purpose: `catch (e) { if (e instanceof EspalierError) … }`. */
export class EspalierError extends Error {
  override readonly name: string = 'EspalierError'

  /** A message may quote a file, and that may be megabytes long: only the beginning of a long message is kept. */
  constructor(message: string, options?: ErrorOptions) {
    super(excerpt(message, LONGEST), options)
  }
}

/** A field of a spec is wrong. The message names the field, its value, and what is allowed. Thrown before anything is allocated. */
export class InvalidSpecError extends EspalierError {
  override readonly name = 'InvalidSpecError'
}

/** The data does not fit the network, or holds values that cannot be trained on. The message names the row and the column. */
export class InvalidDataError extends EspalierError {
  override readonly name = 'InvalidDataError'
}

/** The requested backend cannot run here. The message says what is missing and what would help. */
export class BackendUnavailableError extends EspalierError {
  override readonly name = 'BackendUnavailableError'
}

/** A backend, session or result was used after `dispose()`. */
export class DisposedError extends EspalierError {
  override readonly name = 'DisposedError'
}

/** A worker could not be started, or ended while it held members. What those trained since their last checkpoint is lost. */
export class WorkerCrashedError extends EspalierError {
  override readonly name = 'WorkerCrashedError'
}

/** The GPU refused a request: too little memory, or a limit of the device. The message says which. */
export class GpuError extends EspalierError {
  override readonly name = 'GpuError'
}

/** The GPU device was lost, and no equivalent one could be opened. */
export class DeviceLostError extends EspalierError {
  override readonly name = 'DeviceLostError'
}
