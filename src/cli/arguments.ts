// Options and output that several commands share.

import { InvalidArgumentError, Option } from 'commander'
import { MAX_SEED, MAX_WORKERS } from '../core/fields.ts'
import { writeNote, writeOut } from './output.ts'

/** Reads an option's whole number, or has commander say what is allowed. */
export const wholeNumber =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }

/** Options several commands share, fresh ones for each: commander keeps state in them. */
export const options = {
  json: () => new Option('--json', 'print one JSON document on stdout, for programs'),
  epochs: () => new Option('--epochs <n>', 'how many times to go through the training rows').argParser(wholeNumber(1, 1_000_000)),
  seed: () => new Option('--seed <n>', 'seed of the initial weights, row order and dropout').argParser(wholeNumber(0, MAX_SEED)),
  workers: () =>
    new Option('--workers <n>', 'threads to train on; 0 trains on the main one (default: one per core)').argParser(
      wholeNumber(0, MAX_WORKERS),
    ),
  wide: () =>
    new Option('--wide', 'kernels of 256 bits, where Node 24 or later runs them: the same bits, sooner; a network trains on one thread'),
  positiveClass: () => new Option('--positive-class <name>', 'class that precision, recall, f1 and auc are of (default: the rarer of two)'),
  backend: () => new Option('--backend <name>', 'what to train on').choices(['auto', 'wasm', 'webgpu']),
}

export const printJson = (document: unknown): void => writeOut(`${JSON.stringify(document, null, 2)}\n`)
export const print = (text: string): void => writeOut(`${text}\n`)
/** For people who watch, apart from results. */
export const note = (text: string): void => writeNote(`${text}\n`)
