// Play mode's state as a hook: what is set, what is told, and the canvases beside it.

import { useEffect, useRef, useState } from 'preact/hooks'
import { fromPlayAddress, toPlayAddress } from '../../playAddress.ts'
import type { Lesson } from '../../playLessons.ts'
import { isPlay } from '../../playPlace.ts'
import type { PlayFrame, Points } from '../../playProtocol.ts'
import { PLAY_DEFAULTS, type PlaySettings, populationOf } from '../../playSettings.ts'
import { followColors } from '../colors.ts'
import { Player } from './player.ts'
import { Screen } from './screen.ts'

/** What the page says of the last frames, a few times a second. */
interface Told {
  readonly epoch: number
  /** Frames drawn in the last second; undefined while nothing trains. */
  readonly rate: number | undefined
  /** Of every network, on the held points. */
  readonly accuracy: readonly number[]
  readonly sentences: readonly string[]
  readonly widths: readonly number[]
  /** Of every layer how far a weight moved in the last frame. */
  readonly moved: readonly number[]
}

const NOTHING: Told = { epoch: 0, rate: undefined, accuracy: [], sentences: [], widths: [], moved: [] }

/** How often what is told changes, in ms: as often as a person can read. */
const TELL = 250

export interface Play {
  readonly settings: PlaySettings
  readonly lesson: Lesson | undefined
  readonly told: Told
  readonly points: Points | undefined
  readonly isPlaying: boolean
  readonly selected: number
  readonly problem: string | undefined
  readonly screen: Screen
  readonly set: (changed: Partial<PlaySettings>) => void
  readonly play: (isPlaying: boolean) => void
  readonly step: () => void
  readonly restart: () => void
  readonly select: (network: number) => void
}

interface Place {
  readonly settings: PlaySettings
  readonly lesson: Lesson | undefined
  readonly problem: string | undefined
}

/** What an address asks for: a link that is wrong says so, and begins with the defaults. */
function placeOf(hash: string): Place {
  try {
    return { ...fromPlayAddress(hash), problem: undefined }
  } catch (error) {
    return { settings: PLAY_DEFAULTS, lesson: undefined, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Nothing moves at once for those who asked their system for less motion. */
const movesAtOnce = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches

export function usePlay(): Play {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  const [told, setTold] = useState(NOTHING)
  const [points, setPoints] = useState<Points>()
  const [problem, setProblem] = useState<string>()
  const [isPlaying, setPlaying] = useState(movesAtOnce)
  const [selected, setSelected] = useState(0)
  const [screen] = useState(() => new Screen())
  const player = useRef<Player | undefined>(undefined)
  const { settings } = place

  useEffect(() => {
    const teller = new Teller(setTold)
    const made = new Player({
      onBegun: (begun, refusal) => {
        setPoints(begun)
        setProblem(refusal)
        teller.clear()
        screen.begin(begun)
      },
      onFrame: (frame) => {
        screen.show(frame)
        teller.hear(frame)
      },
      onProblem: setProblem,
    })
    player.current = made
    const follow = (): void => {
      if (!isPlay(location.hash)) return
      setSelected(0)
      setPlace(placeOf(location.hash))
    }
    const unfollow = followColors((colors) => screen.color(colors))
    addEventListener('hashchange', follow)
    return () => {
      made.close()
      teller.clear()
      unfollow()
      removeEventListener('hashchange', follow)
    }
  }, [screen])
  useEffect(() => {
    const { networks } = populationOf(settings)
    // One colour for networks that differ in nothing but their seeds; where that is all of them, one each.
    screen.chosen = {
      ...screen.chosen,
      goal: settings.goal,
      colors: networks.map(({ variant }, i) => (settings.vary === 'seed' ? i : variant) % 12),
    }
    player.current?.begin(settings)
  }, [settings, screen])
  useEffect(() => player.current?.play(isPlaying), [isPlaying])
  useEffect(() => player.current?.select(selected), [selected])

  return {
    ...{ settings, lesson: place.lesson, told, points, isPlaying, selected, problem: problem ?? place.problem, screen },
    set: (changed) => {
      const next = { ...settings, ...changed }
      history.replaceState(null, '', toPlayAddress(next, place.lesson))
      setSelected((before) => Math.min(before, populationOf(next).networks.length - 1))
      setPlace({ ...place, settings: next, problem: undefined })
    },
    play: setPlaying,
    step: () => player.current?.step(),
    restart: () => player.current?.begin(settings),
    select: setSelected,
  }
}

/** Tells the page of frames, a few times a second, and how many there were. */
class Teller {
  readonly #tell: (told: Told) => void
  #times: number[] = []
  #sentences: readonly string[] = []
  #last = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (told: Told) => void) {
    this.#tell = tell
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#times = []
    this.#sentences = []
    this.#last = 0
  }

  hear({ epoch, sentences, scores, look }: PlayFrame): void {
    const now = performance.now()
    this.#times = [...this.#times.filter((time) => time > now - 1000), now]
    this.#sentences = sentences ?? this.#sentences
    const [first = now] = this.#times
    const rate = now - first < 500 ? undefined : Math.round(((this.#times.length - 1) * 1000) / (now - first))
    const { widths, moved } = look
    clearTimeout(this.#timer)
    // The last frame of all is told as well.
    this.#timer = setTimeout(
      () => {
        this.#last = performance.now()
        this.#tell({ ...{ epoch, rate, widths, moved }, accuracy: [...scores.testAccuracy], sentences: this.#sentences })
      },
      Math.max(0, this.#last + TELL - now),
    )
  }
}
