import { findFashionMnist } from '../../src/data/node/find.ts'

/** The folder of the real files, or undefined: tests that need them are skipped by a name that says why. */
export const fashionFolder = await findFashionMnist()

export const fashionReason =
  fashionFolder === undefined ? ' (NOT RUN: Fashion-MNIST is not on this machine; npx espalier data fetch fashion-mnist)' : ''
