// One engine in a process of its own: reads a command per line, answers with a line of JSON. The twin of worker.py.
//
// The patients are records with all fields, unknown ones as null, made before anything is timed: objects of one shape are
// what Node reads fastest.
"use strict";
const fs = require("node:fs");
const readline = require("node:readline");

const started = process.hrtime.bigint();
const { prepare } = require(`./${process.argv[2]}.js`);
const imported = Number(process.hrtime.bigint() - started) / 1e9;
const statuses = require("./statuses.js");
const state = {};

const secondsSince = (start) => Number(process.hrtime.bigint() - start) / 1e9;
const same = (one, two) => one.length === two.length && [...one].sort().join() === [...two].sort().join();

const commands = {
  prepare({ rules }) {
    const plain = JSON.parse(fs.readFileSync(rules, "utf8"));
    const start = process.hrtime.bigint();
    state.engine = prepare(plain);
    const seconds = secondsSince(start);
    state.statuses = statuses.prepare(plain);
    state.nothingKnown = Object.fromEntries(plain.fields.map((field) => [field.name, null]));
    return { seconds, imported };
  },
  async check_one({ patients }) {
    state.patients = JSON.parse(fs.readFileSync(patients, "utf8"));
    for (const patient of state.patients) patient.facts = { ...state.nothingKnown, ...patient.facts };
    let wrong = 0;
    for (const { facts, expected } of state.patients) {
      const answer = await state.engine.one(facts);
      const found = state.statuses(answer);
      const right = same(answer.holds, expected.holds) && same(answer.open, expected.open);
      if (!right || found.join() !== expected.statuses.join()) wrong += 1;
    }
    return { checked: state.patients.length, wrong };
  },
  async one({ seconds, statuses: withStatuses, count }) {
    const patients = state.patients.slice(0, count).map((patient) => patient.facts);
    let done = 0;
    const start = process.hrtime.bigint();
    do {
      for (const facts of patients) {
        let answer = state.engine.one(facts);
        if (answer instanceof Promise) answer = await answer;
        state.last = withStatuses ? state.statuses(answer) : answer;
      }
      done += patients.length;
    } while (secondsSince(start) < seconds);
    return { microseconds: (secondsSince(start) / done) * 1e6 };
  },
  memory() {
    return { bytes: process.resourceUsage().maxRSS * 1024 };
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { command, ...options } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await commands[command](options))}\n`);
  }
}

main();
