import type { EventType } from '@bellwether/contract/event'
import { LiveMessage, LiveRequest } from '@bellwether/contract/platform/live'
import type { LiveTopic } from '@bellwether/contract/topic'
import { createSchemas, type Json, type Schemas } from './schemas.ts'

export interface AsyncApiParts {
  version: string
  events: readonly EventType[]
  topics: readonly LiveTopic[]
}

/** Facts on the event log and messages over sockets, as an AsyncAPI 3 document. */
export function asyncApiOf({ version, events, topics }: AsyncApiParts): Json {
  const schemas = createSchemas()
  const sent = [
    ...events.map((type): [string, Json] => [type.type, factChannel(type, schemas)]),
    ...topics.map((topic): [string, Json] => [`live.${topic.name}`, topicChannel(topic, schemas)]),
  ]
  const channels = Object.fromEntries([...sent, ['ws', protocol(schemas)]])
  const operations = Object.entries(channels).map(([key, { description }]) => {
    const action = key === 'ws' ? 'receive' : 'send'
    return [`${action}.${key}`, { action, channel: { $ref: `#/channels/${key}` }, summary: description }]
  })
  return {
    asyncapi: '3.0.0',
    info: { title: 'Bellwether', version, description: ABOUT, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    servers: {
      socket: { host: 'localhost:7400', protocol: 'ws', pathname: '/ws' },
      stream: { host: 'localhost:7400', protocol: 'http', pathname: '/api/v1/live' },
    },
    channels,
    operations: Object.fromEntries(operations),
    components: { schemas: schemas.named },
  }
}

const ABOUT =
  'Facts are CloudEvents 1.0 on the event log, at least once, in order per key. Live topics come over /ws or as server-sent events of /api/v1/live.'

const factChannel = ({ type, version, data, summary }: EventType, schemas: Schemas): Json => ({
  address: type,
  description: summary,
  messages: {
    [`v${version}`]: {
      name: type,
      title: summary,
      contentType: 'application/cloudevents+json',
      payload: cloudEvent(type, version, schemas.schemaOf(data, 'output', type)),
    },
  },
})

const topicChannel = ({ name, can, summary, messages }: LiveTopic, schemas: Schemas): Json => ({
  address: name,
  title: `Live topic ${name}`,
  description: `${summary} (needs ${can})`,
  servers: [{ $ref: '#/servers/socket' }, { $ref: '#/servers/stream' }],
  messages: Object.fromEntries(
    Object.entries(messages).map(([kind, shape]) => [
      kind,
      { name: kind, contentType: 'application/json', payload: schemas.schemaOf(shape, 'output', `${name}.${kind}`) },
    ]),
  ),
})

const protocol = (schemas: Schemas): Json => ({
  address: '/ws',
  description: 'What travels over a socket: requests of the client, messages of the server',
  servers: [{ $ref: '#/servers/socket' }],
  messages: {
    request: {
      name: 'request',
      title: 'Sent by the client',
      payload: schemas.schemaOf(LiveRequest, 'input', 'LiveRequest'),
    },
    message: {
      name: 'message',
      title: 'Sent by the server',
      payload: schemas.schemaOf(LiveMessage, 'output', 'LiveMessage'),
    },
  },
})

const cloudEvent = (type: string, dataversion: number, data: Json): Json => ({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    source: { type: 'string' },
    type: { const: type },
    dataversion: { const: dataversion },
    subject: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    partitionkey: { type: 'string' },
    correlationid: { type: 'string' },
    traceparent: { type: 'string' },
    data,
  },
})
