import { connectionFailure } from './demo-connection-failure.ts';
import type { Chance } from './demo-random.ts';
import {
  applicationRoot,
  celeryFrames,
  type Failure,
  library,
  own,
  type Place,
  python,
} from './demo-tracebacks.ts';
import { reprString } from './python-repr.ts';

type ChainedFailureName = 'connection' | 'deadlock' | 'productMissing' | 'readTimeout' | 'cardDeclined';

/** Failures of several exceptions, one raised while another was handled, or from it. */
export const chainedFailures: Readonly<
  Record<ChainedFailureName, (place: Place, chance: Chance) => Failure>
> = {
  connection: connectionFailure,
  deadlock: deadlockFailure,
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
};

function deadlockFailure({ file, function: name }: Place, chance: Chance): Failure {
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
