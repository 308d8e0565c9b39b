// A long list is drawn a slice at a time, so that whoever types or scrolls meanwhile is not kept waiting for all of it.
import { computed, onUnmounted, ref, watch } from 'vue'
import type { Entity } from '../api'

const ROWS = 20
const FIRST = 2
const MOST = 2
// Two frames. When they come later than that, there is one slice in each.
const LONG = 34

export function useSlices(rows: () => Entity[]) {
  const count = ref(0)
  const all = computed(() => Array.from({ length: Math.ceil(rows().length / ROWS) }, (_, at) => rows().slice(at * ROWS, (at + 1) * ROWS)))
  let frame = 0

  function draw(before: number) {
    frame = requestAnimationFrame((now) => {
      count.value = Math.min(all.value.length, count.value + (now - before > LONG ? 1 : MOST))
      if (count.value < all.value.length) draw(now)
    })
  }

  watch(rows, (now, before) => {
    cancelAnimationFrame(frame)
    // A list that grew below, or lost a row, is not begun anew.
    const known = new Set(before?.slice(0, count.value * ROWS).map((row) => row.id))
    count.value = Math.min(all.value.length, Math.max(FIRST, Math.ceil(now.filter((row) => known.has(row.id)).length / ROWS)))
    if (count.value < all.value.length) draw(performance.now())
  }, { immediate: true })
  onUnmounted(() => cancelAnimationFrame(frame))

  return { slices: computed(() => all.value.slice(0, count.value)), isDrawing: computed(() => count.value < all.value.length) }
}
