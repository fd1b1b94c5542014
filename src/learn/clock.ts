/** How much may still be tried: seconds, or steps. */

/** A budget of `learn`. */
export type LearnBudget = { readonly seconds: number } | { readonly steps: number }

/** Of the seconds this part is for learning; the rest is for judging what was learned and saying what matters. */
const FOR_LEARNING = 0.88

/** Where folds are repeated, what of the time for learning is for the search before. */
const FOR_SEARCH = 0.5

/** What matters has at least this part of the seconds, and no more than one of them beyond the end: a short look that does not say it says little. */
const TO_SAY = { part: 0.25, most: 1 }

/** What is left of a budget. Under steps no time is looked at, so that the same steps come to the same bits. */
export class Clock {
  readonly #budget: LearnBudget
  readonly #started = performance.now()
  /** Seconds that training took per unit of work, of what was trained last. */
  #pace: number | undefined

  /** Seconds that the longest training of trees took so far. */
  longestTrees = 0

  /** The part of the seconds at which learning ends for now. */
  #until: number

  /** @param willRepeat whether something is to follow the search, which ends sooner then */
  constructor(budget: LearnBudget, willRepeat = false) {
    this.#budget = budget
    this.#until = FOR_LEARNING * (willRepeat ? FOR_SEARCH : 1)
  }

  /** The search is over: what follows has the rest of the time for learning. */
  endSearch(): void {
    this.#until = FOR_LEARNING
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000
  }

  /** Seconds left for learning; undefined where steps are counted. */
  get left(): number | undefined {
    return 'seconds' in this.#budget ? this.#budget.seconds * this.#until - this.seconds : undefined
  }

  /** Seconds for saying what matters, once all else is done; undefined where steps are counted. */
  get leftToSay(): number | undefined {
    if (!('seconds' in this.#budget)) return undefined
    const { seconds } = this.#budget
    return Math.max(seconds - this.seconds, Math.min(TO_SAY.most, TO_SAY.part * seconds))
  }

  /** From 0 to 1. */
  done(steps: number): number {
    return Math.min(1, 'seconds' in this.#budget ? this.seconds / this.#budget.seconds : steps / this.#budget.steps)
  }

  isOver(steps: number): boolean {
    return 'steps' in this.#budget ? steps >= this.#budget.steps : (this.left ?? 0) <= 0
  }

  /** Notes how long work took, so that the next can be made to fit. */
  note(work: number, seconds: number): void {
    if (work > 0) this.#pace = seconds / work
  }

  /**
   * Which part of some work can be done in a part of the time that is left: 1 for all of it, or where steps are counted.
   * @param work multiply-adds
   */
  fits(work: number, part: number): number {
    if (this.left === undefined) return 1
    const expected = work * (this.#pace ?? FIRST_PACE)
    return expected <= 0 ? 1 : Math.max(0, Math.min(1, (this.left * part) / expected))
  }
}

/** Before anything was measured: seconds a multiply-add on two workers, all three products of a step counted apart. */
const FIRST_PACE = 1.5e-10
