// The sample data sets that the server offers.

import { useEffect, useState } from 'preact/hooks'
import type { SampleName } from '../../config.ts'

interface Sample {
  readonly name: SampleName
  readonly title: string
  readonly about: string
}

const PIMA: Sample = { name: 'pima', title: 'Pima diabetes', about: '768 patients' }
const CARS: Sample = { name: 'auto-mpg', title: 'Miles per gallon', about: '398 cars' }
const FASHION: Sample = { name: 'fashion-mnist', title: 'Fashion-MNIST', about: '70,000 pictures of clothes' }

/** The samples that lie beside the page: Fashion-MNIST where the server says that it has it. */
export function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([PIMA, CARS])
  useEffect(() => {
    fetch(new URL('./data/samples.json', import.meta.url))
      .then((response) => response.json())
      .then((names: unknown) => {
        if (Array.isArray(names) && names.includes(FASHION.name)) setSamples([PIMA, CARS, FASHION])
      })
      // Without the list there are those that are part of the page.
      .catch(() => undefined)
  }, [])
  return samples
}
