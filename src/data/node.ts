// The entry `espalier/node`: what needs a file system.

export { DataUnavailableError } from './errors.ts'
export { type FetchOptions, fetchFashionMnist } from './node/fetch.ts'
export { cacheFolder, findFashionMnist } from './node/find.ts'
export { readFashionMnist, readPimaText } from './node/named.ts'
export { type ReadOptions, readDataset, readIdxFolder, readTable as readTextTable } from './node/read.ts'
