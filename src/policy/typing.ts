/** Types of a CEL expression, as far as they are known: what can never be evaluated is an error when the file loads. */
import { bodyOf, type Comprehension, type Expr, operandsOf, rangeOf } from './expression.ts';
import type { Fault } from './lint.ts';
import { isVariable, type Type, variables } from './variables.ts';

const ANY: Type = { kind: 'any' };
const BOOL: Type = { kind: 'bool' };
const NUMBER: Type = { kind: 'number' };
const TEXT: Type = { kind: 'text' };

type Bound = ReadonlyMap<string, Type>;

const SAID: Readonly<Record<Type['kind'], string>> = {
  any: 'a value',
  bool: 'true or false',
  number: 'a number',
  text: 'a text',
  list: 'a list',
  map: 'an object',
  time: 'a point in time',
  duration: 'a duration',
  null: 'null',
};

/** What functions give. Every other one gives any value. */
const RESULTS: Readonly<Record<string, Type>> = {
  ...Object.fromEntries(
    [
      'contains',
      'endsWith',
      'startsWith',
      'matches',
      'bool',
      '_<_',
      '_<=_',
      '_>_',
      '_>=_',
      '_==_',
      '_!=_',
      '@in',
    ].map((name) => [name, BOOL]),
  ),
  ...Object.fromEntries(
    ['size', 'count', 'sum', 'int', 'uint', 'double', '_*_', '_/_', '_%_', '-_'].map((name) => [
      name,
      NUMBER,
    ]),
  ),
  '_&&_': BOOL,
  '_||_': BOOL,
  '!_': BOOL,
  string: TEXT,
  timestamp: { kind: 'time' },
  duration: { kind: 'duration' },
};

const ORDERS = new Set(['_<_', '_<=_', '_>_', '_>=_']);
const ON_TEXTS = new Set(['contains', 'endsWith', 'startsWith', 'matches']);
const ON_BOOLS = new Set(['_&&_', '_||_', '!_']);
const ON_NUMBERS = new Set(['_*_', '_/_', '_%_', '-_']);

export function typeFaults(root: Expr): Fault[] {
  const faults: Fault[] = [];
  const fault = (expr: Expr, message: string): void => void faults.push({ id: expr.id, message });
  const expect = (expr: Expr, type: Type, kind: Type['kind'], what: string): void => {
    if (type.kind !== 'any' && type.kind !== kind)
      fault(expr, `${what} ${SAID[kind]}; this is ${SAID[type.kind]}.`);
  };

  function typeOf(expr: Expr, bound: Bound): Type {
    const { exprKind } = expr;
    switch (exprKind.case) {
      case 'constExpr':
        return constants[exprKind.value.constantKind.case ?? ''] ?? ANY;
      case 'identExpr':
        return bound.get(exprKind.value.name) ?? variableType(exprKind.value.name);
      case 'selectExpr': {
        const holder = exprKind.value.operand ? typeOf(exprKind.value.operand, bound) : ANY;
        return exprKind.value.testOnly ? BOOL : (holder.fields?.[exprKind.value.field] ?? ANY);
      }
      case 'callExpr':
        return callType(expr, exprKind.value.function, bound);
      case 'comprehensionExpr':
        return loopType(exprKind.value, bound);
      default:
        for (const each of operandsOf(expr)) typeOf(each, bound);
        return exprKind.case === 'listExpr'
          ? { kind: 'list' }
          : exprKind.case === 'structExpr'
            ? { kind: 'map' }
            : ANY;
    }
  }

  function callType(expr: Expr, name: string, bound: Bound): Type {
    const operands = operandsOf(expr);
    const types = operands.map((each) => typeOf(each, bound));
    const [a = ANY, b = ANY, c = ANY] = types;
    const known = a.kind !== 'any' && b.kind !== 'any';
    if (name === '_==_' || name === '_!=_') {
      if (known && a.kind !== b.kind && a.kind !== 'null' && b.kind !== 'null')
        fault(expr, `${SAID[a.kind]} and ${SAID[b.kind]} are never equal; write both alike.`);
    } else if (ORDERS.has(name)) {
      if (known && a.kind !== b.kind)
        fault(expr, `${SAID[a.kind]} and ${SAID[b.kind]} have no order; write both alike.`);
    } else if (name === '@in') {
      if (b.kind !== 'map') expect(expr, b, 'list', 'What stands after `in` must be');
      if (b.item && a.kind !== 'any' && b.item.kind !== 'any' && a.kind !== b.item.kind)
        fault(expr, `This list never holds ${SAID[a.kind]}: it holds ${SAID[b.item.kind]} each.`);
    } else if (ON_BOOLS.has(name)) {
      for (const [i, type] of types.entries()) expect(operands[i]!, type, 'bool', 'This must be');
    } else if (ON_TEXTS.has(name)) {
      for (const [i, type] of types.entries()) expect(operands[i]!, type, 'text', `\`${name}\` needs`);
    } else if (ON_NUMBERS.has(name)) {
      for (const [i, type] of types.entries()) expect(operands[i]!, type, 'number', 'This must be');
    } else if (name === '_?_:_') {
      expect(operands[0]!, a, 'bool', 'What stands before `?` must be');
      return b.kind === c.kind ? b : ANY;
    } else if (name === 'count' || name === 'sum') {
      for (const [i, type] of types.entries())
        if (i > 0) expect(operands[i]!, type, 'text', `session.${name} needs`);
    } else if (name === '_[_]') return a.item ?? ANY;
    return RESULTS[name] ?? ANY;
  }

  function loopType(fold: Comprehension, bound: Bound): Type {
    const [range = ANY, start = ANY] = rangeOf(fold).map((each) => typeOf(each, bound));
    const inside = new Map(bound).set(fold.iterVar, range.item ?? ANY).set(fold.accuVar, start);
    return bodyOf(fold)
      .map((each) => typeOf(each, inside))
      .at(-1)!;
  }

  expect(root, typeOf(root, new Map()), 'bool', 'A condition is');
  return faults;
}

const constants: Readonly<Record<string, Type>> = {
  boolValue: BOOL,
  doubleValue: NUMBER,
  int64Value: NUMBER,
  uint64Value: NUMBER,
  stringValue: TEXT,
  nullValue: { kind: 'null' },
};

const variableType = (name: string): Type => (isVariable(name) ? variables[name].type : ANY);
