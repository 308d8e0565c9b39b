-- Getters that compiled Lua can call: through the FFI, into a room for what they answer. What they cannot answer is asked of the function that they replace.
-- An answer is kept together with a stamp: a number that C# changes when the answer may have become another one.
local G = ...
local native, FAILED = G.native, G.FAILED
local ffi = require("ffi")
local clear = require("table.clear")
local to_string, cast, tonumber = ffi.string, ffi.cast, tonumber

local ROOM, NIL, TRUE, AS_BEFORE = 1024, -1, -3, -4
local STEP = 2
local MOST_NAMES = 64
local own, addresses, texts, text_pointer, numbers, number_pointer, header_pointer, argument_pointer = native.compiled_getters()
local state = cast("void *", own)
local stamps = cast("double *", addresses)
local get_text = cast("int (*)(void *, int, char *, int, int)", text_pointer)
local get_number = cast("double (*)(void *, int)", number_pointer)

local function new_room()
  return ffi.new("char[?]", ROOM)
end

local function text_getter(number, place, other)
  -- What was answered last lies in the room still, unless its length is negative: where the answer is the same, C# says that alone.
  local seen, kept, room, length = -1, nil, new_room(), NIL
  return function()
    local now = stamps[place]
    if now == seen then
      return kept
    end
    local got = get_text(state, number, room, ROOM, length)
    if got >= 0 then
      kept, length = to_string(room, got), got
    elseif got ~= AS_BEFORE then
      kept, length = nil, NIL
      if got ~= NIL then
        return other()
      end
    end
    seen = now
    return kept
  end
end

local function number_getter(number, place, other)
  local seen, kept = -1, nil
  return function()
    local now = stamps[place]
    if now == seen then
      return kept
    end
    local value = get_number(state, number)
    if value ~= value then
      return other()
    end
    kept, seen = value, now
    return value
  end
end

local function replace(all, make)
  local number = 0
  for name, place in all:gmatch("(%S+):(%d)") do
    native[name] = make(number, tonumber(place), native[name])
    number = number + 1
  end
end

replace(texts, text_getter)
replace(numbers, number_getter)

-- What is asked for by name: for each name, what a getter of a text keeps. Who makes names up has no use for that.
local function named_getter(pointer, other)
  local get = cast("int (*)(void *, const char *, int, char *, int, int)", pointer)
  local all, count = {}, 0
  return function(name)
    local known = all[name]
    if not known then
      if count == MOST_NAMES then
        clear(all)
        count = 0
      end
      known = { seen = -1, kept = nil, room = new_room(), length = NIL }
      all[name] = known
      count = count + 1
    end
    local now = stamps[STEP]
    if now == known.seen then
      return known.kept
    end
    local got = get(state, name, #name, known.room, ROOM, known.length)
    if got >= 0 then
      known.kept, known.length = to_string(known.room, got), got
    elseif got ~= AS_BEFORE then
      known.kept, known.length = nil, NIL
      if got == TRUE then
        known.kept = true
      elseif got ~= NIL then
        return other(name)
      end
    end
    known.seen = now
    return known.kept
  end
end

native.request_header = named_getter(header_pointer, native.request_header)
native.request_query_arg = named_getter(argument_pointer, native.request_query_arg)

-- The consumer is made a table once, until something may have changed it.
local has_consumer, make_consumer = native.client_has_consumer, native.client_consumer
local seen, consumer = -1, nil
function native.client_consumer()
  if has_consumer() == 0 then
    return nil
  end
  if stamps[STEP] ~= seen then
    local made, err = make_consumer()
    if made == FAILED then
      return made, err
    end
    consumer, seen = made, stamps[STEP]
  end
  return consumer
end
