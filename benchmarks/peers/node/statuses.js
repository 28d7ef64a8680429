// The status of every component from the rules that hold and the open ones: the twin of statuses.py, shared by all engines.
"use strict";

exports.prepare = (rules) => {
  const position = new Map(rules.rules.map((rule, number) => [rule.id, number]));
  const { about, marks, blocks, statuses } = rules;
  const standing = new Uint16Array(rules.components.length);
  const blocked = new Uint8Array(rules.components.length);
  return ({ holds, open }) => {
    standing.fill(0);
    blocked.fill(0);
    for (const name of holds) {
      const number = position.get(name);
      const mark = marks[number];
      if (mark) for (const component of about[number]) standing[component] |= mark;
    }
    for (const name of open) {
      const number = position.get(name);
      if (blocks[number]) for (const component of about[number]) blocked[component] = 1;
    }
    return Array.from(standing, (marked, component) => statuses[blocked[component]][marked]);
  };
};
