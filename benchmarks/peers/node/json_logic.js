// json-logic-engine: each rule as JSON Logic, built once into a function of its own.
//
// JSON Logic has no unknown (null < 5 is true in it): each rule is written as a certain and a possible expression, and its
// answer is true, null (open) or false. One function for all rules would be three times as slow: it is too large for the
// optimising compiler of Node.
"use strict";
const { LogicEngine } = require("json-logic-engine");

function said(one) {
  const value = { var: one.field };
  if (one.op === "known") return { "!==": [value, null] };
  if (one.op === "unknown") return { "===": [value, null] };
  if (one.op === "at_least") return { ">=": [value, one.limit] };
  if (one.op === "below") return { "<": [value, one.limit] };
  const found = one.values.length === 1 ? { "===": [value, one.values[0]] } : { in: [value, one.values] };
  return one.op === "in" ? found : { "!": found };
}

function certain(one) {
  const plain = one.op === "known" || one.op === "unknown" || one.op === "in";
  return plain ? said(one) : { and: [{ "!==": [{ var: one.field }, null] }, said(one)] };
}

function possible(one) {
  const plain = one.op === "known" || one.op === "unknown";
  return plain ? said(one) : { or: [{ "===": [{ var: one.field }, null] }, said(one)] };
}

function program(node, leaves) {
  if (typeof node === "number") return leaves[node];
  if (node.length === 1) return node[0] === "all";
  return { [node[0] === "all" ? "and" : "or"]: node.slice(1).map((part) => program(part, leaves)) };
}

exports.prepare = (rules) => {
  const holds = rules.comparisons.map(certain);
  const maybe = rules.comparisons.map(possible);
  const logic = new LogicEngine();
  const reads = rules.rules.map(({ when }) =>
    logic.build({ if: [program(when, maybe), { if: [program(when, holds), true, null] }, false] }),
  );
  const names = rules.rules.map((rule) => rule.id);
  return {
    one(facts) {
      const answer = { holds: [], open: [] };
      for (let number = 0; number < names.length; number++) {
        const value = reads[number](facts);
        if (value === true) answer.holds.push(names[number]);
        else if (value === null) answer.open.push(names[number]);
      }
      return answer;
    },
  };
};
