// What answers for pictures, and as what it is kept.

import type { Backend } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { withTemperature } from '../../../learn/calibration.ts'
import { type ClassSets, classesOf } from '../../../learn/intervals/intervals.ts'
import { FitResult } from '../../../train/result.ts'
import type { PictureShape, SaidPicture } from '../../pictures.ts'
import { decode, Scaler } from './decode.ts'
import { Likeness } from './likeness.ts'
import { saidBy } from './race.ts'

/** Networks that answer together, and by what their mean becomes chances and sets of classes. */
interface Judges<Network> {
  readonly networks: readonly Network[]
  readonly temperature: number
  readonly sets: ClassSets | undefined
}

/** The same as plain data, for the browser's store. */
export type KeptNetworks = Judges<Pick<FitResult, 'topology' | 'member' | 'checkpoint'>>

/** What answers for pictures, as long as its backend is open. */
export class PictureAnswer {
  readonly #data: Dataset
  readonly #shape: PictureShape
  readonly #judges: Judges<FitResult>
  readonly #likeness: Likeness

  constructor(data: Dataset, shape: PictureShape, judges: Judges<FitResult>) {
    this.#data = data
    this.#shape = shape
    this.#judges = judges
    this.#likeness = new Likeness(data, shape)
  }

  static restored(backend: Backend, { data, shape }: { data: Dataset; shape: PictureShape }, kept: KeptNetworks): PictureAnswer {
    const networks = kept.networks.map(
      ({ topology, member, checkpoint }) => new FitResult(backend, topology, member, checkpoint, 'completed', data.classNames),
    )
    return new PictureAnswer(data, shape, { ...kept, networks })
  }

  /** Without what its optimizers would need to go on, which is twice as much. */
  get kept(): KeptNetworks {
    const { networks, temperature, sets } = this.#judges
    const plain = networks.map(({ topology, member, checkpoint }) => ({
      ...{ topology, member },
      checkpoint: { ...checkpoint, state: { ...checkpoint.state, slots: [] } },
    }))
    return { networks: plain, temperature, sets }
  }

  /** One of the networks that answer together: that of the first part. */
  get network(): { readonly fitted: FitResult; readonly data: Dataset } {
    return { fitted: at(this.#judges.networks, 0), data: this.#data }
  }

  /** The mean of all networks. @throws InvalidDataError where it is no picture */
  async ask(file: Blob): Promise<SaidPicture> {
    const picture = await decode(file)
    const pixels = new Scaler(this.#shape).pixels(picture)
    picture.close()
    const { networks, temperature, sets } = this.#judges
    const { classNames, scale = 1 } = this.#data
    const mean = new Float64Array(classNames.length)
    for (const network of networks) {
      const said = await saidBy(network, { features: pixels, scale, rows: 1 })
      for (const [i, own] of said.entries()) mean[i] = at(mean, i) + own / networks.length
    }
    const chances = withTemperature(mean, classNames.length, temperature)
    return {
      ...{ pixels, actual: undefined, outside: this.#likeness.isOutside(pixels) },
      probabilities: Object.fromEntries(classNames.map((name, i) => [name, at(chances, i)])),
      set: sets === undefined ? [] : classesOf(sets, chances).map((i) => at(classNames, i)),
    }
  }
}
