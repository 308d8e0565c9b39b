using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Lua.Schemas;
using Gibbon.Pdk;

namespace Gibbon.Lua;

/// <summary>Finds the plugins written in Lua: ours, and those on <c>lua_package_path</c>.</summary>
internal sealed class LuaPluginLoader : PluginLoader
{
    public override IReadOnlyCollection<string> Bundled { get; } = ["pre-function", "post-function"];

    public override IReadOnlyList<Plugin> Load(IReadOnlyCollection<string> names, ISettings settings)
    {
        if (!LuaLibrary.IsInstalled)
        {
            // Whoever names a plugin of his own must hear of it at once; those that merely come with the gateway, when somebody configures one.
            return names.FirstOrDefault(name => !Bundled.Contains(name)) is { } wanted
                ? throw new PluginLoadException($"{wanted} plugin is enabled but cannot be loaded; {LuaLibrary.Missing}")
                : [.. names.Select(static name => new PluginWithoutLua(name))];
        }

        var host = new LuaHost(settings);
        var reader = new PluginReader(host.Surroundings);
        return [.. names.Select(name => new LuaPlugin(host, reader.Read(name)))];
    }
}
