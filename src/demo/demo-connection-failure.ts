import type { Chance } from './demo-random.ts';
import {
  applicationRoot,
  celeryFrames,
  type Failure,
  library,
  own,
  type Place,
  type Raised,
} from './demo-tracebacks.ts';
import { reprString } from './python-repr.ts';

const refused = '[Errno 111] Connection refused';

/** What requests raises when nobody listens: four exceptions deep. */
export function connectionFailure({ file, function: name }: Place, chance: Chance): Failure {
  const host = chance.pick(['hooks.partner.example', 'search.internal', 'crm.example.org']);
  const pool = `HTTPSConnectionPool(host='${host}', port=443): Max retries exceeded with url: /v2/events`;
  const object = `<urllib3.connection.HTTPSConnection object at 0x7f${chance.hex(10)}>`;
  const reason = `NewConnectionError('${object}: Failed to establish a new connection: ${refused}')`;
  const chain: Raised[] = [
    ...urllibChain(pool, object, reason),
    {
      frames: [
        ...celeryFrames,
        own(
          file,
          36,
          name,
          'reply = client.post("/v2/events", json=event)',
          'client.post("/v2/events", json=event)',
        ),
        own(
          `${applicationRoot}/core/http.py`,
          58,
          'post',
          'return self.session.post(self.base + path, json=json, timeout=5)',
          'self.session.post(self.base + path, json=json, timeout=5)',
        ),
        library(
          'requests/sessions.py',
          637,
          'post',
          'return self.request("POST", url, data=data, json=json, **kwargs)',
          'self.request("POST", url, data=data, json=json, **kwargs)',
        ),
        library('requests/adapters.py', 700, 'send', 'raise ConnectionError(e, request=request)'),
      ],
      error: `requests.exceptions.ConnectionError: ${pool} (Caused by ${reason})`,
      after: 'handling',
    },
  ];
  return {
    exception: `ConnectionError(MaxRetryError(${reprString(`${pool} (Caused by ${reason})`)}))`,
    chain,
  };
}

function urllibChain(pool: string, object: string, reason: string): Raised[] {
  return [
    {
      frames: [
        library(
          'urllib3/connection.py',
          198,
          '_new_conn',
          'sock = connection.create_connection(',
          'connection.create_connection(',
        ),
        library('urllib3/util/connection.py', 85, 'create_connection', 'raise err'),
        library('urllib3/util/connection.py', 73, 'create_connection', 'sock.connect(sa)'),
      ],
      error: `ConnectionRefusedError: ${refused}`,
    },
    {
      frames: [
        library(
          'urllib3/connectionpool.py',
          787,
          'urlopen',
          'response = self._make_request(',
          'self._make_request(',
        ),
        library('urllib3/connectionpool.py', 488, '_make_request', 'raise new_e'),
        library('urllib3/connection.py', 213, '_new_conn', 'raise NewConnectionError('),
      ],
      error: `urllib3.exceptions.NewConnectionError: ${object}: Failed to establish a new connection: ${refused}`,
      after: 'cause',
    },
    {
      frames: [
        library('requests/adapters.py', 667, 'send', 'resp = conn.urlopen(', 'conn.urlopen('),
        library(
          'urllib3/connectionpool.py',
          841,
          'urlopen',
          'retries = retries.increment(',
          'retries.increment(',
        ),
        library(
          'urllib3/util/retry.py',
          519,
          'increment',
          'raise MaxRetryError(_pool, url, reason) from reason',
        ),
      ],
      error: `urllib3.exceptions.MaxRetryError: ${pool} (Caused by ${reason})`,
      after: 'cause',
    },
  ];
}
