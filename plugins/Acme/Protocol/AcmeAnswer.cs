using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>What an authority answered.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Body">The body.</param>
/// <param name="Location">The URL of what was made.</param>
/// <param name="Alternates">The URLs of other forms of the same.</param>
/// <param name="RetryAfter">When to ask again.</param>
sealed record AcmeAnswer(int Status, byte[] Body, string? Location, IReadOnlyList<string> Alternates, TimeSpan? RetryAfter)
{
    /// <summary>The body as JSON; empty if it is none.</summary>
    public ValueMap Json => field ??= ValueJson.TryRead(Body, out var value, out _) && value is ValueMap map ? map : [];

    /// <summary>What went wrong, in the authority's words (RFC 7807).</summary>
    public string Problem => $"{Json.GetString("type") ?? "no problem document"}: {Json.GetString("detail") ?? "no detail"} (status {Status})";
}
