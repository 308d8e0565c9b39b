-- resty.sha
return { _VERSION = "0.15" }
