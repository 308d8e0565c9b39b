using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>One of the addresses an upstream spreads its requests over.</summary>
[Entity("targets", EndpointKey = "target", CacheKey = ["upstream", "target"])]
public sealed record Target : Entity, IConfigureSchema
{
    /// <summary>The upstream it belongs to.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Upstream> Upstream { get; init; }

    /// <summary><c>host:port</c>; a missing port is 8000.</summary>
    [Name("target")]
    public required string Address { get; init; }

    /// <summary>Its share of the requests, compared with the other targets' weights; 0 takes it out.</summary>
    [Between(0, 65535)]
    public int? Weight { get; init; } = 100;

    /// <summary>An address as targets have it: <c>host:port</c>, IPv6 in brackets and in full.</summary>
    /// <param name="address">The address as somebody wrote it; without a port, 8000 is meant.</param>
    /// <returns><c>null</c> when it is none.</returns>
    public static string? NormalizeAddress(string address) => TargetRules.Normalize(address);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => TargetRules.Add(schema);
}
