// The language of routes: what an editor must know of it to colour it and to offer what comes next. Whether it is right the gateway says.
export interface Piece { text: string; kind: '' | 'field' | 'operator' | 'string' | 'number' | 'call' | 'bad' }
export interface Offer { text: string; about: string }

export const fields: Offer[] = [
  { text: 'http.path', about: 'the normalised path' },
  { text: 'http.method', about: 'GET, POST …' },
  { text: 'http.host', about: 'the Host header, without the port' },
  { text: 'http.headers.', about: 'a header, in lower case with _ for -' },
  { text: 'http.queries.', about: 'an argument of the query' },
  { text: 'http.path.segments.', about: 'a part of the path: 0, 0_1, len' },
  { text: 'net.protocol', about: 'http, https, grpc …' },
  { text: 'net.src.ip', about: "the client's address" },
  { text: 'net.src.port', about: "the client's port" },
  { text: 'net.dst.ip', about: 'the address it came in at' },
  { text: 'net.dst.port', about: 'the port it came in at' },
  { text: 'tls.sni', about: 'the TLS server name' },
]
const functions: Offer[] = [{ text: 'lower(', about: 'in lower case' }, { text: 'any(', about: 'one of several values suffices' }]
const operators: Offer[] = [
  { text: '==', about: 'is' }, { text: '!=', about: 'is not' }, { text: '^=', about: 'begins with' }, { text: '=^', about: 'ends with' }, { text: '~', about: 'matches the regex' },
  { text: 'contains', about: 'has in it' }, { text: 'in', about: 'within the addresses' }, { text: 'not in', about: 'outside of the addresses' }, { text: '>=', about: 'at least' }, { text: '<=', about: 'at most' },
]
const joints: Offer[] = [{ text: '&&', about: 'and' }, { text: '||', about: 'or' }]
const TOKEN = /(\s+)|(r#"[\s\S]*?"#|"(?:[^"\\]|\\[\s\S])*")|(lower|any)(?=\s*\()|((?:http|net|tls)\.[A-Za-z0-9_.]*)|(\b(?:not\s+in|in|contains)\b|==|!=|\^=|=\^|>=|<=|&&|\|\||[~<>!])|(\b\d[\da-fA-F.:/]*)|([()])|("[\s\S]*|[^\s()"]+)/gy

/** The text in pieces, one behind the other, nothing left out. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match?.[0]; match = TOKEN.exec(text)) {
    const [whole, space, string, call, field, operator, number, bracket] = match
    const known = field && (fields.some((offer) => offer.text === field || (offer.text.endsWith('.') && field.startsWith(offer.text) && field.length > offer.text.length)))
    found.push({ text: whole, kind: space || bracket ? '' : string ? 'string' : call ? 'call' : field ? (known ? 'field' : 'bad') : operator ? 'operator' : number ? 'number' : 'bad' })
  }
  return found
}

/** What could stand at the end of a text, and how much of it that replaces. */
export function offers(before: string): { replaces: number; offers: Offer[] } {
  if ((before.replace(/\\[\s\S]/g, '').match(/"/g) ?? []).length % 2) return { replaces: 0, offers: [] }
  const word = /[A-Za-z0-9_.]*$/.exec(before)![0]
  const told = before.slice(0, before.length - word.length).trimEnd()
  const last = pieces(told).filter((piece) => piece.text.trim()).at(-1)
  const ends = last && (last.kind === 'string' || last.kind === 'number')
  const isValue = last?.kind === 'field' || (last?.text === ')' && /(lower|any)\s*\([^()]*\)$/.test(told))
  const list = isValue ? operators : ends || last?.text === ')' ? joints : last?.kind === 'operator' && !['&&', '||', '!'].includes(last.text) ? [] : [...fields, ...functions]
  return { replaces: word.length, offers: list.filter((offer) => offer.text.startsWith(word) && offer.text !== word).slice(0, 12) }
}
