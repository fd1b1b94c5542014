// The published studies that `espalier replay` knows.

import { fashion } from './fashion.ts'
import { pima } from './pima.ts'
import { twig } from './twig.ts'
import { uci } from './uci.ts'

export const REPLAYS = { pima, fashion, uci, twig }
