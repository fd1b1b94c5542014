// The WGSL kernels of networks that go layer by layer. A page loads them with the first such network.

import forward from '../../../shaders/dense_forward_8x8.wgsl'
import forwardQuads from '../../../shaders/dense_forward_quads.wgsl'
import forwardTiled from '../../../shaders/dense_forward_tiled.wgsl'
import inputGradient from '../../../shaders/dense_input_gradient_8x8.wgsl'
import inputGradientQuads from '../../../shaders/dense_input_gradient_quads.wgsl'
import inputGradientTiled from '../../../shaders/dense_input_gradient_tiled.wgsl'
import update from '../../../shaders/dense_update_8x8.wgsl'
import updateQuads from '../../../shaders/dense_update_quads.wgsl'
import updateTiled from '../../../shaders/dense_update_tiled.wgsl'
import finishCells from '../../../shaders/finish_cells.wgsl'
import finishRows from '../../../shaders/finish_rows.wgsl'
import gather from '../../../shaders/gather_inputs.wgsl'
import denseUpdate from '../../../shaders/lib/dense_update.wgsl'
import quads from '../../../shaders/lib/quads.wgsl'
import tiled from '../../../shaders/lib/tiled.wgsl'
import outputLoss from '../../../shaders/output_loss.wgsl'
import reduce from '../../../shaders/reduce_results.wgsl'
import type { Snippets } from './snippets.ts'

/** A shader file each, with the snippets it uses. */
export const generalSources = ({
  activation,
  denseForward,
  denseInputGradient,
  dropout,
  features,
  loss,
  optimizer,
  otherActivations,
  otherLosses,
  random,
  rowActivations,
}: Snippets) =>
  ({
    gather: [features, gather],
    forward: [random, activation, dropout, denseForward, forward],
    forwardQuads: [random, activation, dropout, denseForward, quads, forwardQuads],
    forwardTiled: [random, activation, dropout, denseForward, tiled, forwardTiled],
    finishCells: [random, activation, otherActivations, dropout, finishCells],
    finishRows: [random, activation, rowActivations, dropout, finishRows],
    outputLoss: [activation, rowActivations, loss, otherLosses, outputLoss],
    reduce: [reduce],
    inputGradient: [random, activation, dropout, denseInputGradient, inputGradient],
    inputGradientQuads: [random, activation, dropout, denseInputGradient, quads, inputGradientQuads],
    inputGradientTiled: [random, activation, dropout, denseInputGradient, tiled, inputGradientTiled],
    update: [optimizer, denseUpdate, update],
    updateQuads: [optimizer, denseUpdate, quads, updateQuads],
    updateTiled: [optimizer, denseUpdate, tiled, updateTiled],
  }) as const
