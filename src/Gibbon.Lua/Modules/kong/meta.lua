-- kong.meta
local major, minor, patch = kong.version:match("^(%d+)%.(%d+)%.(%d+)")

return {
  name = "kong",
  version = kong.version,
  major_version = tonumber(major),
  _VERSION = kong.version,
  _SERVER_TOKENS = "kong/" .. kong.version,
  _VERSION_TABLE = { major = tonumber(major), minor = tonumber(minor), patch = tonumber(patch) },
}
