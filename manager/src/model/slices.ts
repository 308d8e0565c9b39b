// A long list comes and goes a slice at a time, so that whoever types or scrolls meanwhile is not kept waiting for all of it.
import { computed, onUnmounted, ref, shallowRef, watch } from 'vue'
import type { Entity } from '../api'

const ROWS = 20
const FIRST = 2
// In a frame. When the last took longer than two, one comes.
const COMING = 2
const GOING = 6
const LONG = 34

const cut = (rows: Entity[]) => Array.from({ length: Math.ceil(rows.length / ROWS) }, (_, at) => rows.slice(at * ROWS, (at + 1) * ROWS))

export function useSlices(rows: () => Entity[]) {
  const all = shallowRef<Entity[][]>([])
  const count = ref(0)
  const waiting = shallowRef<Entity[][] | null>(null)
  const isDrawing = computed(() => !!waiting.value || count.value < all.value.length)
  let frame = 0

  function begin(slices: Entity[][], from: number) {
    waiting.value = null
    all.value = slices
    count.value = Math.min(slices.length, Math.max(FIRST, from))
  }

  function draw(before: number) {
    if (!isDrawing.value) return
    frame = requestAnimationFrame((now) => {
      if (!waiting.value) count.value = Math.min(all.value.length, count.value + (now - before > LONG ? 1 : COMING))
      else if (count.value > GOING) count.value -= GOING
      else begin(waiting.value, 0)
      draw(now)
    })
  }

  watch(rows, (now) => {
    cancelAnimationFrame(frame)
    const there = new Set(all.value.slice(0, count.value).flat().map((row) => row.id))
    const kept = now.filter((row) => there.has(row.id)).length
    // A list that grew below, or lost a row, is not begun anew; one that is another waits until what was long is gone from below.
    if (kept < there.size / 2 && count.value > GOING) waiting.value = cut(now)
    else begin(cut(now), Math.ceil(kept / ROWS))
    draw(performance.now())
  }, { immediate: true })
  onUnmounted(() => cancelAnimationFrame(frame))

  return { slices: computed(() => all.value.slice(0, count.value)), isDrawing }
}
