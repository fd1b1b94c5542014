/** What people read of a study's parts: plain words first, the field's term as the label. */

import type { ColumnKind } from '../../table/table.ts'
import type { ObjectiveName, StudioConfig } from '../config.ts'

export type Strategy = StudioConfig['search']['strategy']
export type Scaling = StudioConfig['data']['scaling']
export type Missing = StudioConfig['data']['missing']
export type Task = StudioConfig['data']['task']

interface Words {
  readonly title: string
  readonly text: string
}

export const STRATEGY_WORDS: Readonly<Record<Strategy, Words>> = {
  tpe: { title: 'TPE', text: 'Learns from every trial where to look next. Take it when in doubt.' },
  random: {
    title: 'Random',
    text: 'Draws every configuration by lot. Take it to judge evenly what matters, or as a yardstick for the others.',
  },
  grid: { title: 'Grid', text: 'Tries every combination of the listed values. Take it for one or two settings with few values each.' },
  winnerTakesAll: {
    title: 'Winner takes all',
    text: 'Decides one setting after the other and keeps each winner. Take it for a quick look at many settings; it can miss good combinations.',
  },
  pyramid: {
    title: 'Pyramid',
    text: 'Searches layers and their widths alone, each layer narrower than the one before. Take it when the shape is the question.',
  },
  hyperband: {
    title: 'Hyperband',
    text: 'Starts many trainings, stops the bad ones early and finishes the best. Take it when one training takes long.',
  },
}

export const SCALING_WORDS: Readonly<Record<Scaling, Words>> = {
  standardize: { title: 'Standardise', text: 'Every column to mean 0 and deviation 1. Nearly always right for tables.' },
  minMax: { title: 'From 0 to 1', text: 'The smallest value becomes 0, the largest 1 (min-max).' },
  none: { title: 'As it is', text: 'For columns of one size, and for pictures, whose bytes are scaled anyway.' },
}

export const MISSING_WORDS: Readonly<Record<Missing, string>> = {
  refuse: 'Refuse the file',
  drop: 'Leave such rows out',
  mean: "Fill in the column's mean",
  median: "Fill in the column's median",
  mode: "Fill in the column's most frequent value",
}

/** What a column may be. */
export const KIND_WORDS: Readonly<Record<ColumnKind | 'left out' | 'groups', string>> = {
  number: 'a number',
  category: 'a category',
  boolean: 'no or yes',
  date: 'a date',
  text: 'free text, left out',
  id: 'a name of rows, left out',
  'left out': 'left out',
  groups: 'what rows belong to, as a patient',
}

export const TASK_WORDS: Readonly<Record<Task, string>> = {
  binary: 'One of two classes',
  multiclass: 'One of several classes',
  regression: 'A number',
}

/** What can be sought of each task. */
export const OBJECTIVES_OF: Readonly<Record<Task, readonly ObjectiveName[]>> = {
  binary: ['testAccuracy', 'testLoss', 'auc', 'f1', 'precision', 'recall', 'balancedAccuracy', 'logLoss'],
  multiclass: ['testAccuracy', 'testLoss', 'auc', 'f1', 'precision', 'recall', 'balancedAccuracy', 'logLoss'],
  regression: ['testLoss', 'rootMeanSquaredError', 'meanAbsoluteError', 'r2'],
}
