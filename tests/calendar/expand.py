"""Prints when the calendars on standard input are busy, as Python's icalendar and
recurring_ical_events read them. Comes in: {"zone", "from", "to", "files"}, instants in seconds since
1970. Goes out: for each file its busy times as pairs of seconds, sorted, apart from each other, cut
at both ends. They share no code with what reads our calendars."""

import datetime
import json
import sys
import zoneinfo

import recurring_ical_events
from icalendar import Calendar

asked = json.load(sys.stdin)
home = zoneinfo.ZoneInfo(asked["zone"])
day = datetime.timedelta(days=1)
earliest, latest = (datetime.datetime.fromtimestamp(asked[key], datetime.timezone.utc) for key in ("from", "to"))


def seconds(moment):
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=home)
    return int(moment.timestamp())


def times(file):
    found = []
    for event in recurring_ical_events.of(Calendar.from_ical(file)).between(earliest - 3 * day, latest + 3 * day):
        if event.get("STATUS") == "CANCELLED":
            continue
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        pair = max(seconds(start), asked["from"]), min(seconds(end), asked["to"])
        if pair[0] < pair[1]:
            found.append(pair)
    apart = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1][1] = max(apart[-1][1], end)
        else:
            apart.append([start, end])
    return apart


print(json.dumps([times(file) for file in asked["files"]]))
