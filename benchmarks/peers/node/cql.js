// cql-execution: a library with a definition per rule, run on one patient.
//
// CQL has three-valued logic of its own: a comparison with null is null, and its And, Or and Not are Kleene's, so each rule
// is written once. The compiled form (ELM) is written directly, because the translator from CQL text is a Java program.
// A list of words is an Or of Equals, because the operator In answers false for null.
"use strict";
const cql = require("cql-execution");

const SYSTEM = "urn:hl7-org:elm-types:r1";
const property = (field) => ({ type: "Property", path: field, source: { type: "ExpressionRef", name: "Patient" } });

function literal(value) {
  const kind = typeof value === "string" ? "String" : Number.isInteger(value) ? "Integer" : "Decimal";
  return { type: "Literal", valueType: `{${SYSTEM}}${kind}`, value: String(value) };
}

// And and Or take two operands in ELM: more become a balanced tree.
function joined(type, operands) {
  if (operands.length === 1) return operands[0];
  const half = operands.length >> 1;
  return { type, operand: [joined(type, operands.slice(0, half)), joined(type, operands.slice(half))] };
}

function comparison(one) {
  const value = property(one.field);
  if (one.op === "unknown") return { type: "IsNull", operand: value };
  if (one.op === "known") return { type: "Not", operand: { type: "IsNull", operand: value } };
  if (one.op === "at_least") return { type: "GreaterOrEqual", operand: [value, literal(one.limit)] };
  if (one.op === "below") return { type: "Less", operand: [value, literal(one.limit)] };
  const equal = one.values.map((word) => ({ type: "Equal", operand: [value, literal(word)] }));
  const found = joined("Or", equal);
  return one.op === "in" ? found : { type: "Not", operand: found };
}

function program(node, leaves) {
  if (typeof node === "number") return leaves[node];
  if (node.length === 1) return { ...literal(node[0] === "all"), valueType: `{${SYSTEM}}Boolean` };
  return joined(node[0] === "all" ? "And" : "Or", node.slice(1).map((part) => program(part, leaves)));
}

class Patient {
  constructor(facts) {
    this.facts = facts;
  }
  getId() {
    return "patient";
  }
  getTypeInfo() {
    return undefined;
  }
  get(field) {
    return this.facts[field];
  }
  findRecords() {
    return [this];
  }
}

class OnePatient {
  constructor(facts) {
    this.patient = new Patient(facts);
  }
  currentPatient() {
    return this.patient;
  }
  nextPatient() {
    this.patient = undefined;
    return this.patient;
  }
}

function library(rules) {
  const leaves = rules.comparisons.map(comparison);
  const retrieve = { type: "Retrieve", dataType: "{patients}Patient" };
  const patient = { name: "Patient", context: "Patient", expression: { type: "SingletonFrom", operand: retrieve } };
  const definitions = rules.rules.map(({ id, when }) => ({
    name: id,
    context: "Patient",
    accessLevel: "Public",
    expression: program(when, leaves),
  }));
  return {
    library: {
      identifier: { id: "Rules", version: "1" },
      schemaIdentifier: { id: "urn:hl7-org:elm", version: "r1" },
      usings: { def: [{ localIdentifier: "System", uri: SYSTEM }] },
      statements: { def: [patient, ...definitions] },
    },
  };
}

exports.prepare = (rules) => {
  const executor = new cql.Executor(new cql.Library(library(rules)));
  const names = rules.rules.map((rule) => rule.id);
  return {
    async one(facts) {
      const results = await executor.exec(new OnePatient(facts));
      const values = results.patientResults.patient;
      return {
        holds: names.filter((name) => values[name] === true),
        open: names.filter((name) => values[name] === null),
      };
    },
  };
};
