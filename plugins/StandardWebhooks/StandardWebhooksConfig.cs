using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.StandardWebhooks;

/// <summary>How webhooks are signed.</summary>
sealed record StandardWebhooksConfig
{
    /// <summary>The secret.</summary>
    [Referenceable, Encrypted]
    public required string SecretV1 { get; init; }

    /// <summary>How old a webhook may be, in seconds.</summary>
    [GreaterThan(-1)]
    public long ToleranceSecond { get; init; } = 300;
}
