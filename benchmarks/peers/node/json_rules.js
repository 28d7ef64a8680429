// json-rules-engine: two rules for each of ours, one for what is certain and one for what is possible.
//
// It has no unknown: null is refused by its number operators and is a value to the others. What is possible is met by null
// as well.
"use strict";
const { Engine } = require("json-rules-engine");

const OPERATORS = { at_least: "greaterThanInclusive", below: "lessThan", in: "in", not_in: "notIn" };

function said(one) {
  if (one.op === "known") return { fact: one.field, operator: "notEqual", value: null };
  if (one.op === "unknown") return { fact: one.field, operator: "equal", value: null };
  return { fact: one.field, operator: OPERATORS[one.op], value: one.values ?? one.limit };
}

function certain(one) {
  return one.op === "not_in" ? { ...said(one), value: [...one.values, null] } : said(one);
}

function possible(one) {
  if (one.op === "in") return { ...said(one), value: [...one.values, null] };
  if (one.op !== "at_least" && one.op !== "below") return said(one);
  return { any: [{ fact: one.field, operator: "equal", value: null }, said(one)] };
}

function program(node, leaves) {
  if (typeof node === "number") return leaves[node];
  return { [node[0]]: node.slice(1).map((part) => program(part, leaves)) };
}

// A rule must begin with a group. Of an empty one, "all" is true and "any" is false.
const grouped = (condition) => ("fact" in condition ? { all: [condition] } : condition);

exports.prepare = (rules) => {
  const engine = new Engine();
  const holds = rules.comparisons.map(certain);
  const maybe = rules.comparisons.map(possible);
  for (const { id, when } of rules.rules) {
    engine.addRule({ conditions: grouped(program(when, holds)), event: { type: id } });
    engine.addRule({ conditions: grouped(program(when, maybe)), event: { type: `?${id}` } });
  }
  return {
    async one(facts) {
      const { events } = await engine.run(facts);
      const names = events.map((event) => event.type);
      const certainly = new Set(names.filter((name) => name[0] !== "?"));
      const open = names.filter((name) => name[0] === "?" && !certainly.has(name.slice(1)));
      return { holds: [...certainly], open: open.map((name) => name.slice(1)) };
    },
  };
};
