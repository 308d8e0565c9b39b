-- Getters that compiled Lua can call: through the FFI, into a buffer. What they cannot answer is asked of the function that they replace.
-- An answer is kept together with a stamp: a number that C# changes when the answer may have become another one.
local G = ...
local native, FAILED = G.native, G.FAILED
local ffi = require("ffi")
local clear = require("table.clear")
local to_string, cast, tonumber = ffi.string, ffi.cast, tonumber

local ROOM, NIL, TRUE = 1024, -1, -3
local STEP = 2
local MOST_NAMES = 64
local buffer = ffi.new("char[?]", ROOM)
local own, addresses, texts, text_pointer, numbers, number_pointer, header_pointer, argument_pointer = native.compiled_getters()
local state = cast("void *", own)
local stamps = cast("double *", addresses)
local get_text = cast("int (*)(void *, int, char *, int)", text_pointer)
local get_number = cast("double (*)(void *, int)", number_pointer)
local named = "int (*)(void *, const char *, int, char *, int)"

local function text_getter(number, place, other)
  local seen, kept = -1, nil
  return function()
    local now = stamps[place]
    if now == seen then
      return kept
    end
    local length = get_text(state, number, buffer, ROOM)
    if length >= 0 then
      kept = to_string(buffer, length)
    elseif length == NIL then
      kept = nil
    else
      return other()
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

-- What is asked for by name: false where there is nothing.
local function named_getter(pointer, other)
  local get = cast(named, pointer)
  local seen, kept, count = -1, {}, 0
  return function(name)
    local now = stamps[STEP]
    if now ~= seen or count == MOST_NAMES then
      if count > 0 then
        clear(kept)
        count = 0
      end
      seen = now
    else
      local value = kept[name]
      if value ~= nil then
        return value or nil
      end
    end
    local length = get(state, name, #name, buffer, ROOM)
    local value
    if length >= 0 then
      value = to_string(buffer, length)
    elseif length == NIL then
      value = false
    elseif length == TRUE then
      value = true
    else
      return other(name)
    end
    kept[name] = value
    count = count + 1
    return value or nil
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
