/** What a line is fitted by. */

export interface LinearOptions {
  /** Which rows are drawn where there are too many, and how rows are dealt to folds. */
  readonly seed: number
  /**
   * Strengths to choose from, of penalties on coefficients of standardised features: by default 37 from 0.001 to 1,000,000 for a regression (scikit-learn's
   * alpha), 13 from 1,000 to 0.001 for classes (1 / C).
   */
  readonly strengths?: readonly number[]
  /** Rows that the strength of classes is chosen on at most; a million numbers by default. */
  readonly rowsOfChoice?: number
  /** Numbers that a line learns from at most, rows drawn by chance where there are more: 16 million by default. */
  readonly mostNumbers?: number
  /** How far above its minimum the mean log loss of classes may stay in the end; 1e-11 by default. Above 1e-6 strengths are compared as loosely. */
  readonly tolerance?: number
}
