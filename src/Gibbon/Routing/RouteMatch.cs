using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing;

/// <summary>What a match gives back. Holds no part of the request: places in its path are numbers.</summary>
internal struct RouteMatch
{
    /// <summary>The route; null while none has been found.</summary>
    public Route? Route { get; set; }

    /// <summary>What every request asks of the route; nothing while none has been found.</summary>
    public RouteTraits Traits { get; set; }

    /// <summary>What of the path the route matched; its length is 0 when the route has no path.</summary>
    public PathMatch Path { get; set; }

    /// <summary>The host pattern that matched (without '*'), or null when the route has no host.</summary>
    public byte[]? Host { get; set; }

    /// <summary>The matched text: what strip_path cuts off, and the value of X-Forwarded-Prefix.</summary>
    /// <param name="path">The normalised path that was matched.</param>
    public readonly ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> path) => Path.Literal is { } literal ? literal : path.Slice(Path.Start, Path.Length);

    /// <summary>The captures of the path's regex, made when asked for; null when there is no regex or it has no group.</summary>
    /// <param name="path">The normalised path that was matched.</param>
    public readonly RouteCaptures? Captures(ReadOnlySpan<byte> path)
        => Path.Regex is { HasGroups: true } regex ? regex.Captures(Encoding.UTF8.GetString(path)) : null;
}
