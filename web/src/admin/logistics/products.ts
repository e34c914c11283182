import { computed, onMounted, shallowRef } from 'vue'
import type { Stock } from '@/shared/api/logisticsOfficeTypes'
import { logistics } from '../http'

/** The products by code, for filters and names; without an answer there is nothing to choose from, nothing breaks. */
export function useProducts() {
  const products = shallowRef<readonly Stock[]>([])
  onMounted(async () => {
    products.value = await logistics.stocks().then(
      ({ items }) => items,
      () => [],
    )
  })
  const names = computed(() => new Map(products.value.map(({ code, name }) => [code, name])))
  return { products, nameOf: (code: string): string => names.value.get(code) ?? code }
}
