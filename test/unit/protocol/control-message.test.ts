import { describe, expect, it } from 'vitest';
import { controlMessage, readControlReply, replyTicket } from '../../../src/protocol/control-message.ts';
import { type CapturedRequest, fixtureLines, messageOf } from '../../support/messages.ts';

const captured = fixtureLines<CapturedRequest>('control.ndjson');

describe('controlMessage', () => {
  it('writes each captured request as kombu did, key for key', () => {
    expect(captured.length).toBeGreaterThan(100);

    for (const { request } of captured) {
      const body = JSON.parse(request.rawBody);
      const reply = body.ticket && { ticket: body.ticket, replyTo: body.reply_to };
      const headers = {
        clock: Number(request.headers['clock']),
        expires: Number(request.headers['expires']),
      };
      const ours = controlMessage(body, headers, reply);
      expect(JSON.stringify(ours.body)).toBe(JSON.stringify(body));
      expect(JSON.stringify(ours.headers)).toBe(JSON.stringify(request.headers));
      expect(ours.deliveryMode).toBe(request.deliveryMode);
    }
  });
});

describe('readControlReply', () => {
  it('reads every captured reply as one worker and its value', () => {
    const replies = captured.flatMap((each) => each.replies);
    expect(replies.length).toBeGreaterThan(100);

    for (const { rawBody, headers, contentType } of replies) {
      const read = readControlReply(messageOf(rawBody, { headers, contentType }));
      expect(read).toEqual({ replies: Object.entries(JSON.parse(rawBody)) });
      expect(replyTicket(headers)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each(['[]', 'null', '"pong"', '5'])('takes %s for an answer of nobody in particular', (body) => {
    expect(readControlReply(messageOf(body))).toEqual({
      unreadable: 'The answer is not an object with a worker in it.',
    });
  });

  it('names the setting when a worker answers in another format', () => {
    const message = messageOf('gAR9', { contentType: 'application/x-python-serialize' });

    expect(readControlReply(message)).toEqual({
      unreadable:
        'It is written in pickle (application/x-python-serialize), which cannot be read here: set task_serializer to json on the workers.',
    });
  });
});
