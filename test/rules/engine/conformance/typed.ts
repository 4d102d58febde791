// Numbers, null, empty, exists, comparisons, networks, times, field references.
import { type Case, detections, values } from './case.ts';

export const typed: readonly Case[] = [
  ...values('integers compare with numbers and their text', `selection: { f: 4625 }`, [
    [4625, true],
    ['4625', true],
    [4624, false],
    ['4625 ', false],
    [46, false],
  ]),
  ...values('a list of numbers', `selection: { f: [517, 1102] }`, [
    [517, true],
    [1102, true],
    ['1102', true],
    [5171102, false],
  ]),
  ...values('a quoted number is text', `selection: { f: '0x17' }`, [
    ['0x17', true],
    ['0X17', true],
    [23, false],
  ]),
  ...values('a number in hexadecimal', `selection: { f: 0x17 }`, [
    ['0x17', true],
    [23, true],
    ['23', true],
    ['17', false],
  ]),
  ...values('negative numbers and fractions', `selection: { f: -1.5 }`, [
    [-1.5, true],
    ['-1.5', true],
    [1.5, false],
  ]),
  ...values('booleans compare with booleans and their text', `selection: { f: true }`, [
    [true, true],
    ['true', true],
    ['True', true],
    [false, false],
    [1, false],
  ]),
  ...values('a quoted boolean', `selection: { f: 'false' }`, [
    [false, true],
    ['false', true],
    [true, false],
  ]),
  ...values("an empty value is ''", `selection: { f: '' }`, [
    ['', true],
    ['x', false],
    [null, false],
    [undefined, false],
  ]),
  ...values('null', `selection: { f: null }`, [
    [null, true],
    [undefined, true],
    ['', false],
    ['null', false],
    [0, false],
  ]),
  ...values('null written as a tilde', `selection: { f: ~ }`, [
    [null, true],
    ['~', false],
  ]),
  ...detections('not null is a selection of its own, negated', { f: 'x' }, [
    [`selection: { f: 'x' }\nfilter: { g: null }\ncondition: selection and not filter`, false],
    [`selection: { f: 'x' }\nfilter: { f: null }\ncondition: selection and not filter`, true],
    [`main: { f: 'x' }\nempty1: { g: '' }\nempty2: { g: null }\ncondition: main and 1 of empty*`, true],
  ]),
  ...values('exists: true verifies presence, not value', `selection: { f|exists: true }`, [
    ['x', true],
    ['', true],
    [null, true],
    [undefined, false],
  ]),
  ...values('exists: false', `selection: { f|exists: false }`, [
    ['x', false],
    ['', false],
    [null, false],
    [undefined, true],
  ]),
  // Numeric modifiers
  ...values('lt', `selection: { f|lt: 10 }`, [
    [9, true],
    [10, false],
    ['9.5', true],
    ['nine', false],
    [undefined, false],
    ['', false],
  ]),
  ...values('lte', `selection: { f|lte: 10 }`, [
    [10, true],
    [10.1, false],
    ['10', true],
  ]),
  ...values('gt', `selection: { f|gt: 10 }`, [
    [11, true],
    [10, false],
    ['1e3', true],
    [' 12 ', true],
  ]),
  ...values('gte', `selection: { f|gte: 10 }`, [
    [10, true],
    [9, false],
    [[1, 20], true],
    [null, false],
  ]),
  ...values('comparisons in one map are a range', `selection: { f|gte: 5, f|lt: 8 }`, [
    [4, false],
    [5, true],
    [7, true],
    [8, false],
  ]),
  ...values('comparisons with fractions and negatives', `selection: { f|gt: -0.5 }`, [
    [0, true],
    [-0.5, false],
    [-1, false],
  ]),
  ...values('a list of comparisons is linked with OR', `selection: { f|lt: [1, 5] }`, [
    [4, true],
    [5, false],
  ]),
  // Time modifiers
  ...values('minute', `selection: { f|minute: 30 }`, [
    ['2025-08-02T10:30:59Z', true],
    ['2025-08-02 10:31:00', false],
  ]),
  ...values('hour', `selection: { f|hour: 3 }`, [
    ['2025-08-02T03:59:59.123Z', true],
    ['2025-08-02 03:00:00', true],
    ['2025-08-02T13:00:00Z', false],
    ['2025-08-02', false],
    ['three', false],
  ]),
  ...values('no time zone is converted', `selection: { f|hour: 23 }`, [
    ['2025-08-02T23:10:00+02:00', true],
    ['2025-08-02T21:10:00Z', false],
  ]),
  ...values('day', `selection: { f|day: 2 }`, [
    ['2025-08-02', true],
    ['2025-08-12', false],
  ]),
  ...values('week', `selection: { f|week: 1 }`, [
    ['2024-12-30', true],
    ['2025-01-05', true],
    ['2025-01-06', false],
    ['2027-01-01', false],
  ]),
  ...values('week 53', `selection: { f|week: 53 }`, [
    ['2026-12-31', true],
    ['2025-12-31', false],
  ]),
  ...values('month', `selection: { f|month: 8 }`, [
    ['2025-08-02', true],
    ['2025-09-02', false],
    ['2025-13-02', false],
  ]),
  ...values('year', `selection: { f|year: 2025 }`, [
    ['2025-08-02', true],
    ['2024-08-02', false],
  ]),
  ...values('a part of a time compared', `selection: { f|hour|gte: 22 }`, [
    ['2025-08-02T22:00:00Z', true],
    ['2025-08-02T21:59:00Z', false],
  ]),
  ...values('a part of a time in a list', `selection: { f|month: [6, 7] }`, [
    ['2025-07-01', true],
    ['2025-08-01', false],
  ]),
  // IP modifiers
  ...values('cidr IPv4', `selection: { f|cidr: 10.0.0.0/8 }`, [
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['9.255.255.255', false],
    ['010.0.0.1x', false],
    ['', false],
  ]),
  ...values('cidr with an odd prefix', `selection: { f|cidr: 192.168.4.0/22 }`, [
    ['192.168.7.255', true],
    ['192.168.8.0', false],
    ['192.168.3.255', false],
  ]),
  ...values('cidr of one address and of all', `selection: { f|cidr: [127.0.0.1/32, '::1/128'] }`, [
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
  ]),
  ...values('cidr /0', `selection: { f|cidr: 0.0.0.0/0 }`, [
    ['8.8.8.8', true],
    ['::1', false],
  ]),
  ...values('cidr IPv6', `selection: { f|cidr: 'fd00::/8' }`, [
    ['fd12:3456::1', true],
    ['fe80::1', false],
    ['FD00::', true],
    ['fd00::1%eth0', true],
    ['10.0.0.1', false],
  ]),
  ...values('an IPv4-mapped address is the IPv4 address', `selection: { f|cidr: 10.0.0.0/8 }`, [
    ['::ffff:10.1.2.3', true],
    ['::ffff:11.1.2.3', false],
  ]),
  ...values('cidr list, all, and list fields', `selection: { f|cidr: [10.0.0.0/8, 172.16.0.0/12] }`, [
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    [['1.1.1.1', '10.1.1.1'], true],
  ]),
  ...values('an address alone is its own network', `selection: { f|cidr: 8.8.8.8 }`, [
    ['8.8.8.8', true],
    ['8.8.8.9', false],
  ]),
  ...values('cidr with neq', `selection: { f|cidr|neq: 10.0.0.0/8 }`, [
    ['8.8.8.8', true],
    ['10.8.8.8', false],
  ]),
  // fieldref
  ...detections('fieldref compares two fields of the event', { a: 'Root', b: 'root', c: 'roots', n: null }, [
    [`selection: { a|fieldref: b }`, true],
    [`selection: { a|fieldref: c }`, false],
    [`selection: { a|fieldref: missing }`, false],
    [`selection: { missing|fieldref: a }`, false],
    [`selection: { n|fieldref: n }`, false],
    [`selection: { a|fieldref|neq: c }`, true],
    [`selection: { a|fieldref|neq: b }`, false],
    [`selection: { a|fieldref|cased: b }`, false],
    [`selection: { c|fieldref|startswith: a }`, true],
    [`selection: { c|fieldref|endswith: a }`, false],
    [`selection: { c|fieldref|contains: b }`, true],
    [`selection: { a|fieldref: [c, b] }`, true],
    [`selection: { a|fieldref: 'b*' }`, 'E_MODIFIER_VALUE'],
  ]),
];
