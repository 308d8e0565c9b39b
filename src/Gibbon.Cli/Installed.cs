using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Cli;

/// <summary>What this executable has in it: the gateway with the bundled plugins.</summary>
internal static class Installed
{
    private static readonly Gibbon.Lua.LuaPluginLoader Lua = new();

    public static GatewayParts Parts { get; } = new()
    {
        // Without LuaJIT they do what needs none of it, and say so of the rest.
        Plugins = Gibbon.Plugins.BundledPlugins.Create(Gibbon.Lua.Native.LuaLibrary.IsInstalled ? Lua : null),
        Loaders = [Lua],
        Manager = Gibbon.Admin.Manager.ManagerFiles.Within(typeof(Installed).Assembly),
    };

    /// <summary>All kinds of entities that a gateway with these settings knows.</summary>
    public static EntitySchemas Schemas(GatewaySettings settings) => Parts.Schemas(settings, Parts.Registry(settings));
}
