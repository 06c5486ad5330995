"""Prints what Python's icalendar reads in the calendar file on standard input: a JSON object for
each event, one a line. It shares no code with what writes our files."""

import datetime
import json
import sys

from icalendar import Calendar


def utc(moment):
    return moment.dt.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(part, name):
    return str(part[name]) if name in part else None


calendar = Calendar.from_ical(sys.stdin.buffer.read())
for part in calendar.subcomponents:
    print(json.dumps({
        "method": str(calendar["METHOD"]),
        "component": part.name,
        "errors": [str(error) for error in part.errors],
        "properties": sorted(part.keys()),
        "uid": str(part["UID"]),
        "sequence": int(part["SEQUENCE"]),
        "status": str(part["STATUS"]),
        "start": utc(part["DTSTART"]),
        "end": utc(part["DTEND"]),
        "stamp": utc(part["DTSTAMP"]),
        "summary": text(part, "SUMMARY"),
        "description": text(part, "DESCRIPTION"),
        "location": text(part, "LOCATION"),
        "url": text(part, "URL"),
        "organizer": text(part, "ORGANIZER"),
        "attendee": text(part, "ATTENDEE"),
    }))
