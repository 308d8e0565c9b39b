-- kong.tools.dns: the gateway's resolver, as kong.dns.
return function()
  return kong.dns
end
