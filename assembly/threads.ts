// The export list of the builds whose memory is shared: the ABI, what a team needs, and the globals that a helper's instance copies from
// its leader's.

export * from './index'
export { end_turn, gather_team, help, join } from './team'
export { done, helpers, offer, tickets, turn } from './team'
export { set_threads } from './memory'
export { small } from './small'
export {
  balanced,
  batch,
  batchSize,
  deltaPanel,
  elementDeltas,
  elementLosses,
  elementSums,
  elementTargets,
  firstTrained,
  fromLogits,
  gradient,
  hot,
  inputs,
  inputStride,
  layerCount,
  layerTable,
  logits,
  loss,
  lossGamma,
  lossParameter,
  lossTakesSums,
  lossTask,
  memberTable,
  numbers,
  packedInputs,
  packsInputs,
  panelPenalties,
  parameterBytes,
  partialBytes,
  partials,
  pieceBytes,
  rowLosses,
  rowNumbers,
  rowsRight,
  rowWeights,
  smoothing,
  targetRow,
  targetsPerRow,
  threads,
  transposedPanel,
  turned,
  wholeGradient,
  windows,
  zeroBias,
} from './memory'
