using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Recordings;

namespace Gibbon.Plugins;

/// <summary>What Kong 3.9.1 answered, as it was recorded.</summary>
static class Recorded
{
    /// <summary>What <c>GET /schemas/plugins/:name</c> answered.</summary>
    public static ValueMap PluginSchema(string name) => Read($"recorded/schemas/plugins/{name}.json");

    /// <summary>What <c>GET /schemas/:name</c> answered.</summary>
    public static ValueMap EntitySchema(string name) => Read($"recorded/schemas/entities/{name}.json");

    /// <summary>The priorities and versions of the bundled plugins.</summary>
    public static ValueMap Plugins { get; } = Read("recorded/schemas/root.json").GetMap("plugins")!.GetMap("available_on_server")!;

    /// <summary>What became of configurations of a plugin: <c>config</c>, <c>extra</c>, <c>ok</c>, <c>errors</c>, <c>message</c>.</summary>
    public static IEnumerable<ValueMap> Configurations(string plugin) => Read("plugin-config-error-cases.json").GetList("cases")!
        .Cast<ValueMap>()
        .Where(item => item.GetString("plugin") == plugin);

    /// <summary>The lines of a recorded text.</summary>
    public static string[] Lines(string file) => System.Text.Encoding.UTF8.GetString(RecordedFiles.Read(file)).TrimEnd('\n').Split('\n');

    /// <summary>A value as text, in which the order of names does not show.</summary>
    public static string Text(object? value) => value switch
    {
        ValueMap map => $"{{{string.Join(',', map.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}:{Text(item.Value)}"))}}}",
        ValueList list => $"[{string.Join(',', list.Select(Text))}]",
        string text => $"\"{text}\"",
        null => "null",
        _ => Value.ToText(value),
    };

    static ValueMap Read(string file)
    {
        Assert.True(ValueJson.TryRead(RecordedFiles.Read(file), out var value, out var error), error);
        return (ValueMap)value!;
    }
}
