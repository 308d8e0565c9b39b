using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.KeyAuth;

/// <summary>Where keys are looked for, and what clients without one are told.</summary>
sealed record KeyAuthConfig : IAuthenticationConfig
{
    const string Scheme = "Key";

    KeyName[]? names;
    Refusal? missing;
    Refusal? unknown;
    Refusal? duplicate;

    /// <summary>The names of the header, the query argument or the body's field with the key; the first that is there counts.</summary>
    [HeaderName]
    public IReadOnlyList<string> KeyNames { get; init; } = ["apikey"];

    /// <summary>Whether the service sees the key.</summary>
    public bool HideCredentials { get; init; }

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>Whether headers are searched.</summary>
    public bool KeyInHeader { get; init; } = true;

    /// <summary>Whether the query is searched.</summary>
    public bool KeyInQuery { get; init; } = true;

    /// <summary>Whether the body is searched: a form, JSON or a multipart form.</summary>
    public bool KeyInBody { get; init; }

    /// <summary>Whether OPTIONS needs a key.</summary>
    public bool RunOnPreflight { get; init; } = true;

    /// <summary>The realm of the challenge.</summary>
    [Optional]
    public string? Realm { get; init; }

    internal KeyName[] Names => names ??= [.. KeyNames.Select(static name => new KeyName(name))];

    internal Refusal Missing => missing ??= Refusal.Unauthorized("No API key found in request", Scheme, Realm);

    internal Refusal Unknown => unknown ??= Refusal.Unauthorized("Unauthorized", Scheme, Realm);

    internal Refusal Duplicate => duplicate ??= Refusal.Unauthorized("Duplicate API key found", Scheme, Realm);
}
