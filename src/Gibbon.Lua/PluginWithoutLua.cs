using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>A bundled plugin where LuaJIT is missing: it may be enabled, but nobody can configure it.</summary>
internal sealed class PluginWithoutLua(string name) : Plugin
{
    public override string Name => name;

    public override int Priority => name == "pre-function" ? 1000000 : -1000;

    public override string Version => "3.9.1";

    public override PluginPhases ImplementedPhases => PluginPhases.None;

    public override Schema ConfigSchema { get; } = SchemaDefinition.Plugin(
        new ValueMap
        {
            ["name"] = name,
            ["fields"] = new ValueList
            {
                new ValueMap
                {
                    ["config"] = new ValueMap
                    {
                        ["type"] = "record",
                        ["fields"] = new ValueList(),
                        ["custom_validator"] = new Func<object, string?>(static _ => LuaLibrary.Missing),
                    },
                },
            },
        },
        Schema.Of<Gibbon.Pdk.Entities.Plugin>());

    public override ValueTask RunConfigureAsync(IReadOnlyList<object> configs) => ValueTask.CompletedTask;

    public override ValueTask RunAsync(Phase phase, RequestContext context, object config) => ValueTask.CompletedTask;

    public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) => ValueTask.CompletedTask;
}
