// The API page: reads the document and shows it. Everything is put in as text, never as markup.
const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const byId = (id) => document.getElementById(id)

/** An element with properties and children; strings become text. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

const api = await (await fetch('/api/openapi.json')).json()
byId('version').textContent = api.info.version
const follow = (node) =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at, key) => at?.[key], api)
    : node

/** A short example of a shape: enough to fill in. */
function example(shape, depth = 0) {
  const node = follow(shape) ?? {}
  if (depth > 6) return null
  const given = node.default ?? node.const ?? node.enum?.[0]
  if (given !== undefined) return given
  const choice = node.anyOf ?? node.oneOf
  if (choice) return example(choice[0], depth + 1)
  if (node.allOf) return Object.assign({}, ...node.allOf.map((part) => example(part, depth + 1)))
  if (node.properties) return exampleObject(node, depth)
  if (node.type === 'array') return node.items ? [example(node.items, depth + 1)] : []
  return exampleValue(node)
}

function exampleObject({ properties, required = [] }, depth) {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name) || depth === 0)
      .map(([name, held]) => [name, example(held, depth + 1)]),
  )
}

function exampleValue({ type, format, minimum = 0 }) {
  if (type === 'integer' || type === 'number') return Math.max(minimum, 0)
  if (type === 'boolean') return false
  if (type === 'object') return {}
  if (format === 'uuid') return '00000000-0000-7000-8000-000000000000'
  if (format === 'date-time') return new Date().toISOString()
  return type === 'string' ? '' : null
}

function typeOf(shape) {
  const node = follow(shape) ?? {}
  if (node.enum) return node.enum.join(' | ')
  if (node.const !== undefined) return JSON.stringify(node.const)
  const choice = node.anyOf ?? node.oneOf
  if (choice) return choice.map(typeOf).join(' | ')
  if (node.type === 'array') return `list of ${typeOf(node.items)}`
  return [node.type, node.format].filter(Boolean).join(' ') || 'anything'
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

function curl({ method, url, headers, body }) {
  const lines = [`curl -X ${method} ${quoted(new URL(url, location.href).href)}`]
  for (const [name, value] of Object.entries(headers)) {
    const shown = name === 'authorization' ? 'Bearer $TOKEN' : value
    lines.push(name === 'authorization' ? `-H "authorization: ${shown}"` : `-H ${quoted(`${name}: ${shown}`)}`)
  }
  if (body !== undefined) lines.push(`-d ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

function parameterTable(parameters, fields) {
  const table = make(
    'table',
    {},
    make('tr', {}, ...['Name', 'In', 'Type', 'Value'].map((name) => make('th', { textContent: name }))),
  )
  for (const one of parameters.map(follow)) {
    const field = make('input', { ariaLabel: one.name, placeholder: one.schema?.default ?? '' })
    fields.push({ ...one, field })
    table.append(
      make(
        'tr',
        {},
        make('td', {}, make('code', { textContent: one.name }), one.required ? ' (required)' : ''),
        make('td', { textContent: one.in }),
        make('td', { textContent: [typeOf(one.schema), one.description].filter(Boolean).join(' · ') }),
        make('td', {}, field),
      ),
    )
  }
  return table
}

function requestOf({ path, method, fields, area }) {
  const headers = {}
  const query = new URLSearchParams()
  let url = path
  for (const { name, in: place, field } of fields) {
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(field.value))
    else if (field.value && place === 'query') query.append(name, field.value)
    else if (field.value && place === 'header') headers[name.toLowerCase()] = field.value
  }
  if (query.size > 0) url += `?${query}`
  if (byId('token').value) headers.authorization = `Bearer ${byId('token').value}`
  else headers['x-bellwether'] = '1'
  if (area) headers['content-type'] = 'application/json'
  return { method: method.toUpperCase(), url, headers, ...(area ? { body: area.value } : {}) }
}

async function sendTo(request, output) {
  output.textContent = 'Sending …'
  try {
    const response = await fetch(request.url, request)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const shown = isJson && text ? JSON.stringify(JSON.parse(text), null, 2) : text
    output.textContent = `${response.status} ${response.statusText}\n${[...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${shown}`
  } catch (error) {
    output.textContent = `The request did not get through: ${error.message}`
  }
}

function fill(box, { path, method, operation }) {
  const fields = []
  const parameters = operation.parameters ?? []
  box.append(make('p', { textContent: operation.description.replaceAll('`', '') }))
  if (parameters.length > 0) box.append(make('h3', { textContent: 'Parameters' }), parameterTable(parameters, fields))
  const body = operation.requestBody?.content?.['application/json']?.schema
  const area =
    body && make('textarea', { ariaLabel: 'Body', value: JSON.stringify(example(body), null, 2), spellcheck: false })
  if (area)
    box.append(
      make('h3', { textContent: 'Body' }),
      area,
      make(
        'details',
        {},
        make('summary', { textContent: 'Shape of the body' }),
        make('pre', { textContent: JSON.stringify(follow(body), null, 2) }),
      ),
    )
  const output = make('pre', { textContent: 'Nothing sent yet.', ariaLive: 'polite' })
  const args = { path, method, fields, area }
  const show = make('button', {
    type: 'button',
    textContent: 'Show as curl',
    onclick: () => {
      output.textContent = curl(requestOf(args))
    },
  })
  const send = make('button', {
    type: 'button',
    textContent: 'Send',
    onclick: () => void sendTo(requestOf(args), output),
  })
  box.append(make('h3', { textContent: 'Try it' }), make('div', { className: 'buttons' }, send, show), output)
  box.append(make('h3', { textContent: 'Answers' }))
  const table = make('table')
  for (const [status, held] of Object.entries(operation.responses)) {
    const response = follow(held)
    const schema = response.content?.['application/json']?.schema
    const cell = make('td', { textContent: response.description })
    if (schema)
      cell.append(
        make(
          'details',
          {},
          make('summary', { textContent: 'Shape' }),
          make('pre', { textContent: JSON.stringify(follow(schema), null, 2) }),
        ),
      )
    table.append(make('tr', {}, make('td', {}, make('code', { textContent: status })), cell))
  }
  box.append(table)
}

/** One endpoint; its inside is made when it is first opened. */
function card({ path, method, operation }) {
  const inside = make('div')
  const details = make(
    'details',
    { id: operation.operationId },
    make(
      'summary',
      {},
      make('span', { className: 'method', textContent: method.toUpperCase() }),
      make('span', { className: 'path', textContent: path }),
      make('span', { className: 'about', textContent: operation.summary }),
    ),
    inside,
  )
  details.addEventListener('toggle', () => {
    if (details.open && inside.childElementCount === 0) fill(inside, { path, method, operation })
  })
  return details
}

const all = Object.entries(api.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })),
)

function show(words) {
  const wanted = all.filter(({ path, method, operation }) =>
    words.every((word) =>
      `${method} ${path} ${operation.summary} ${operation['x-permission']}`.toLowerCase().includes(word),
    ),
  )
  byId('count').textContent = `${wanted.length} of ${all.length} endpoints`
  byId('content').replaceChildren()
  byId('nav').replaceChildren()
  for (const tag of [...new Set(wanted.flatMap(({ operation }) => operation.tags))].sort()) {
    byId('content').append(make('h2', { textContent: tag, id: `tag-${tag}` }))
    byId('nav').append(make('a', { href: `#tag-${tag}`, textContent: tag }))
    for (const one of wanted.filter(({ operation }) => operation.tags.includes(tag))) byId('content').append(card(one))
  }
}

byId('search').addEventListener('input', ({ target }) => show(target.value.toLowerCase().split(/\s+/).filter(Boolean)))
show([])
const asked = location.hash && document.getElementById(location.hash.slice(1))
if (asked) {
  asked.open = true
  asked.scrollIntoView()
}
