using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Redirect;

/// <summary>Where clients are sent.</summary>
sealed record RedirectConfig
{
    /// <summary>The status.</summary>
    [Between(100, 599)]
    public long StatusCode { get; init; } = 301;

    /// <summary>The URL.</summary>
    [Url]
    public required string Location { get; init; }

    /// <summary>Whether path and query are those of the request.</summary>
    public bool? KeepIncomingPath { get; init; } = false;
}
