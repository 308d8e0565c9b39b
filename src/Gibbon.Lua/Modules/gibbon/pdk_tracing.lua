-- kong.tracing and kong.telemetry
local G = ...
local native, settle, current = G.native, G.settle, G.current
local P = G.own("phases")
local type, error, setmetatable, getmetatable, rawset, rawget, tostring, ipairs = type, error, setmetatable, getmetatable, rawset, rawget, tostring, ipairs

local WITH_SPANS = P.certificate + P.rewrite + P.access + P.response + P.header_filter + P.body_filter + P.log + P.admin_api

-- What is told to a span where there can be none is told to nobody.
local noop = setmetatable({ is_recording = false }, {
  __newindex = function() end,
})
for _, name in ipairs({ "finish", "set_attribute", "add_event", "record_error", "set_status", "each_baggage_item", "set_baggage_item", "get_baggage_item" }) do
  rawset(noop, name, function() end)
end

local methods, span_mt = {}, {}
local settable = { name = true, trace_id = true, parent_id = true, should_sample = true }
local wrap

function span_mt.__index(span, key)
  if methods[key] then
    return methods[key]
  end
  local value = settle(2, native.span_get(rawget(span, "number"), key))
  if key == "parent" and value then
    return wrap(value)
  end
  if key == "events" and value then
    value[0] = #value
  end
  return value
end

function span_mt.__newindex(span, key, value)
  if settable[key] and value ~= nil then
    settle(3, native.span_set(rawget(span, "number"), key, value))
  else
    rawset(span, key, value)
  end
end

function wrap(number)
  if number == nil then
    return nil
  end
  return setmetatable({ number = number }, span_mt)
end

local function is_time(value)
  return type(value) == "number" and value >= 0
end

function methods:finish(time)
  if time ~= nil and not is_time(time) then
    error("invalid span end time", 2)
  end
  settle(2, native.span_finish(self.number, time))
end

function methods:set_attribute(key, value)
  if type(key) ~= "string" or key == "" then
    error("invalid key", 2)
  end
  settle(2, native.span_attribute(self.number, key, value))
end

function methods:add_event(name, attributes, time)
  if type(name) ~= "string" or name == "" then
    error("invalid name", 2)
  end
  if attributes ~= nil and type(attributes) ~= "table" then
    error("invalid attribute", 2)
  end
  settle(2, native.span_event(self.number, name, attributes, time))
end

function methods:record_error(err)
  settle(2, native.span_error(self.number, tostring(err)))
end

function methods:set_status(status)
  if type(status) ~= "number" or status < 0 or status > 2 then
    error("invalid status", 2)
  end
  settle(2, native.span_status(self.number, status))
end

local function check_options(options)
  if options == nil then
    return nil
  end
  if type(options) ~= "table" then
    error("invalid options type", 3)
  end
  if options.start_time_ns ~= nil and not is_time(options.start_time_ns) then
    error("invalid start time", 3)
  end
  if options.span_kind ~= nil and (type(options.span_kind) ~= "number" or options.span_kind < 0 or options.span_kind > 5) then
    error("invalid start kind", 3)
  end
  if options.should_sample ~= nil and type(options.should_sample) ~= "boolean" then
    error("invalid sampled", 3)
  end
  if options.attributes ~= nil and type(options.attributes) ~= "table" then
    error("invalid attributes", 3)
  end
  local parent = options.parent
  return {
    start_time_ns = options.start_time_ns, span_kind = options.span_kind, parent = parent and parent.number or nil, trace_id = options.trace_id,
    parent_id = options.parent_id, should_sample = options.should_sample, attributes = options.attributes,
  }
end

local tracing = {}

local function can_trace()
  return current[1] and bit.band(current[2], WITH_SPANS) ~= 0
end

function tracing.start_span(name, options)
  if type(name) ~= "string" or name == "" then
    error("invalid span name", 2)
  end
  options = check_options(options)
  if not can_trace() then
    return noop
  end
  return wrap(settle(2, native.span_start(name, options)))
end

function tracing.create_span(_, options)
  options = check_options(options)
  if not can_trace() then
    return noop
  end
  return wrap(settle(2, native.span_create(options)))
end

function tracing.link_span(_, span, name, options)
  if type(name) ~= "string" or name == "" then
    error("invalid span name", 2)
  end
  options = check_options(options)
  if span == noop or not can_trace() then
    return noop
  end
  return wrap(settle(2, native.span_link(span.number, name, options)))
end

function tracing.active_span()
  return current[1] and wrap(settle(2, native.span_active())) or nil
end

function tracing.set_active_span(span)
  if current[1] and span ~= noop then
    settle(2, native.span_set_active(span and span.number or nil))
  end
end

function tracing.get_root_span()
  return current[1] and wrap(settle(2, native.span_root())) or nil
end

function tracing.get_spans()
  local spans = {}
  for at, number in ipairs(current[1] and settle(2, native.span_list()) or {}) do
    spans[at] = wrap(number)
  end
  spans[0] = #spans
  return spans
end
tracing.init_spans = tracing.get_spans

function tracing.process_span(processor, ...)
  G.check(P.log)
  if type(processor) ~= "function" then
    error("processor must be a function", 2)
  end
  for _, span in ipairs(tracing.get_spans()) do
    if span.should_sample then
      processor(span, ...)
    end
  end
end

function tracing:set_should_sample(should_sample)
  if current[1] then
    settle(2, native.tracing_sample(should_sample and true or false))
  end
end

function tracing:get_sampling_decision(parent, rate)
  return current[1] ~= false and settle(2, native.tracing_decide(parent, rate)) or false
end

local tracer_mt = { __index = tracing }

function tracing.new(name, options)
  local tracer = setmetatable({ name = name }, tracer_mt)
  if options and options.noop then
    for _, f in ipairs({ "start_span", "create_span", "link_span" }) do
      rawset(tracer, f, function()
        return noop
      end)
    end
  end
  return tracer
end

-- There is one tracer, which is the gateway's; what others are made of it.
function tracing.set_global_tracer(tracer)
  if type(tracer) ~= "table" or getmetatable(tracer) ~= tracer_mt and tracer ~= tracing then
    error("invalid tracer", 2)
  end
  kong.tracing = tracer
end

-- Without tracing_instrumentations nothing is made, and no argument looked at.
local off
local function is_off()
  if off == nil then
    local kinds = native.configuration("tracing_instrumentations")
    if type(kinds) == "table" then
      kinds = kinds[1]
    end
    off = kinds == "off"
  end
  return off
end

local made = { start_span = noop, create_span = noop }
for name, f in pairs({
  start_span = tracing.start_span, create_span = tracing.create_span, link_span = tracing.link_span, active_span = tracing.active_span,
  set_active_span = tracing.set_active_span, get_root_span = tracing.get_root_span, get_spans = tracing.get_spans, init_spans = tracing.init_spans,
  process_span = tracing.process_span, set_should_sample = tracing.set_should_sample, get_sampling_decision = tracing.get_sampling_decision,
}) do
  tracing[name] = function(...)
    if not is_off() then
      return f(...)
    end
    if made[name] then
      return made[name]
    end
  end
end

setmetatable(tracing, {
  __call = function(_, ...)
    return tracing.new(...)
  end,
  __index = function(_, key)
    return key == "name" and (is_off() and "noop" or "core") or nil
  end,
})

local telemetry = {}

function telemetry.log(plugin_name, plugin_config, message_type, message, attributes)
  if type(plugin_name) ~= "string" then
    return nil, "plugin_name must be a string"
  end
  if type(plugin_config) ~= "table" then
    return nil, "plugin_config must be a table"
  end
  if type(message_type) ~= "string" then
    return nil, "message_type must be a string"
  end
  if message ~= nil and type(message) ~= "string" then
    return nil, "message must be a string"
  end
  if attributes ~= nil and type(attributes) ~= "table" then
    return nil, "attributes must be a table"
  end
  return settle(2, native.telemetry_log(message_type, message, attributes))
end

return { tracing = tracing, telemetry = telemetry }
