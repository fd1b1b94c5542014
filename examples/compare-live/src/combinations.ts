import { InvalidSpecError } from 'espalier'

interface Choice<T extends string | number> {
  readonly field: string
  readonly title: string
  readonly values: readonly T[]
  /** Those that are ticked when the page opens. */
  readonly ticked: readonly T[]
}

const choice = <const T extends string | number>(of: Choice<T>): Choice<T> => of

const ACTIVATION = choice({
  field: 'activation',
  title: 'Activation',
  values: ['relu', 'tanh', 'selu', 'sigmoid'],
  ticked: ['relu', 'tanh', 'selu'],
})
const OPTIMIZER = choice({ field: 'optimizer', title: 'Optimizer', values: ['sgd', 'rmsprop', 'adam'], ticked: ['sgd', 'adam'] })
const LEARNING_RATE = choice({ field: 'learningRate', title: 'Learning rate', values: [0.1, 0.01, 0.001], ticked: [0.01] })
const BATCH_SIZE = choice({ field: 'batchSize', title: 'Batch size', values: [8, 32, 128], ticked: [32] })

/** What a person can choose from. */
export const CHOICES: readonly Choice<string | number>[] = [ACTIVATION, OPTIMIZER, LEARNING_RATE, BATCH_SIZE]

/** More lines than these nobody can tell apart. */
const MOST = 12

/** Every combination of what is ticked in the form. @throws InvalidSpecError, as the package does where something is not allowed */
export function combinationsOf(form: FormData) {
  const [activations, optimizers] = [tickedOf(form, ACTIVATION), tickedOf(form, OPTIMIZER)]
  const [learningRates, batchSizes] = [tickedOf(form, LEARNING_RATE), tickedOf(form, BATCH_SIZE)]
  const all = activations.flatMap((activation) =>
    optimizers.flatMap((optimizer) =>
      learningRates.flatMap((learningRate) => batchSizes.map((batchSize) => ({ activation, optimizer, learningRate, batchSize }))),
    ),
  )
  if (all.length < 2) throw new InvalidSpecError('This is only one combination. Choose a second value of something, to compare with.')
  if (all.length > MOST) throw new InvalidSpecError(`These are ${all.length} combinations. Choose fewer values, for ${MOST} at most.`)
  return all
}

export type Combination = ReturnType<typeof combinationsOf>[number]

function tickedOf<T extends string | number>(form: FormData, { field, title, values }: Choice<T>): T[] {
  const ticked = values.filter((value) => form.getAll(field).includes(String(value)))
  if (ticked.length === 0) throw new InvalidSpecError(`${title}: choose at least one value.`)
  return ticked
}

/** What tells each from the others: its values of the fields in which they differ. */
export function namesOf(combinations: readonly Combination[]): string[] {
  const parts = combinations.map(({ activation, optimizer, learningRate, batchSize }) => [
    activation,
    optimizer,
    `rate ${learningRate}`,
    `batch ${batchSize}`,
  ])
  return parts.map((own) => own.filter((part, i) => parts.some((other) => other[i] !== part)).join(', '))
}

/** A whole number that a person typed. @throws InvalidSpecError */
export function wholeNumber(form: FormData, field: string, what: string, low: number, high: number): number {
  const typed = String(form.get(field)).trim()
  const value = Number(typed)
  if (typed !== '' && Number.isInteger(value) && value >= low && value <= high) return value
  throw new InvalidSpecError(`${what}: "${typed}" is no whole number from ${low} to ${high}.`)
}
