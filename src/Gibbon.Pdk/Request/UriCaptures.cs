using System.Collections.Immutable;

namespace Gibbon.Pdk;

/// <summary>What the groups of a route's regular expression matched. Empty if the route's path is not one.</summary>
/// <param name="Unnamed">The whole match, then each group in order; <c>null</c> for a group that took no part.</param>
/// <param name="Named">The named groups.</param>
public sealed record UriCaptures(ImmutableArray<string?> Unnamed, ImmutableDictionary<string, string> Named)
{
    /// <summary>No captures.</summary>
    public static UriCaptures None { get; } = new([], ImmutableDictionary<string, string>.Empty);
}
