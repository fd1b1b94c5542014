// What an answer for pictures comes to, in sentences.

import { at } from '../../../core/at.ts'
import type { AnswerNews } from '../../answers.ts'
import type { DataDescription, ImagesDescription } from '../../description.ts'
import type { SaidPicture } from '../../pictures.ts'
import { chanceText, earlierSaid, helpSaid, type Said } from '../answer/sentences.ts'

/** Does a network help? In the words of tables, whose rows are pictures here. */
export function picturesHelp(news: AnswerNews, data: DataDescription, images: ImagesDescription): Said {
  const column = {
    ...{ name: 'class', kind: 'category' as const, why: '', missing: 0, distinct: images.classes.length, range: undefined, examples: [] },
    ...{ tasks: ['multiclass' as const], doubt: undefined },
    counts: images.classes.map((value, i) => ({ value, rows: at(images.counts, i) })),
  }
  const { short, long } = helpSaid(news, { ...data, target: 'class', columns: [column] })
  const ofPictures = (text: string): string => text.replaceAll(/\brow(s?)\b/g, 'picture$1')
  return { short: ofPictures(short), long: ofPictures(long) }
}

/** What matters of a picture? */
export function regionsSaid({ found, state }: AnswerNews): Said {
  const said = found?.matters.sentences[0] ?? ''
  if (said === '')
    return {
      short: state === 'learning' ? 'Told as soon as every network had a turn …' : 'That was not found out before the end.',
      long: '',
    }
  const none = (found?.pictures?.regions ?? []).filter(({ low }) => !(low > 0)).map(({ name }) => name)
  return {
    short: said,
    long: `${found?.isEarlier === true ? `${earlierSaid(state)} ` : ''}Measured by the certainty that is lost when a region is that of another picture.${
      none.length > 0 && none.length < 9 ? ` Of ${none.join(', ')} these pictures show no effect.` : ''
    }`,
  }
}

/** What is said of one picture. */
export function pictureSaid({ probabilities, set, actual }: SaidPicture): Said {
  const [likeliest = '', chance = 0] = Object.entries(probabilities).reduce((most, one) => (one[1] > most[1] ? one : most), ['', -1])
  const truth = actual === undefined ? '' : actual === likeliest ? ' It is one.' : ` It is ${actual}.`
  const others = set.filter((name) => name !== likeliest)
  const possible =
    set.length === 0
      ? ''
      : `In 95 of 100 such pictures the truth is among what it holds possible: here ${others.length === 0 ? 'that alone' : set.join(', ')}.`
  return { short: `${likeliest}, with a chance of ${chanceText(chance)}.${truth}`, long: possible }
}
