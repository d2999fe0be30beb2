/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
"use strict";

var $protobuf = require("protobufjs/minimal");

var $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
var $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

var $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

$root.bench = (function() {

    var bench = {};

    bench.codec = (function() {

        var codec = {};

        codec.Echo = (function() {

            var Echo = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Echo.prototype.id = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Echo.prototype.text = "";

            Echo.create = function(properties) {
                return new Echo(properties);
            };

            Echo.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(8).int64(message.id);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(18).string(message.text);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Echo.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Echo();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.text = value;
                            else
                                delete message.text;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Echo.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Echo";
            };

            return Echo;
        })();

        codec.Item = (function() {

            var Item = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Item.prototype.sku = "";
            Item.prototype.name = "";
            Item.prototype.quantity = 0;
            Item.prototype.priceCents = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Item.prototype.gift = false;
            Item.prototype.discount = 0;

            Item.create = function(properties) {
                return new Item(properties);
            };

            Item.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sku != null && $Object.hasOwnProperty.call(message, "sku") && message.sku !== "")
                    writer.uint32(10).string(message.sku);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(18).string(message.name);
                if (message.quantity != null && $Object.hasOwnProperty.call(message, "quantity") && message.quantity !== 0)
                    writer.uint32(24).int32(message.quantity);
                if (message.priceCents != null && $Object.hasOwnProperty.call(message, "priceCents") && (typeof message.priceCents === "object" ? message.priceCents.low || message.priceCents.high : message.priceCents !== 0))
                    writer.uint32(32).int64(message.priceCents);
                if (message.gift != null && $Object.hasOwnProperty.call(message, "gift") && message.gift !== false)
                    writer.uint32(40).bool(message.gift);
                if (message.discount != null && $Object.hasOwnProperty.call(message, "discount") && !$Object.is(message.discount, 0))
                    writer.uint32(49).double(message.discount);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Item.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Item();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sku = value;
                            else
                                delete message.sku;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.quantity = value;
                            else
                                delete message.quantity;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.priceCents = value;
                            else
                                delete message.priceCents;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.gift = value;
                            else
                                delete message.gift;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.discount = value;
                            else
                                delete message.discount;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Item.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Item";
            };

            return Item;
        })();

        codec.Order = (function() {

            var Order = function (properties) {
                this.items = [];
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Order.prototype.id = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Order.prototype.customer = "";
            Order.prototype.email = "";
            Order.prototype.items = $util.emptyArray;
            Order.prototype.total = 0;
            Order.prototype.createdMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Order.prototype.note = "";

            Order.create = function(properties) {
                return new Order(properties);
            };

            Order.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(8).int64(message.id);
                if (message.customer != null && $Object.hasOwnProperty.call(message, "customer") && message.customer !== "")
                    writer.uint32(18).string(message.customer);
                if (message.email != null && $Object.hasOwnProperty.call(message, "email") && message.email !== "")
                    writer.uint32(26).string(message.email);
                if (message.items != null && message.items.length)
                    for (var i = 0; i < message.items.length; ++i)
                        $root.bench.codec.Item.encode(message.items[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.total != null && $Object.hasOwnProperty.call(message, "total") && !$Object.is(message.total, 0))
                    writer.uint32(41).double(message.total);
                if (message.createdMs != null && $Object.hasOwnProperty.call(message, "createdMs") && (typeof message.createdMs === "object" ? message.createdMs.low || message.createdMs.high : message.createdMs !== 0))
                    writer.uint32(48).int64(message.createdMs);
                if (message.note != null && $Object.hasOwnProperty.call(message, "note") && message.note !== "")
                    writer.uint32(58).string(message.note);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Order.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Order();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.customer = value;
                            else
                                delete message.customer;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.email = value;
                            else
                                delete message.email;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.items && message.items.length))
                                message.items = [];
                            message.items.push($root.bench.codec.Item.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.total = value;
                            else
                                delete message.total;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.createdMs = value;
                            else
                                delete message.createdMs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.note = value;
                            else
                                delete message.note;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Order.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Order";
            };

            return Order;
        })();

        codec.Integers = (function() {

            var Integers = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Integers.prototype.a = 0;
            Integers.prototype.b = 0;
            Integers.prototype.c = 0;
            Integers.prototype.d = 0;
            Integers.prototype.e = 0;
            Integers.prototype.f = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Integers.prototype.g = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Integers.prototype.h = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Integers.prototype.i = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Integers.prototype.j = 0;
            Integers.prototype.k = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Integers.prototype.l = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Integers.prototype.m = 0;
            Integers.prototype.n = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            Integers.create = function(properties) {
                return new Integers(properties);
            };

            Integers.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.a != null && $Object.hasOwnProperty.call(message, "a") && message.a !== 0)
                    writer.uint32(8).int32(message.a);
                if (message.b != null && $Object.hasOwnProperty.call(message, "b") && message.b !== 0)
                    writer.uint32(16).int32(message.b);
                if (message.c != null && $Object.hasOwnProperty.call(message, "c") && message.c !== 0)
                    writer.uint32(24).int32(message.c);
                if (message.d != null && $Object.hasOwnProperty.call(message, "d") && message.d !== 0)
                    writer.uint32(32).uint32(message.d);
                if (message.e != null && $Object.hasOwnProperty.call(message, "e") && message.e !== 0)
                    writer.uint32(40).sint32(message.e);
                if (message.f != null && $Object.hasOwnProperty.call(message, "f") && (typeof message.f === "object" ? message.f.low || message.f.high : message.f !== 0))
                    writer.uint32(48).int64(message.f);
                if (message.g != null && $Object.hasOwnProperty.call(message, "g") && (typeof message.g === "object" ? message.g.low || message.g.high : message.g !== 0))
                    writer.uint32(56).int64(message.g);
                if (message.h != null && $Object.hasOwnProperty.call(message, "h") && (typeof message.h === "object" ? message.h.low || message.h.high : message.h !== 0))
                    writer.uint32(64).uint64(message.h);
                if (message.i != null && $Object.hasOwnProperty.call(message, "i") && (typeof message.i === "object" ? message.i.low || message.i.high : message.i !== 0))
                    writer.uint32(72).sint64(message.i);
                if (message.j != null && $Object.hasOwnProperty.call(message, "j") && message.j !== 0)
                    writer.uint32(85).fixed32(message.j);
                if (message.k != null && $Object.hasOwnProperty.call(message, "k") && (typeof message.k === "object" ? message.k.low || message.k.high : message.k !== 0))
                    writer.uint32(89).fixed64(message.k);
                if (message.l != null && $Object.hasOwnProperty.call(message, "l") && (typeof message.l === "object" ? message.l.low || message.l.high : message.l !== 0))
                    writer.uint32(97).sfixed64(message.l);
                if (message.m != null && $Object.hasOwnProperty.call(message, "m") && message.m !== 0)
                    writer.uint32(160).int32(message.m);
                if (message.n != null && $Object.hasOwnProperty.call(message, "n") && (typeof message.n === "object" ? message.n.low || message.n.high : message.n !== 0))
                    writer.uint32(168).int64(message.n);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Integers.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Integers();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.a = value;
                            else
                                delete message.a;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.b = value;
                            else
                                delete message.b;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.c = value;
                            else
                                delete message.c;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.d = value;
                            else
                                delete message.d;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.sint32())
                                message.e = value;
                            else
                                delete message.e;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.f = value;
                            else
                                delete message.f;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.g = value;
                            else
                                delete message.g;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.h = value;
                            else
                                delete message.h;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.i = value;
                            else
                                delete message.i;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 5)
                                break;
                            if (value = reader.fixed32())
                                message.j = value;
                            else
                                delete message.j;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 1)
                                break;
                            if (typeof (value = reader.fixed64()) === "object" ? value.low || value.high : value !== 0)
                                message.k = value;
                            else
                                delete message.k;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 1)
                                break;
                            if (typeof (value = reader.sfixed64()) === "object" ? value.low || value.high : value !== 0)
                                message.l = value;
                            else
                                delete message.l;
                            continue;
                        }
                    case 20: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.m = value;
                            else
                                delete message.m;
                            continue;
                        }
                    case 21: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.n = value;
                            else
                                delete message.n;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Integers.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Integers";
            };

            return Integers;
        })();

        codec.Packed = (function() {

            var Packed = function (properties) {
                this.small = [];
                this.large = [];
                this.ratios = [];
                this.longs = [];
                this.floats = [];
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Packed.prototype.small = $util.emptyArray;
            Packed.prototype.large = $util.emptyArray;
            Packed.prototype.ratios = $util.emptyArray;
            Packed.prototype.longs = $util.emptyArray;
            Packed.prototype.floats = $util.emptyArray;

            Packed.create = function(properties) {
                return new Packed(properties);
            };

            Packed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.small != null && message.small.length)
                    writer.uint32(10).int32s(message.small);
                if (message.large != null && message.large.length)
                    writer.uint32(18).int32s(message.large);
                if (message.ratios != null && message.ratios.length)
                    writer.uint32(26).doubles(message.ratios);
                if (message.longs != null && message.longs.length)
                    writer.uint32(34).int64s(message.longs);
                if (message.floats != null && message.floats.length)
                    writer.uint32(42).floats(message.floats);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Packed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Packed();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType === 2) {
                                if (!(message.small && message.small.length))
                                    message.small = [];
                                reader.int32s(message.small);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.small && message.small.length))
                                message.small = [];
                            message.small.push(reader.int32());
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.large && message.large.length))
                                    message.large = [];
                                reader.int32s(message.large);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.large && message.large.length))
                                message.large = [];
                            message.large.push(reader.int32());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.ratios && message.ratios.length))
                                    message.ratios = [];
                                reader.doubles(message.ratios);
                                continue;
                            }
                            if (wireType !== 1)
                                break;
                            if (!(message.ratios && message.ratios.length))
                                message.ratios = [];
                            message.ratios.push(reader.double());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.longs && message.longs.length))
                                    message.longs = [];
                                reader.int64s(message.longs);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.longs && message.longs.length))
                                message.longs = [];
                            message.longs.push(reader.int64());
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.floats && message.floats.length))
                                    message.floats = [];
                                reader.floats(message.floats);
                                continue;
                            }
                            if (wireType !== 5)
                                break;
                            if (!(message.floats && message.floats.length))
                                message.floats = [];
                            message.floats.push(reader.float());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Packed.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Packed";
            };

            return Packed;
        })();

        codec.Texts = (function() {

            var Texts = function (properties) {
                this.lines = [];
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Texts.prototype.lines = $util.emptyArray;

            Texts.create = function(properties) {
                return new Texts(properties);
            };

            Texts.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lines != null && message.lines.length)
                    for (var i = 0; i < message.lines.length; ++i)
                        writer.uint32(10).string(message.lines[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Texts.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Texts();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.lines && message.lines.length))
                                message.lines = [];
                            message.lines.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Texts.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Texts";
            };

            return Texts;
        })();

        codec.Attributes = (function() {

            var Attributes = function (properties) {
                this.labels = {};
                this.counts = {};
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Attributes.prototype.labels = $util.emptyObject;
            Attributes.prototype.counts = $util.emptyObject;

            Attributes.create = function(properties) {
                return new Attributes(properties);
            };

            Attributes.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels"))
                    for (var keys = $Object.keys(message.labels), i = 0; i < keys.length; ++i)
                        writer.uint32(10).fork().uint32(10).string(keys[i]).uint32(18).string(message.labels[keys[i]]).ldelim();
                if (message.counts != null && $Object.hasOwnProperty.call(message, "counts"))
                    for (var keys = $Object.keys(message.counts), i = 0; i < keys.length; ++i)
                        writer.uint32(18).fork().uint32(10).string(keys[i]).uint32(16).int32(message.counts[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Attributes.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Attributes();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (message.labels === $util.emptyObject)
                                message.labels = {};
                            var end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                var tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.labels, key);
                            message.labels[key] = value;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (message.counts === $util.emptyObject)
                                message.counts = {};
                            var end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                var tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.int32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.counts, key);
                            message.counts[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Attributes.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Attributes";
            };

            return Attributes;
        })();

        codec.Tree = (function() {

            var Tree = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Tree.prototype.value = 0;
            Tree.prototype.left = null;
            Tree.prototype.right = null;

            Tree.create = function(properties) {
                return new Tree(properties);
            };

            Tree.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== 0)
                    writer.uint32(8).int32(message.value);
                if (message.left != null && $Object.hasOwnProperty.call(message, "left"))
                    $root.bench.codec.Tree.encode(message.left, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.right != null && $Object.hasOwnProperty.call(message, "right"))
                    $root.bench.codec.Tree.encode(message.right, writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Tree.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Tree();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.left = $root.bench.codec.Tree.decode(reader, reader.size(), $undefined, _depth + 1, message.left);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.right = $root.bench.codec.Tree.decode(reader, reader.size(), $undefined, _depth + 1, message.right);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Tree.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Tree";
            };

            return Tree;
        })();

        codec.Event = (function() {

            var Event = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Event.prototype.kind = 0;
            Event.prototype.created = null;
            Event.prototype.renamed = null;
            Event.prototype.text = null;
            Event.prototype.actor = null;
            Event.prototype.important = null;

            var $oneOfFields;

            $Object.defineProperty(Event.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["created", "renamed", "text"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_actor", {
                get: $util.oneOfGetter($oneOfFields = ["actor"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_important", {
                get: $util.oneOfGetter($oneOfFields = ["important"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Event.create = function(properties) {
                return new Event(properties);
            };

            Event.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                    writer.uint32(8).int32(message.kind);
                if (message.created != null && $Object.hasOwnProperty.call(message, "created"))
                    $root.bench.codec.Created.encode(message.created, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.renamed != null && $Object.hasOwnProperty.call(message, "renamed"))
                    $root.bench.codec.Renamed.encode(message.renamed, writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.text != null && $Object.hasOwnProperty.call(message, "text"))
                    writer.uint32(34).string(message.text);
                if (message.actor != null && $Object.hasOwnProperty.call(message, "actor"))
                    writer.uint32(42).string(message.actor);
                if (message.important != null && $Object.hasOwnProperty.call(message, "important"))
                    writer.uint32(48).bool(message.important);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Event.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Event();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.created = $root.bench.codec.Created.decode(reader, reader.size(), $undefined, _depth + 1, message.created);
                            message.body = "created";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.renamed = $root.bench.codec.Renamed.decode(reader, reader.size(), $undefined, _depth + 1, message.renamed);
                            message.body = "renamed";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.text = reader.stringVerify();
                            message.body = "text";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.actor = reader.stringVerify();
                            message._actor = "actor";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.important = reader.bool();
                            message._important = "important";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Event.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Event";
            };

            return Event;
        })();

        codec.Created = (function() {

            var Created = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Created.prototype.by = "";
            Created.prototype.at = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            Created.create = function(properties) {
                return new Created(properties);
            };

            Created.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== "")
                    writer.uint32(10).string(message.by);
                if (message.at != null && $Object.hasOwnProperty.call(message, "at") && (typeof message.at === "object" ? message.at.low || message.at.high : message.at !== 0))
                    writer.uint32(16).int64(message.at);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Created.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Created();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.at = value;
                            else
                                delete message.at;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Created.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Created";
            };

            return Created;
        })();

        codec.Renamed = (function() {

            var Renamed = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Renamed.prototype.from = "";
            Renamed.prototype.to = "";

            Renamed.create = function(properties) {
                return new Renamed(properties);
            };

            Renamed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from !== "")
                    writer.uint32(10).string(message.from);
                if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                    writer.uint32(18).string(message.to);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Renamed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Renamed();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.to = value;
                            else
                                delete message.to;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Renamed.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Renamed";
            };

            return Renamed;
        })();

        codec.Kind = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "KIND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "KIND_CREATED"] = 1;
            values[valuesById[2] = "KIND_RENAMED"] = 2;
            values[valuesById[3] = "KIND_TEXT"] = 3;
            return values;
        })();

        codec.Events = (function() {

            var Events = function (properties) {
                this.events = [];
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Events.prototype.events = $util.emptyArray;

            Events.create = function(properties) {
                return new Events(properties);
            };

            Events.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.events != null && message.events.length)
                    for (var i = 0; i < message.events.length; ++i)
                        $root.bench.codec.Event.encode(message.events[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Events.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Events();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.events && message.events.length))
                                message.events = [];
                            message.events.push($root.bench.codec.Event.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Events.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Events";
            };

            return Events;
        })();

        codec.Blob = (function() {

            var Blob = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Blob.prototype.name = "";
            Blob.prototype.data = $util.newBuffer([]);

            Blob.create = function(properties) {
                return new Blob(properties);
            };

            Blob.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(10).string(message.name);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(18).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Blob.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Blob();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Blob.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Blob";
            };

            return Blob;
        })();

        codec.Sparse = (function() {

            var Sparse = function (properties) {
                this.f16 = [];
                this.f17 = [];
                this.f29 = [];
                this.f30 = {};
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Sparse.prototype.f1 = "";
            Sparse.prototype.f2 = "";
            Sparse.prototype.f3 = 0;
            Sparse.prototype.f4 = 0;
            Sparse.prototype.f5 = false;
            Sparse.prototype.f6 = false;
            Sparse.prototype.f7 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Sparse.prototype.f8 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Sparse.prototype.f9 = 0;
            Sparse.prototype.f10 = 0;
            Sparse.prototype.f11 = "";
            Sparse.prototype.f12 = "";
            Sparse.prototype.f13 = 0;
            Sparse.prototype.f14 = 0;
            Sparse.prototype.f15 = false;
            Sparse.prototype.f16 = $util.emptyArray;
            Sparse.prototype.f17 = $util.emptyArray;
            Sparse.prototype.f18 = null;
            Sparse.prototype.f19 = null;
            Sparse.prototype.f20 = $util.newBuffer([]);
            Sparse.prototype.f21 = $util.newBuffer([]);
            Sparse.prototype.f22 = "";
            Sparse.prototype.f23 = "";
            Sparse.prototype.f24 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Sparse.prototype.f25 = null;
            Sparse.prototype.f26 = null;
            Sparse.prototype.f27 = 0;
            Sparse.prototype.f28 = 0;
            Sparse.prototype.f29 = $util.emptyArray;
            Sparse.prototype.f30 = $util.emptyObject;

            var $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sparse.prototype, "_f25", {
                get: $util.oneOfGetter($oneOfFields = ["f25"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sparse.prototype, "_f26", {
                get: $util.oneOfGetter($oneOfFields = ["f26"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Sparse.create = function(properties) {
                return new Sparse(properties);
            };

            Sparse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.f1 != null && $Object.hasOwnProperty.call(message, "f1") && message.f1 !== "")
                    writer.uint32(10).string(message.f1);
                if (message.f2 != null && $Object.hasOwnProperty.call(message, "f2") && message.f2 !== "")
                    writer.uint32(18).string(message.f2);
                if (message.f3 != null && $Object.hasOwnProperty.call(message, "f3") && message.f3 !== 0)
                    writer.uint32(24).int32(message.f3);
                if (message.f4 != null && $Object.hasOwnProperty.call(message, "f4") && message.f4 !== 0)
                    writer.uint32(32).int32(message.f4);
                if (message.f5 != null && $Object.hasOwnProperty.call(message, "f5") && message.f5 !== false)
                    writer.uint32(40).bool(message.f5);
                if (message.f6 != null && $Object.hasOwnProperty.call(message, "f6") && message.f6 !== false)
                    writer.uint32(48).bool(message.f6);
                if (message.f7 != null && $Object.hasOwnProperty.call(message, "f7") && (typeof message.f7 === "object" ? message.f7.low || message.f7.high : message.f7 !== 0))
                    writer.uint32(56).int64(message.f7);
                if (message.f8 != null && $Object.hasOwnProperty.call(message, "f8") && (typeof message.f8 === "object" ? message.f8.low || message.f8.high : message.f8 !== 0))
                    writer.uint32(64).int64(message.f8);
                if (message.f9 != null && $Object.hasOwnProperty.call(message, "f9") && !$Object.is(message.f9, 0))
                    writer.uint32(73).double(message.f9);
                if (message.f10 != null && $Object.hasOwnProperty.call(message, "f10") && !$Object.is(message.f10, 0))
                    writer.uint32(81).double(message.f10);
                if (message.f11 != null && $Object.hasOwnProperty.call(message, "f11") && message.f11 !== "")
                    writer.uint32(90).string(message.f11);
                if (message.f12 != null && $Object.hasOwnProperty.call(message, "f12") && message.f12 !== "")
                    writer.uint32(98).string(message.f12);
                if (message.f13 != null && $Object.hasOwnProperty.call(message, "f13") && message.f13 !== 0)
                    writer.uint32(104).int32(message.f13);
                if (message.f14 != null && $Object.hasOwnProperty.call(message, "f14") && message.f14 !== 0)
                    writer.uint32(112).int32(message.f14);
                if (message.f15 != null && $Object.hasOwnProperty.call(message, "f15") && message.f15 !== false)
                    writer.uint32(120).bool(message.f15);
                if (message.f16 != null && message.f16.length)
                    for (var i = 0; i < message.f16.length; ++i)
                        writer.uint32(130).string(message.f16[i]);
                if (message.f17 != null && message.f17.length)
                    writer.uint32(138).int32s(message.f17);
                if (message.f18 != null && $Object.hasOwnProperty.call(message, "f18"))
                    $root.bench.codec.Echo.encode(message.f18, writer.uint32(146).fork(), _depth + 1).ldelim();
                if (message.f19 != null && $Object.hasOwnProperty.call(message, "f19"))
                    $root.bench.codec.Echo.encode(message.f19, writer.uint32(154).fork(), _depth + 1).ldelim();
                if (message.f20 != null && $Object.hasOwnProperty.call(message, "f20") && message.f20.length)
                    writer.uint32(162).bytes(message.f20);
                if (message.f21 != null && $Object.hasOwnProperty.call(message, "f21") && message.f21.length)
                    writer.uint32(170).bytes(message.f21);
                if (message.f22 != null && $Object.hasOwnProperty.call(message, "f22") && message.f22 !== "")
                    writer.uint32(178).string(message.f22);
                if (message.f23 != null && $Object.hasOwnProperty.call(message, "f23") && message.f23 !== "")
                    writer.uint32(186).string(message.f23);
                if (message.f24 != null && $Object.hasOwnProperty.call(message, "f24") && (typeof message.f24 === "object" ? message.f24.low || message.f24.high : message.f24 !== 0))
                    writer.uint32(192).int64(message.f24);
                if (message.f25 != null && $Object.hasOwnProperty.call(message, "f25"))
                    writer.uint32(200).int32(message.f25);
                if (message.f26 != null && $Object.hasOwnProperty.call(message, "f26"))
                    writer.uint32(210).string(message.f26);
                if (message.f27 != null && $Object.hasOwnProperty.call(message, "f27") && message.f27 !== 0)
                    writer.uint32(216).int32(message.f27);
                if (message.f28 != null && $Object.hasOwnProperty.call(message, "f28") && message.f28 !== 0)
                    writer.uint32(224).int32(message.f28);
                if (message.f29 != null && message.f29.length)
                    for (var i = 0; i < message.f29.length; ++i)
                        $root.bench.codec.Echo.encode(message.f29[i], writer.uint32(234).fork(), _depth + 1).ldelim();
                if (message.f30 != null && $Object.hasOwnProperty.call(message, "f30"))
                    for (var keys = $Object.keys(message.f30), i = 0; i < keys.length; ++i)
                        writer.uint32(242).fork().uint32(10).string(keys[i]).uint32(18).string(message.f30[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Sparse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.bench.codec.Sparse();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f1 = value;
                            else
                                delete message.f1;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f2 = value;
                            else
                                delete message.f2;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f3 = value;
                            else
                                delete message.f3;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f4 = value;
                            else
                                delete message.f4;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.f5 = value;
                            else
                                delete message.f5;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.f6 = value;
                            else
                                delete message.f6;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.f7 = value;
                            else
                                delete message.f7;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.f8 = value;
                            else
                                delete message.f8;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.f9 = value;
                            else
                                delete message.f9;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.f10 = value;
                            else
                                delete message.f10;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f11 = value;
                            else
                                delete message.f11;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f12 = value;
                            else
                                delete message.f12;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f13 = value;
                            else
                                delete message.f13;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f14 = value;
                            else
                                delete message.f14;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.f15 = value;
                            else
                                delete message.f15;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            if (!(message.f16 && message.f16.length))
                                message.f16 = [];
                            message.f16.push(reader.stringVerify());
                            continue;
                        }
                    case 17: {
                            if (wireType === 2) {
                                if (!(message.f17 && message.f17.length))
                                    message.f17 = [];
                                reader.int32s(message.f17);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.f17 && message.f17.length))
                                message.f17 = [];
                            message.f17.push(reader.int32());
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            message.f18 = $root.bench.codec.Echo.decode(reader, reader.size(), $undefined, _depth + 1, message.f18);
                            continue;
                        }
                    case 19: {
                            if (wireType !== 2)
                                break;
                            message.f19 = $root.bench.codec.Echo.decode(reader, reader.size(), $undefined, _depth + 1, message.f19);
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.f20 = value;
                            else
                                delete message.f20;
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.f21 = value;
                            else
                                delete message.f21;
                            continue;
                        }
                    case 22: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f22 = value;
                            else
                                delete message.f22;
                            continue;
                        }
                    case 23: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.f23 = value;
                            else
                                delete message.f23;
                            continue;
                        }
                    case 24: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.f24 = value;
                            else
                                delete message.f24;
                            continue;
                        }
                    case 25: {
                            if (wireType !== 0)
                                break;
                            message.f25 = reader.int32();
                            message._f25 = "f25";
                            continue;
                        }
                    case 26: {
                            if (wireType !== 2)
                                break;
                            message.f26 = reader.stringVerify();
                            message._f26 = "f26";
                            continue;
                        }
                    case 27: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f27 = value;
                            else
                                delete message.f27;
                            continue;
                        }
                    case 28: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.f28 = value;
                            else
                                delete message.f28;
                            continue;
                        }
                    case 29: {
                            if (wireType !== 2)
                                break;
                            if (!(message.f29 && message.f29.length))
                                message.f29 = [];
                            message.f29.push($root.bench.codec.Echo.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 30: {
                            if (wireType !== 2)
                                break;
                            if (message.f30 === $util.emptyObject)
                                message.f30 = {};
                            var end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                var tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.f30, key);
                            message.f30[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Sparse.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/bench.codec.Sparse";
            };

            return Sparse;
        })();

        return codec;
    })();

    return bench;
})();

module.exports = $root;
