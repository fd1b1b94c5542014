/** What the lessons show of the replayed studies: `data/lessons.json`, which the build makes of docs/replication. */

export interface LessonChart {
  readonly title: string
  readonly x: string
  readonly y: string
  /** Dots stand alone, lines join. */
  readonly kind: 'lines' | 'dots'
  /** Whether 1 is on top: ranks. */
  readonly falling: boolean
  readonly series: readonly {
    readonly name: string
    /** x, y, and where they are known the ends of the 95 % interval. */
    readonly points: readonly (readonly number[])[]
  }[]
}

/** What a study measured of a lesson's question, in sentences and charts. */
interface LessonStudy {
  readonly said: readonly string[]
  readonly charts: readonly LessonChart[]
}

/** By the lesson's id. */
export type LessonData = Readonly<Record<string, LessonStudy>>
