using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BasicAuth;

/// <summary>What clients without a name and a password are told.</summary>
sealed record BasicAuthConfig : IAuthenticationConfig
{
    Refusal? unauthorized;

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>Whether the service sees name and password.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>The realm of the challenge.</summary>
    public string Realm { get; init; } = "service";

    internal Refusal Unauthorized => unauthorized ??= Refusal.Unauthorized("Unauthorized", "Basic", Realm);
}
