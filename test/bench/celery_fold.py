"""celery.events.state.State.event alone: lists are parsed while the clock stands still, and folded while it runs."""

import json
import sys
import time

from celery import Celery

LISTS_AT_ONCE = 100


def resident():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmRSS'))


def parse(line):
    events = json.loads(line)
    for event in events:
        event['local_received'] = event['timestamp'] + 0.001
    return events


def main(given):
    with open(given['file']) as stream:
        lines = stream.readlines()
    state = Celery().events.State(max_tasks_in_memory=given['maxTasks'])
    fold = state.event
    seconds = 0
    events = 0
    tasks_before = 0
    resident_before = 0
    for at in range(0, len(lines), LISTS_AT_ONCE):
        parsed = [event for line in lines[at:at + LISTS_AT_ONCE] for event in parse(line)]
        is_measured = state.event_count >= given['before']
        if is_measured and events == 0:
            tasks_before = state.task_count
            resident_before = resident()
        start = time.process_time()
        for event in parsed:
            fold(event)
        took = time.process_time() - start
        if is_measured:
            seconds += took
            events += len(parsed)
    print(json.dumps({
        'eventsPerCpuSecond': events / seconds,
        'bytesPerTask': (resident() - resident_before) / (state.task_count - tasks_before),
    }))


main(json.loads(sys.argv[1]))
