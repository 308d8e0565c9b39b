return require("kong.plugins.pre-function.functions").schema("pre-function")
