using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>WebAssembly filters that run for a route or a service.</summary>
[Entity("filter_chains", EndpointKey = "name", CacheKey = ["route", "service"], AdminApiName = "filter-chains")]
public sealed record FilterChain : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Utf8Name]
    public string? Name { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The route it runs for.</summary>
    [Unique, OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Route>? Route { get; init; }

    /// <summary>The service it runs for.</summary>
    [Unique, OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Service>? Service { get; init; }

    /// <summary>The filters, in the order in which they run.</summary>
    [Length(Min = 1)]
    public required IReadOnlyList<Filter> Filters { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => FilterChainRules.Add(schema);
}

/// <summary>One filter of a chain.</summary>
public sealed record Filter : IConfigureSchema
{
    /// <summary>The name of the filter.</summary>
    [Error("no such filter")]
    public required string Name { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Its configuration: text, or what the filter's JSON schema says.</summary>
    [Optional]
    public object? Config { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => FilterChainRules.AddToFilter(schema);
}
