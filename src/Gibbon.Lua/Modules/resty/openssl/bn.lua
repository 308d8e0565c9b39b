-- resty.openssl.bn: numbers of any size. `ctx` is the BIGNUM.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local bn = { __index = {} }
local methods = bn.__index
local scratch = O.own(C.BN_CTX_new(), C.BN_CTX_free)

local function wrap(pointer)
  return setmetatable({ ctx = pointer }, bn)
end

local function empty()
  return wrap(O.own(C.BN_new(), C.BN_free))
end

local function read(f, text)
  local slot = O.slot()
  if type(text) ~= "string" or f(slot, text) ~= #text then
    if slot[0] ~= nil then
      C.BN_free(slot[0])
    end
    return nil, "bn: invalid number"
  end
  return wrap(O.own(slot[0], C.BN_free))
end

function M.from_dec(text)
  return read(C.BN_dec2bn, text)
end

function M.from_hex(text)
  return read(C.BN_hex2bn, text)
end

function M.from_binary(bytes)
  if type(bytes) ~= "string" then
    return nil, "bn.from_binary: expect a string at #1"
  end
  return wrap(O.bn_of(bytes))
end

-- A number, the bytes of one, or nothing for 0. A base 2 to 16 may be said: 10, 16; 256 or none for a string is bytes.
function M.new(some, base)
  if some == nil then
    return M.from_dec("0")
  end
  if type(some) == "number" then
    return M.from_dec(("%.0f"):format(some))
  end
  if base == 10 then
    return M.from_dec(some)
  end
  if base == 16 then
    return M.from_hex(some)
  end
  return M.from_binary(some)
end

function M.dup(pointer)
  return wrap(O.own(C.BN_dup(pointer), C.BN_free))
end

function M.istype(value)
  return getmetatable(value) == bn
end

local function to_bn(value)
  return M.istype(value) and value or assert(M.new(value))
end

function methods:to_binary(size)
  return O.bn_bytes(self.ctx, size)
end

function methods:to_hex()
  return O.take_text(C.BN_bn2hex(self.ctx))
end

function methods:to_dec()
  return O.take_text(C.BN_bn2dec(self.ctx))
end

function methods:to_number()
  return tonumber(self:to_dec())
end
methods.tonumber = methods.to_number
bn.__tostring = methods.to_dec

function methods:is_zero()
  return C.BN_is_zero(self.ctx) == 1
end

function methods:is_odd()
  return C.BN_is_odd(self.ctx) == 1
end

function methods:is_prime()
  return C.BN_check_prime(self.ctx, scratch, nil) == 1
end

function methods:num_bits()
  return C.BN_num_bits(self.ctx)
end

local function operation(name, f)
  local function run(a, b)
    a, b = to_bn(a), to_bn(b)
    local result = empty()
    if f(result.ctx, a.ctx, b.ctx) ~= 1 then
      error(O.err("bn:" .. name), 2)
    end
    return result
  end
  M[name] = run
  methods[name] = run
  bn["__" .. name] = run
end

operation("add", C.BN_add)
operation("sub", C.BN_sub)
operation("mul", function(r, a, b)
  return C.BN_mul(r, a, b, scratch)
end)
operation("div", function(r, a, b)
  return C.BN_div(r, nil, a, b, scratch)
end)
operation("mod", function(r, a, b)
  return C.BN_div(nil, r, a, b, scratch)
end)
operation("pow", function(r, a, b)
  return C.BN_exp(r, a, b, scratch)
end)
operation("gcd", function(r, a, b)
  return C.BN_gcd(r, a, b, scratch)
end)
methods.exp = methods.pow

function methods:mod_exp(exponent, modulus)
  local result = empty()
  if C.BN_mod_exp(result.ctx, self.ctx, to_bn(exponent).ctx, to_bn(modulus).ctx, scratch) ~= 1 then
    return nil, O.err("bn:mod_exp")
  end
  return result
end

function methods:lshift(n)
  local result = empty()
  C.BN_lshift(result.ctx, self.ctx, n)
  return result
end

function methods:rshift(n)
  local result = empty()
  C.BN_rshift(result.ctx, self.ctx, n)
  return result
end

function bn.__unm(a)
  local result = M.dup(a.ctx)
  C.BN_set_negative(result.ctx, C.BN_is_negative(a.ctx) == 1 and 0 or 1)
  return result
end

function bn.__eq(a, b)
  return C.BN_cmp(a.ctx, b.ctx) == 0
end

function bn.__lt(a, b)
  return C.BN_cmp(to_bn(a).ctx, to_bn(b).ctx) < 0
end

function bn.__le(a, b)
  return C.BN_cmp(to_bn(a).ctx, to_bn(b).ctx) <= 0
end

return M
