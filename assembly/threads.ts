// The export list of the builds whose memory is shared: the ABI, what a team needs, and the globals that a helper's instance copies from
// its leader's.

export * from './index'
export { end_turn, gather_team, help, join } from './team'
export { done, helpers, offer, tickets, turn } from './team'
export { set_threads } from './memory'
export { tiny } from './tiny'
export {
  batch,
  batchSize,
  deltaPanel,
  elementDeltas,
  elementLosses,
  elementSums,
  elementTargets,
  gradient,
  hot,
  inputs,
  inputStride,
  layerCount,
  layerTable,
  loss,
  memberTable,
  numbers,
  packedInputs,
  panelPenalties,
  parameterBytes,
  pieceBytes,
  rowLosses,
  rowNumbers,
  rowsRight,
  rowWeights,
  targetRow,
  threads,
  transposedPanel,
  zeroBias,
} from './memory'
