"""Celery's Receiver and State, used as its documentation and its own monitor use them."""

import json
import os
import signal
import sys

from celery import Celery

given = json.loads(sys.argv[1])
step = given['step']
app = Celery(broker=given['url'])
state = app.events.State(max_tasks_in_memory=given['maxTasks'])
heartbeats = 0


def on_heartbeat(event):
    global heartbeats
    heartbeats += 1
    if heartbeats == 1:
        print('ready', flush=True)
    state.event(event)


def on_event(event):
    state.event(event)
    if (state.event_count - heartbeats) % step == 0:
        print(state.event_count - heartbeats, flush=True)


def end(*_):
    # Not print: the signal may come in the middle of one.
    os.write(1, f'{state.event_count}\n'.encode())
    os._exit(0)


signal.signal(signal.SIGTERM, end)
connection = app.connection_for_read()
while True:
    # As celery/events/dumper.py:evdump survives a broker that cuts it off.
    try:
        connection.ensure_connection()
        handlers = {'worker-heartbeat': on_heartbeat, '*': on_event}
        app.events.Receiver(connection, handlers=handlers).capture(limit=None, timeout=None, wakeup=True)
    except connection.connection_errors + connection.channel_errors as error:
        print(f'lost {error}', flush=True)
