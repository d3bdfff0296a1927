import type { Chance } from './demo-random.ts';
import {
  applicationRoot,
  celeryFrames,
  type Failure,
  type Frame,
  formatTraceback,
  type Raised,
  sitePackages,
  standardLibrary,
} from './demo-tracebacks.ts';
import { reprString } from './python-repr.ts';

/** Where the task that fails is written. */
export interface Place {
  readonly file: string;
  readonly function: string;
}

export type FailureName =
  | 'zeroDivision'
  | 'postcode'
  | 'productMissing'
  | 'connection'
  | 'readTimeout'
  | 'deadlock'
  | 'cardDeclined'
  | 'brokenImage'
  | 'recipientRefused'
  | 'badEncoding'
  | 'ffmpeg'
  | 'recursion'
  | 'softTimeLimit';

const refused = '[Errno 111] Connection refused';

/** Every way in which a task's own code fails, by the name that the task table uses. */
export const failures: Readonly<Record<FailureName, (place: Place, chance: Chance) => Failure>> = {
  zeroDivision: ({ file, function: name }) =>
    single(
      'ZeroDivisionError: division by zero',
      "ZeroDivisionError('division by zero')",
      own(file, 57, name, 'margin = share(order.total, order.items)', 'share(order.total, order.items)'),
      own(
        `${applicationRoot}/core/money.py`,
        112,
        'share',
        'return (total / len(items)).quantize(CENT)',
        'total / len(items)',
      ),
    ),
  postcode: ({ file, function: name }, chance) => {
    const who = chance.pick(['Jürgen Müller', '山田 太郎', 'Zoë Brontë 🚚', 'Łukasz Żółć']);
    const text = `Ungültige Postleitzahl „1234A“ für ${who}`;
    return single(
      `ValueError: ${text}`,
      `ValueError(${reprString(text)})`,
      own(file, 33, name, 'label = carrier.label_for(order)', 'carrier.label_for(order)'),
      own(
        `${applicationRoot}/shipping/carrier.py`,
        88,
        'label_for',
        'raise ValueError(f"Ungültige Postleitzahl „{code}“ für {name}")',
      ),
    );
  },
  productMissing: ({ file, function: name }, chance) => {
    const sku = `SKU-${chance.integer(10_000, 99_999)}`;
    const text = `no product ${sku} in feed 'köln-süd.csv'`;
    return {
      exception: `ProductNotFound(${reprString(text)})`,
      chain: [
        {
          frames: [
            own(
              `${applicationRoot}/catalog/store.py`,
              41,
              'find',
              'return self._by_sku[sku]',
              'self._by_sku[sku]',
            ),
          ],
          error: `KeyError: '${sku}'`,
        },
        {
          frames: [
            ...celeryFrames,
            own(file, 64, name, 'product = store.find(row["sku"])', 'store.find(row["sku"])'),
            own(
              `${applicationRoot}/catalog/store.py`,
              43,
              'find',
              'raise ProductNotFound(f"no product {sku} in feed {self.feed!r}")',
            ),
          ],
          error: `app.catalog.errors.ProductNotFound: ${text}`,
          after: 'handling',
        },
      ],
    };
  },
  connection: ({ file, function: name }, chance) => connectionFailure(file, name, chance),
  readTimeout: ({ file, function: name }) => {
    const text =
      "HTTPSConnectionPool(host='api.carrier.example', port=443): Read timed out. (read timeout=5)";
    return {
      exception: `ReadTimeout(ReadTimeoutError(${reprString(text)}))`,
      chain: [
        {
          frames: [
            library(
              'urllib3/connectionpool.py',
              537,
              '_make_request',
              'response = conn.getresponse()',
              'conn.getresponse()',
            ),
            python('http/client.py', 1375, 'getresponse', 'response.begin()'),
            python(
              'ssl.py',
              1166,
              'read',
              'return self._sslobj.read(len, buffer)',
              'self._sslobj.read(len, buffer)',
            ),
          ],
          error: 'TimeoutError: The read operation timed out',
        },
        {
          frames: [
            ...celeryFrames,
            own(
              file,
              38,
              name,
              'reply = session.post(url, json=payload, timeout=5)',
              'session.post(url, json=payload, timeout=5)',
            ),
            library(
              'requests/sessions.py',
              637,
              'post',
              'return self.request("POST", url, data=data, json=json, **kwargs)',
              'self.request("POST", url, data=data, json=json, **kwargs)',
            ),
            library('requests/adapters.py', 532, 'send', 'raise ReadTimeout(e, request=request)'),
          ],
          error: `requests.exceptions.ReadTimeout: ${text}`,
          after: 'cause',
        },
      ],
    };
  },
  deadlock: ({ file, function: name }, chance) => deadlockFailure(file, name, chance),
  cardDeclined: ({ file, function: name }, chance) => {
    const request = `req_${chance.hex(14)}`;
    const text = `order ${chance.integer(100_000, 999_999)}: card declined (insufficient_funds)`;
    return {
      exception: `PaymentDeclined(${reprString(text)})`,
      chain: [
        {
          frames: [
            own(
              `${applicationRoot}/billing/gateway.py`,
              73,
              'charge',
              'return stripe.PaymentIntent.create(**intent, idempotency_key=key)',
              'stripe.PaymentIntent.create(**intent, idempotency_key=key)',
            ),
            library(
              'stripe/_payment_intent.py',
              2841,
              'create',
              'cls._static_request("post", cls.class_url(), params=params)',
            ),
            library(
              'stripe/_api_requestor.py',
              759,
              '_interpret_response',
              'self.handle_error_response(rbody, rcode, resp.data, rheaders)',
            ),
          ],
          error: `stripe._error.CardError: Request ${request}: Your card has insufficient funds.`,
        },
        {
          frames: [
            ...celeryFrames,
            own(
              file,
              52,
              name,
              'receipt = gateway.charge(order_id, amount)',
              'gateway.charge(order_id, amount)',
            ),
            own(
              `${applicationRoot}/billing/gateway.py`,
              76,
              'charge',
              'raise PaymentDeclined(f"order {order_id}: card declined ({exc.code})") from exc',
            ),
          ],
          error: `app.billing.errors.PaymentDeclined: ${text}`,
          after: 'cause',
        },
      ],
    };
  },
  brokenImage: ({ file, function: name }, chance) => {
    const text = `cannot identify image file <_io.BytesIO object at 0x7f${chance.hex(10)}>`;
    return single(
      `PIL.UnidentifiedImageError: ${text}`,
      `UnidentifiedImageError(${reprString(text)})`,
      own(file, 29, name, 'with Image.open(BytesIO(blob)) as image:', 'Image.open(BytesIO(blob))'),
      library('PIL/Image.py', 3498, 'open', 'raise UnidentifiedImageError(msg)'),
    );
  },
  recipientRefused: ({ file, function: name }, chance) => {
    const who = chance.pick(['noreply@example.invalid', 'jürgen@beispiel.example', 'sales@old-shop.example']);
    const text = `{'${who}': (550, b'5.1.1 <${who}>: Recipient address rejected: User unknown')}`;
    return single(
      `smtplib.SMTPRecipientsRefused: ${text}`,
      `SMTPRecipientsRefused(${text})`,
      own(file, 46, name, 'smtp.send_message(message)'),
      python(
        'smtplib.py',
        986,
        'send_message',
        'return self.sendmail(from_addr, to_addrs, flatmsg, mail_options,',
      ),
      python('smtplib.py', 901, 'sendmail', 'raise SMTPRecipientsRefused(senderrs)'),
    );
  },
  badEncoding: ({ file, function: name }) => {
    const text = "'utf-8' codec can't decode byte 0xfc in position 11: invalid start byte";
    return single(
      `UnicodeDecodeError: ${text}`,
      "UnicodeDecodeError('utf-8', b'name;K\\xf6ln-S\\xfcd', 11, 12, 'invalid start byte')",
      own(file, 71, name, 'for row in csv.DictReader(feed):'),
      python('csv.py', 110, '__next__', 'self.fieldnames'),
      python(
        'codecs.py',
        322,
        'decode',
        '(result, consumed) = self._buffer_decode(data, self.errors, final)',
        'self._buffer_decode(data, self.errors, final)',
      ),
    );
  },
  ffmpeg: ({ file, function: name }, chance) => {
    const command = `['ffmpeg', '-i', '/media/in/${chance.hex(8)}.mov', '-c:v', 'libx264', '/media/out/${chance.hex(8)}.mp4']`;
    return single(
      `subprocess.CalledProcessError: Command '${command}' returned non-zero exit status 187.`,
      `CalledProcessError(187, ${command})`,
      own(file, 90, name, 'subprocess.run(command, check=True, capture_output=True)'),
      python('subprocess.py', 571, 'run', 'raise CalledProcessError(retcode, process.args,'),
    );
  },
  recursion: ({ file, function: name }) => {
    const climb = Array.from({ length: 74 }, (): Frame[] => [
      own(
        `${applicationRoot}/catalog/tree.py`,
        118,
        'expand',
        'return self.merge(node.children)',
        'self.merge(node.children)',
      ),
      own(
        `${applicationRoot}/catalog/tree.py`,
        131,
        'merge',
        'return [self.expand(child) for child in children]',
        'self.expand(child)',
      ),
    ]).flat();
    return single(
      'RecursionError: maximum recursion depth exceeded while calling a Python object',
      "RecursionError('maximum recursion depth exceeded while calling a Python object')",
      own(file, 19, name, 'tree = CategoryTree(root).expand(root)', 'CategoryTree(root).expand(root)'),
      ...climb,
    );
  },
  softTimeLimit: ({ file, function: name }) =>
    single(
      'billiard.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()',
      'SoftTimeLimitExceeded()',
      own(file, 83, name, 'rows = list(cursor.iterate(batch=500))', 'cursor.iterate(batch=500)'),
      library('billiard/pool.py', 229, 'soft_timeout_sighandler', 'raise SoftTimeLimitExceeded()'),
    ),
};

/** What the pool itself reports: `exception` hides the real type, which is the traceback's last line (protocol.md A.5). */
export function poolFailure(error: { lostJob: number } | { hardLimit: number }): {
  exception: string;
  traceback: string;
} {
  const [frame, text] =
    'lostJob' in error
      ? [
          library('billiard/pool.py', 1265, 'mark_as_worker_lost', 'raise WorkerLostError('),
          `billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: ${error.lostJob}.`,
        ]
      : [
          library('billiard/pool.py', 684, 'on_hard_timeout', 'raise TimeLimitExceeded(job._timeout)'),
          `billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(${error.hardLimit},)`,
        ];
  return {
    exception: 'ExceptionWithTraceback()',
    traceback: formatTraceback([{ frames: [frame], error: text }]),
  };
}

function connectionFailure(file: string, name: string, chance: Chance): Failure {
  const host = chance.pick(['hooks.partner.example', 'search.internal', 'crm.example.org']);
  const pool = `HTTPSConnectionPool(host='${host}', port=443): Max retries exceeded with url: /v2/events`;
  const object = `<urllib3.connection.HTTPSConnection object at 0x7f${chance.hex(10)}>`;
  const reason = `NewConnectionError('${object}: Failed to establish a new connection: ${refused}')`;
  const chain: Raised[] = [
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

function deadlockFailure(file: string, name: string, chance: Chance): Failure {
  const [one, two] = [chance.integer(2000, 9000), chance.integer(2000, 9000)];
  const detail =
    `deadlock detected\nDETAIL:  Process ${one} waits for ShareLock on transaction 88123; blocked by process ${two}.\n` +
    'HINT:  See server log for query details.\nCONTEXT:  while updating tuple (0,14) in relation "stock"\n';
  const sql = 'UPDATE stock SET reserved=%(reserved)s WHERE stock.sku = %(sku)s';
  return {
    exception: `OperationalError(${reprString(`(psycopg2.errors.DeadlockDetected) ${detail.split('\n')[0]}\n`)})`,
    chain: [
      {
        frames: [
          library('sqlalchemy/engine/base.py', 1967, '_exec_single_context', 'self.dialect.do_execute('),
          library('sqlalchemy/engine/default.py', 941, 'do_execute', 'cursor.execute(statement, parameters)'),
        ],
        error: `psycopg2.errors.DeadlockDetected: ${detail}`,
      },
      {
        frames: [
          ...celeryFrames,
          own(file, 44, name, 'stock.reserve(sku, quantity)'),
          own(`${applicationRoot}/inventory/stock.py`, 129, 'reserve', 'session.execute(statement)'),
          library(
            'sqlalchemy/orm/session.py',
            2365,
            'execute',
            'return self._execute_internal(',
            'self._execute_internal(',
          ),
          library(
            'sqlalchemy/engine/base.py',
            2355,
            '_handle_dbapi_exception',
            'raise sqlalchemy_exception.with_traceback(exc_info[2]) from e',
          ),
        ],
        error:
          `sqlalchemy.exc.OperationalError: (psycopg2.errors.DeadlockDetected) ${detail}\n[SQL: ${sql}]\n` +
          `[parameters: {'reserved': 3, 'sku': 'SKU-${chance.integer(10_000, 99_999)}'}]\n` +
          '(Background on this error at: https://sqlalche.me/e/20/e3q8)',
        after: 'cause',
      },
    ],
  };
}

function single(error: string, exception: string, ...frames: readonly Frame[]): Failure {
  return { exception, chain: [{ frames: [...celeryFrames, ...frames], error }] };
}

function own(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return { file, line, function: name, code, ...(mark === undefined ? {} : { mark }) };
}

function library(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return own(`${sitePackages}/${file}`, line, name, code, mark);
}

function python(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return own(`${standardLibrary}/${file}`, line, name, code, mark);
}
