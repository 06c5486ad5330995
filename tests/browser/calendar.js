// Calendar files, read by a program that shares no code with Footing.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const reader = fileURLToPath(new URL("../calendar/read.py", import.meta.url));

/** The events of a calendar file as Python's icalendar reads them. */
export function events(file) {
  const python = process.env.ICALENDAR_PYTHON;
  if (!python) {
    throw new Error("ICALENDAR_PYTHON must name a Python that has icalendar 7 in it: tests/run makes one, or make a venv");
  }
  const lines = execFileSync(python, [reader], { input: file, encoding: "utf8" });
  return lines.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
