// What is measured beside what, each library in its fastest form found.

/** Programs that train; `python` ones need their module. */
export const CONTENDERS = {
  espalier: { title: 'espalier' },
  wide: { title: 'espalier, wide' },
  jax: { title: 'JAX', module: 'jax', script: 'jax_peer.py' },
  compiled: { title: 'PyTorch, compiled', module: 'torch', script: 'torch_peer.py' },
  eager: { title: 'PyTorch, eager', module: 'torch', script: 'torch_peer.py' },
  keras: { title: 'Keras on JAX', module: 'keras', script: 'keras_peer.py' },
  c: { title: 'C for the topology' },
} as const

export type ContenderName = keyof typeof CONTENDERS

export interface Task {
  readonly id: string
  readonly title: string
  /** How each is asked; those left out do not know the task, or take minutes to compile it. */
  readonly forms: Readonly<Partial<Record<ContenderName, string>>>
  /** Multiply-adds and additions of a step, where it is known by its share of the ceiling. */
  readonly operations?: number
  readonly threads?: number
}

const dense = (batch: number, [inputs = 0, ...units]: readonly number[]): number =>
  2 * batch * units.reduce((sum, n, l) => sum + (l === 0 ? 2 : 3) * n * (units[l - 1] ?? inputs), 0)

const W1 = [784, 512, 128, 32, 10]
const wideForms = { jax: '', compiled: 'whole', eager: 'eager+fused', keras: '' }

/** Members of a network, batch 32, relu, Adam. Compiling whole populations takes PyTorch up to two minutes, and does not win. */
function population(widths: readonly number[], members: number): Task {
  const epochs = 16 // set-up is in espalier's time
  return {
    id: `pop:${widths.join('-')}:${members}:32`,
    title: `${members} of ${widths.join('-')}`,
    operations: members * dense(32 * (614 / 640), widths),
    forms: {
      espalier: JSON.stringify({ epochs }),
      wide: JSON.stringify({ epochs }),
      jax: 'dot',
      eager: 'eager+foreach',
      ...(widths[1] === 12 && { c: '' }),
    },
  }
}

export const TASKS: readonly Task[] = [
  { id: 'W1-sgd', title: 'W1, SGD', operations: dense(128, W1), forms: { espalier: '', wide: '', ...wideForms } },
  {
    id: 'W1-adamax',
    title: 'W1, Adamax',
    operations: dense(128, W1),
    forms: { espalier: '', wide: '', ...wideForms, eager: 'eager+foreach' },
  },
  { id: 'W1b', title: 'W1b', operations: dense(32, W1), forms: { espalier: '', wide: '', ...wideForms } },
  ...[5, 32].map((batch) => ({
    id: `W2-${batch}`,
    title: `W2, batch ${batch}`,
    forms: { espalier: '', wide: '', jax: 'sum', compiled: 'whole', eager: 'eager+foreach', keras: '', c: '' },
  })),
  { id: 'W3', title: 'W3, a step of all 48', forms: { espalier: '', wide: '', jax: 'dot', compiled: 'whole', c: '' } },
  {
    id: `pop:${W1.join('-')}:12:128`,
    title: 'W4, 12 of W1 (relu, Adam), two threads',
    threads: 2,
    forms: { espalier: '{"workers":2,"epochs":8}', wide: '{"workers":2,"epochs":8}', jax: 'dot', eager: 'eager+foreach' },
  },
  ...[1, 8, 48, 256, 1024].map((members) => population([8, 12, 8, 1], members)),
  ...[1, 8, 48, 256, 1024].map((members) => population([8, 64, 32, 1], members)),
  ...[1, 8, 48, 256].map((members) => population([32, 128, 64, 10], members)),
]
