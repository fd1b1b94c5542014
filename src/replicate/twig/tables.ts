// The public tables that the twig is tried on.

interface TwigTable {
  /** The column to predict. */
  readonly target: string
  readonly regression: boolean
}

const classes = (target: string): TwigTable => ({ target, regression: false })
const numbers = (target: string): TwigTable => ({ target, regression: true })

/** From UCI and OpenML, each a file `<name>.csv` with a header; those that train fastest come first. */
export const TWIG_TABLES = {
  servo: numbers('class'),
  sonar: classes('class'),
  yacht: numbers('y'),
  ecoli: classes('class'),
  ionosphere: classes('class'),
  'auto-mpg': numbers('class'),
  vote: classes('Class'),
  housing: numbers('y'),
  'breast-cancer-wisconsin': classes('class'),
  pima: classes('class'),
  energy: numbers('y'),
  soybean: classes('class'),
  concrete: numbers('y'),
  banknote: classes('class'),
  'power-plant': numbers('y'),
  phoneme: classes('class'),
  kin8nm: numbers('y'),
  abalone: numbers('rings'),
  'wine-red': numbers('y'),
  segment: classes('class'),
  hypothyroid: classes('Class'),
} as const satisfies Readonly<Record<string, TwigTable>>

/**
 * A table of the twig.
 * @useDeclaredType
 */
export type TwigTableName = keyof typeof TWIG_TABLES
export const TWIG_NAMES = Object.keys(TWIG_TABLES) as readonly TwigTableName[]
