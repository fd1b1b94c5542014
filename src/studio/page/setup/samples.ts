// The sample data sets that the server offers.

import { useEffect, useState } from 'preact/hooks'

interface Sample {
  readonly name: 'pima' | 'fashion-mnist'
  readonly title: string
  readonly about: string
}

const PIMA: Sample = { name: 'pima', title: 'Pima diabetes', about: '768 patients' }
const FASHION: Sample = { name: 'fashion-mnist', title: 'Fashion-MNIST', about: '70,000 pictures of clothes' }

/** The samples that lie beside the page: Fashion-MNIST where the server says that it has it. */
export function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([PIMA])
  useEffect(() => {
    fetch(new URL('./data/samples.json', import.meta.url))
      .then((response) => response.json())
      .then((names: unknown) => {
        if (Array.isArray(names) && names.includes(FASHION.name)) setSamples([PIMA, FASHION])
      })
      // Without the list there is one sample, which is part of the page.
      .catch(() => undefined)
  }, [])
  return samples
}
