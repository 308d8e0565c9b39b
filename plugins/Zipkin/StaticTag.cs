using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Zipkin;

/// <summary>A tag that every request's span gets.</summary>
sealed record StaticTag
{
    /// <summary>Its name; none of those that the plugin sets itself.</summary>
    [NotOneOf(
        "error", "http.method", "http.path", "http.status_code", "kong.balancer.state", "kong.balancer.try", "kong.consumer", "kong.credential",
        "kong.node.id", "kong.route", "kong.service", "lc", "peer.hostname")]
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; init; }
}
