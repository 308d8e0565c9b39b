using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>That a plugin runs: where, for whom, and how it is configured.</summary>
[Entity("plugins", EndpointKey = "instance_name", CacheKey = ["name", "route", "service", "consumer"])]
public sealed record Plugin : Entity, IConfigureSchema
{
    /// <summary>The plugin's name: <c>key-auth</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of this use of the plugin.</summary>
    [Unique, Utf8Name]
    public string? InstanceName { get; init; }

    /// <summary>The only route it runs for; null for all.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Route>? Route { get; init; }

    /// <summary>The only service it runs for; null for all.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Service>? Service { get; init; }

    /// <summary>The only consumer it runs for; null for all.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Consumer>? Consumer { get; init; }

    /// <summary>The only consumer group it runs for; null for all.</summary>
    [OnDelete(DeleteRule.Cascade), BeyondKong]
    public EntityReference<ConsumerGroup>? ConsumerGroup { get; init; }

    /// <summary>The configuration as data; the plugin's own record is bound from it.</summary>
    [Abstract]
    public ValueMap Config { get; init; } = [];

    /// <summary>The protocols of the requests it runs for.</summary>
    [Set]
    public IReadOnlyList<Protocol> Protocols { get; init; } = [Protocol.Grpc, Protocol.Grpcs, Protocol.Http, Protocol.Https];

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.Place("name", after: "id").Place("instance_name", after: "name").Place("tags", after: "enabled");
        schema.ChooseSubschema("name", error: "plugin '%s' not enabled; add it to the 'plugins' configuration property");
        foreach (var (name, plugin) in schema.Options.Plugins)
        {
            schema.Subschema(name, plugin);
        }
    }
}
