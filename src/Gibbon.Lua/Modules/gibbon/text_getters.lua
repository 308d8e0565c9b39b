-- Getters of texts that compiled Lua can call: through the FFI, into a buffer. What they cannot answer is asked of the function that they replace.
local G = ...
local native = G.native
local ffi = require("ffi")
local to_string, cast = ffi.string, ffi.cast

local ROOM, NIL = 1024, -1
local buffer = ffi.new("char[?]", ROOM)
local names, get_pointer, header_pointer, own = native.text_getters()
local state = cast("void *", own)
local get = cast("int (*)(void *, int, char *, int)", get_pointer)
local get_header = cast("int (*)(void *, const char *, int, char *, int)", header_pointer)

local function answer(length, other, argument)
  if length >= 0 then
    return to_string(buffer, length)
  end
  if length == NIL then
    return nil
  end
  return other(argument)
end

local function getter(number, other)
  return function()
    return answer(get(state, number, buffer, ROOM), other)
  end
end

local number = 0
for name in names:gmatch("%S+") do
  native[name] = getter(number, native[name])
  number = number + 1
end

local other = native.request_header
function native.request_header(name)
  return answer(get_header(state, name, #name, buffer, ROOM), other, name)
end
