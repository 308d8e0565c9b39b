using Gibbon.Lua.Host;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Tests;

/// <summary>A folder with plugins in Lua, as somebody would put it on <c>lua_package_path</c>.</summary>
internal sealed class PluginFolder : IDisposable
{
    public const string PlainSchema = """
        return { name = "NAME", fields = { { config = { type = "record", fields = { { word = { type = "string", default = "hello" } } } } } } }
        """;

    public string Path { get; } = Directory.CreateTempSubdirectory("gibbon-lua-").FullName;

    /// <summary>Adds a plugin of this handler.</summary>
    public PluginFolder Add(string name, string handler, string? schema = null)
    {
        string folder = System.IO.Path.Combine(Path, "kong", "plugins", name);
        Directory.CreateDirectory(folder);
        System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "handler.lua"), handler);
        System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "schema.lua"), (schema ?? PlainSchema).Replace("NAME", name, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Writes a file, or writes it anew.</summary>
    public PluginFolder File(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Adds a plugin whose access phase does this.</summary>
    public PluginFolder AddAccess(string name, string body) => Add(name, $$"""
        local handler = { PRIORITY = 1000, VERSION = "1.0.0" }
        function handler:access(conf)
        {{body}}
        end
        return handler
        """);

    public ISettings Settings(params (string Name, object Value)[] more) => new FolderSettings(this, more);

    public IReadOnlyList<Plugin> Load(params string[] names) => Load([], names);

    /// <summary>The plugins in a gateway with more settings.</summary>
    public IReadOnlyList<Plugin> Load((string Name, object Value)[] settings, params string[] names) => new LuaPluginLoader().Load(names, Settings(settings));

    /// <summary>The plugins in a host with a single state that loses patience after this time.</summary>
    public IReadOnlyList<Plugin> Load(TimeSpan patience, params string[] names)
    {
        var host = new LuaHost(Settings(("nginx_worker_processes", "1"))) { Patience = patience };
        var reader = new Schemas.PluginReader(host.Surroundings);
        return [.. names.Select(name => new LuaPlugin(host, reader.Read(name)))];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private sealed class FolderSettings(PluginFolder folder, (string Name, object Value)[] more) : ISettings
    {
        public object? this[string name]
        {
            get
            {
                foreach ((string key, object value) in more)
                {
                    if (key == name)
                    {
                        return value;
                    }
                }

                return name switch
                {
                    "lua_package_path" => $"{folder.Path}/?.lua;{folder.Path}/?/init.lua",
                    "nginx_worker_processes" => "1",
                    "untrusted_lua" => "sandbox",
                    _ => null,
                };
            }
        }

        public string Prefix => folder.Path;

        public string Role => "traditional";

        public string Database => this["database"] as string ?? "off";

        public ValueMap RemoveSensitive() => [];
    }
}
