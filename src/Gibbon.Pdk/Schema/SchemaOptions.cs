using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The router flavours, which differ in the fields a route may have and in how they are checked.</summary>
public enum RouterFlavor
{
    /// <summary>Hosts, paths and the like, compiled to expressions. The default.</summary>
    TraditionalCompatible,

    /// <summary>Expressions, beside hosts, paths and the like.</summary>
    Expressions,

    /// <summary>Hosts, paths and the like, matched as the versions before 3.0 did.</summary>
    Traditional,
}

/// <summary>What the schemas of a gateway depend on beside their definitions.</summary>
public sealed record SchemaOptions
{
    /// <summary>The options of a gateway that was told nothing.</summary>
    public static SchemaOptions Default { get; } = new();

    /// <summary>The router flavour.</summary>
    public RouterFlavor RouterFlavor { get; init; }

    /// <summary>
    /// Compiles a route's match expression, given or made of hosts, paths and the like: gets the route as data and returns what is wrong with it, or <c>null</c>.
    /// The router's own errors; empty in the PDK, which has no router.
    /// </summary>
    public Func<ValueMap, string?>? CheckRoute { get; init; }

    /// <summary>The subschemas of the plugins that are loaded, by name.</summary>
    public ImmutableDictionary<string, Schema> Plugins { get; init; } = ImmutableDictionary<string, Schema>.Empty;

    /// <summary>The subschemas of the kinds of vault that are loaded, by name.</summary>
    public ImmutableDictionary<string, Schema> Vaults { get; init; } = ImmutableDictionary<string, Schema>.Empty;

    /// <summary>The names of the WebAssembly filters that are loaded, with the JSON schemas of their configurations.</summary>
    public ImmutableDictionary<string, ValueMap?> Filters { get; init; } = ImmutableDictionary<string, ValueMap?>.Empty;

    /// <summary>The clock of <c>created_at</c> and <c>updated_at</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
