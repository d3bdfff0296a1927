import { describe, expect, it } from 'vitest';
import { NoReplyError, UnreadableResultError, UsageError } from '../../../src/errors.ts';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import { type ConfiguredBackend, configuredBackend } from '../../../src/results/configured-backend.ts';

function of(
  replies: Readonly<Record<string, unknown>>,
  broker = 'amqp://guest:guest@rabbit',
  keyPrefix?: string,
): ConfiguredBackend {
  return configuredBackend(replies, parseBrokerUrl(broker), keyPrefix);
}

const masked = { result_backend: 'redis://:********@cache:6379/1' };

describe('configuredBackend', () => {
  it.each([
    [{ result_backend: 'redis://cache:6379/1' }, { url: 'redis://cache:6379/1', keyPrefix: '' }],
    [{ CELERY_RESULT_BACKEND: 'redis://old/1' }, { url: 'redis://old/1', keyPrefix: '' }],
    [
      { result_backend: 'redis://cache/1', result_backend_transport_options: { global_keyprefix: '' } },
      { url: 'redis://cache/1', keyPrefix: '' },
    ],
  ])('takes what a worker says: %j', (conf, backend) => {
    expect(of({ 'w1@h': conf, 'w2@h': conf, 'w3@h': { error: 'x' } })).toEqual(backend);
  });

  it('takes the password of the broker, when the results are in the same Redis', () => {
    expect(of({ w: masked }, 'redis://:s3cr%3At@cache:6379/0').url).toBe('redis://:s3cr%3At@cache:6379/1');
    expect(
      of({ w: { result_backend: 'redis://ops:********@cache:6379/1' } }, 'redis://ops:pw@cache/0').url,
    ).toBe('redis://ops:pw@cache:6379/1');
  });

  it.each([
    'amqp://guest:guest@cache:6379',
    'redis://:pw@other:6379/0',
    'redis://:pw@cache:6380/0',
    'redis://ops:pw@cache:6379/0',
    'redis://cache:6379/0',
  ])('asks for the password when the broker is %s', (broker) => {
    expect(() => of({ w: masked }, broker)).toThrow(
      new UsageError(
        'The workers keep results in redis://:***@cache:6379/1 and do not tell its password: give it with --result-backend or STALK_RESULT_BACKEND.',
      ),
    );
  });

  it('asks for what workers do not tell', () => {
    const hidden = {
      result_backend: 'redis://h/1',
      result_backend_transport_options: { global_keyprefix: '********' },
    };

    expect(() => of({ w: hidden })).toThrow('give global_keyprefix with --result-keyprefix.');
    expect(of({ w: hidden }, undefined, 'shop').keyPrefix).toBe('shop');
    expect(() => of({ w: { result_backend: 'rediss://h:6379/1' } })).toThrow(
      'how its certificate is checked',
    );
    expect(() => of({ w: { result_backend: 'redis+socket:///run/r.sock' } })).toThrow(
      'do not tell the database',
    );
  });

  it('does not choose between workers that disagree', () => {
    expect(() => of({ 'w1@h': masked, 'w2@h': { result_backend: 'redis://b/2' } })).toThrow(
      new UsageError(
        'The workers keep results in different places, w1@h in redis://:***@cache:6379/1, w2@h in redis://b/2: give it with --result-backend or STALK_RESULT_BACKEND.',
      ),
    );
  });

  it.each([
    [
      {},
      NoReplyError,
      'No worker answered that could tell the result backend: give it with --result-backend',
    ],
    [
      { w: { broker_url: 'x' } },
      UnreadableResultError,
      'No result is kept: result_backend is not set on the workers.',
    ],
    [{ w: null }, UnreadableResultError, 'No result is kept'],
    [{ w: { result_backend: 7 } }, UnreadableResultError, 'No result is kept'],
    [{ w: { result_backend: 'rpc:///' } }, UnreadableResultError, 'Results in rpc:// belong to the client'],
    [
      { w: { result_backend: 'db+sqlite:///x' } },
      UnreadableResultError,
      'Results in a database (db+sqlite://)',
    ],
  ])('says why there is none to read: %j', (replies, kind, sentence) => {
    expect(() => of(replies)).toThrow(kind);
    expect(() => of(replies)).toThrow(sentence);
  });

  it('shows nothing of a hostile worker as it is', () => {
    const hostile = { 'w\x1b[31m': masked, w2: { result_backend: 'redis://\x1b]0;x\x07' } };

    expect(() => of(hostile)).toThrow(/^[^\x1b\x07]*$/);
  });
});
