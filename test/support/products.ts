// Names a kind of matrix products, which the package's options do not.

import type { Products } from '../../src/backend/webgpu/products.ts'

/** Options by which tests and benches have a backend use one kind of matrix products for all networks: src/backend/webgpu/path.ts has the key. */
export const withProducts = (name: Products['name'] | 'auto'): Readonly<Record<symbol, string>> =>
  name === 'auto' ? {} : { [Symbol.for('espalier.products')]: name }
