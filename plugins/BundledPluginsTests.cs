using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins;

public sealed class BundledPluginsTests
{
    static readonly Dictionary<string, Plugin> Plugins = BundledPlugins.Create().ToDictionary(plugin => plugin.Name);

    public static TheoryData<string> Names => [.. Plugins.Keys];

    // Kong has the table of this name, but no schema for it.
    public static TheoryData<Type> Entities =>
        [.. Plugins.Values.SelectMany(plugin => plugin.Entities).Where(entity => Schema.Of(entity).Name != "response_ratelimiting_metrics")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plugin_has_the_schema_that_Kong_shows(string name) =>
        Assert.Equal(WithoutChance(Recorded.PluginSchema(name)), WithoutChance(SchemaOf(Plugins[name]).Describe()));

    [Theory]
    [MemberData(nameof(Entities))]
    public void An_entity_of_a_plugin_has_the_schema_that_Kong_shows(Type entity)
    {
        var schema = Schema.Of(entity);
        Assert.Equal(Recorded.Text(Recorded.EntitySchema(schema.Name)), Recorded.Text(schema.Describe()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plugin_has_the_priority_and_the_version_of_Kongs(string name)
    {
        var recorded = Recorded.Plugins.GetMap(name)!;
        Assert.Equal((recorded.Get("priority"), recorded.Get("version")), ((long)Plugins[name].Priority, Plugins[name].Version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_is_refused_with_the_errors_of_Kong(string name)
    {
        var options = new SchemaOptions { Plugins = SchemaOptions.Default.Plugins.Add(name, SchemaOf(Plugins[name])) };
        foreach (var item in Recorded.Configurations(name).Where(item => !IsLater(item)))
        {
            var errors = Create(Schema.Of<Pdk.Entities.Plugin>(options), item);
            Assert.Equal(item.Get("ok") is true ? "null" : Recorded.Text(item.Get("errors")), Recorded.Text(errors?.Fields));
            Assert.Equal(item.GetString("message"), errors?.Message);
        }
    }

    // A few cases were made of 3.10, which has one tracing format more than the schemas that 3.9.1 showed.
    static bool IsLater(ValueMap item) => item.GetString("message")?.Contains("instana", StringComparison.Ordinal) is true;

    static SchemaErrors? Create(Schema plugins, ValueMap item)
    {
        var entity = new ValueMap { ["name"] = item.Get("plugin"), ["config"] = item.Get("config") };
        foreach (var (key, value) in item.GetMap("extra") ?? [])
            entity[key] = value;

        return plugins.Create(entity, Operation.Insert, out _);
    }

    /// <summary>The secret of sessions is made anew at each start.</summary>
    static string WithoutChance(ValueMap schema)
    {
        const string Made = "secret:{default:\"";
        var text = Recorded.Text(schema);
        var start = text.IndexOf(Made, StringComparison.Ordinal) + Made.Length;
        var end = start < Made.Length ? -1 : text.IndexOf('"', start);
        return end - start == 44 ? text.Remove(start, end - start) : text;
    }

    static Schema SchemaOf(Plugin plugin) => Schema.ForPlugin(plugin.Name, plugin.ConfigType!, plugin.Protocols, plugin.Scopes);
}
