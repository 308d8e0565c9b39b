// Browsers have a clipboard only where a page came safely; elsewhere the old way has to do.
import { tell } from '../feedback'

export async function copyText(text: string) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text)
    else copyBySelection(text)
    tell('Copied')
  } catch {
    tell('The browser does not allow to copy', 'bad')
  }
}

function copyBySelection(text: string) {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'sr-only'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (!done) throw new Error('refused')
}
