// Reads a calendar as ical.js does, strictly, and prints its events.
import fs from "node:fs";
import ICAL from "ical.js";

const events = new ICAL.Component(ICAL.parse(fs.readFileSync(process.argv[2], "utf8"))).getAllSubcomponents("vevent");
const shown = events.map((component) => new ICAL.Event(component, { strictExceptions: true }));
console.log(
  JSON.stringify(
    shown.map((event) => ({
      uid: event.uid,
      summary: event.summary,
      start: event.startDate.toString(),
      end: event.endDate.toString(),
      isDate: event.startDate.isDate,
    })),
  ),
);
