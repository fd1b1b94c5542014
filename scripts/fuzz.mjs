// `npm run test:fuzz`: 20,000 changed inputs of every reader, in place of the 500 of `npm test`. ESPALIER_FUZZ and ESPALIER_FUZZ_SEED say others.
import { runMain, runNode } from './run.mjs'

runMain(() =>
  runNode(['node_modules/vitest/vitest.mjs', 'run', '--project', 'cpu', 'test/fuzz'], { ESPALIER_FUZZ: '20000', ...process.env }),
)
