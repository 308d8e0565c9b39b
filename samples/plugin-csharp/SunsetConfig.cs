namespace Sunset;

/// <summary>Says when an API goes away.</summary>
/// <remarks>The record is the schema: <c>at</c>, <c>link</c> and <c>enforce</c> in a declarative file or a request to the Admin API.</remarks>
public sealed record SunsetConfig
{
    /// <summary>When the API goes away, in seconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Where users read what to do instead; sent as a <c>Link</c> header.</summary>
    public string? Link { get; init; }

    /// <summary>Whether requests after <see cref="At"/> are answered 410 instead of being forwarded.</summary>
    public bool Enforce { get; init; }
}
